"""What staff may type when signing in, about their own account, and about the accounts that they manage."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

NEW = "请填写新密码"
MISMATCH = "两次填的不一样，请再填一遍"


def printable(_form: FlaskForm, field: StringField) -> None:
    """Refuse characters that no name has and a database may not take."""
    if not field.data.isprintable():
        raise ValidationError("账号里有看不见的字符，请重新输入")


def same_as_new(form: FlaskForm, field: PasswordField) -> None:
    """Refuse a repetition that is none."""
    if field.data != form.new.data:
        raise ValidationError(MISMATCH)


class SignInForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Name and password."""

    name = StringField("账号", [InputRequired("请填写账号"), Length(max=60, message="账号最多 60 个字"), printable])
    password = PasswordField("密码", [InputRequired("请填写密码")])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A code of the second factor, or a recovery code."""

    code = StringField("动态验证码", [InputRequired("请填写验证码"), Length(max=40, message="验证码没有这么长")])


class FirstForm(FlaskForm):  # type: ignore[misc]
    """A one-time code and the password it sets."""

    code = StringField("一次性口令", [InputRequired("请填写一次性口令"), Length(max=60, message="口令没有这么长")])
    new = PasswordField("新密码", [InputRequired(NEW)])
    again = PasswordField("再填一遍新密码", [InputRequired(NEW), same_as_new])


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """One's own password, changed."""

    old = PasswordField("现在的密码", [InputRequired("请填写现在的密码")])
    new = PasswordField("新密码", [InputRequired(NEW)])
    again = PasswordField("再填一遍新密码", [InputRequired(NEW), same_as_new])


class FactorForm(FlaskForm):  # type: ignore[misc]
    """The first code of a new second factor, and the password, so that nobody sets one on a machine left open."""

    code = StringField(
        "手机上显示的 6 位数字", [InputRequired("请填写 6 位数字"), Length(max=12, message="只要 6 位数字")]
    )
    password = PasswordField("现在的密码", [InputRequired("请填写现在的密码")])


class ProofForm(FlaskForm):  # type: ignore[misc]
    """One's own password, for what nobody shall do on a machine left open."""

    password = PasswordField("现在的密码", [InputRequired("请填写现在的密码")])


class Choice(SelectField):  # type: ignore[misc]
    """One of what is listed; whatever is not is told in our words."""

    def pre_validate(self, _form: FlaskForm) -> None:
        """Refuse what is not listed."""
        if self.data not in [value for value, _ in self.choices]:
            raise ValidationError("请从列出的里面重新选")


class AreaForm(FlaskForm):  # type: ignore[misc]
    """Role and area of an account, the area in two steps; choosing.py sets the choices."""

    role = Choice("角色", [InputRequired("请选一个角色")])
    area = Choice("范围：单位或乡镇", [InputRequired("请选一个单位或乡镇")])
    village = Choice("范围：哪个村", default="")


class AccountForm(AreaForm):
    """A new account."""

    name = StringField(
        "账号名", [InputRequired("请填写账号名"), Length(max=60, message="账号名最多 60 个字"), printable]
    )

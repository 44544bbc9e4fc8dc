"""What staff may type when signing in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError


def printable(_form: FlaskForm, field: StringField) -> None:
    """Refuse characters that no name has and a database may not take."""
    if not field.data.isprintable():
        raise ValidationError("账号里有看不见的字符，请重新输入")


class SignInForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Name and password."""

    name = StringField("账号", [InputRequired("请填写账号"), Length(max=60, message="账号最多 60 个字"), printable])
    password = PasswordField("密码", [InputRequired("请填写密码")])

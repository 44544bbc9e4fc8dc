"""What staff may type when signing in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Name and password."""

    name = StringField("账号", [InputRequired("请填写账号"), Length(max=60, message="账号最多 60 个字")])
    password = PasswordField("密码", [InputRequired("请填写密码")])

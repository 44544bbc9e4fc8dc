"""The number under which somebody in the hall wants to be called back. Pure."""

from __future__ import annotations

import re
import unicodedata

from villages.core.refusal import Refusal

# A mobile number; or one of an office or home, with or without its area code.
NUMBER = re.compile(r"1[3-9]\d{9}|0\d{2,3}[2-9]\d{6,7}|[2-9]\d{6,7}", re.ASCII)
ADVICE = "电话号码不对：手机号是 11 位数字，座机要连区号一起写，例如 0393 开头。不留电话也可以请人帮忙"


def phone_number(text: str) -> str:
    """A number as typed, down to its digits; '' where none was given. Raises Refusal."""
    digits = re.sub(r"[\s()+-]", "", unicodedata.normalize("NFKC", text))
    bare = digits[2:] if re.fullmatch(r"861[3-9]\d{9}", digits, re.ASCII) else digits
    if bare and not NUMBER.fullmatch(bare):
        raise Refusal(ADVICE)
    return bare

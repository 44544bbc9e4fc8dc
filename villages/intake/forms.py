"""What was typed into a case's form, checked field by field. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from villages.core.refusal import Refusal
from villages.intake.kinds import Field, Kind
from villages.intake.results import APPLICANTS
from villages.machines.phones import phone_number

EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
NO_PHONE = "电话号码不对：手机号是 11 位数字，座机要连区号一起写，例如 0393 开头"
# Checked where the pictures themselves are; here only their stored names.
PHOTOS = "photos"


class Wrong(Exception):  # noqa: N818 - what it is
    """What is wrong with a form: field's name -> what to do about it, in Chinese."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


def read(kind: Kind, typed: Mapping[str, str]) -> dict[str, Any]:
    """The values of a form, those not given left out; photographs are added by whoever stores them. Raises Wrong."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in kind.fields:
        if field.block == PHOTOS:
            continue
        text = _clean(typed.get(field.name, ""), several=field.block == "lines")
        try:
            value = _value(field, text)
        except Refusal as error:
            problems[field.name] = str(error)
            continue
        if value:
            values[field.name] = value
        elif field.required:
            problems[field.name] = f"请填“{field.label}”"
    if problems:
        raise Wrong(problems)
    return values


def _clean(text: str, *, several: bool) -> str:
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines())
    kept = "".join("\n" if c == "\n" else c for c in "\n".join(lines) if c == "\n" or unicodedata.category(c)[0] != "C")
    return kept.strip() if several else " ".join(kept.split())


def _phone(text: str) -> str:
    try:
        return phone_number(text)
    except Refusal as error:
        raise Refusal(NO_PHONE) from error


def _value(field: Field, text: str) -> str:
    if len(text) > field.longest:
        raise Refusal(f"“{field.label}”最多 {field.longest} 个字，现在是 {len(text)} 个")
    if field.block == "phone":
        return _phone(text)
    if not text:
        return ""
    if field.block == "email" and not EMAIL.fullmatch(text):
        raise Refusal(f"“{field.label}”不对，应当像 name@example.com 这样")
    if field.block == "choice" and text not in field.choices:
        raise Refusal(f"请在“{field.label}”里选一个")
    if field.block == "applicant" and text not in APPLICANTS:
        raise Refusal(f"请在“{field.label}”里选一个")
    return text

"""What may be asked with an address: one table reads, refuses and describes each parameter. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from villages.data.cursors import place_of
from villages.data.problems import bad
from villages.disclosures.duties import STATES
from villages.disclosures.kinds import SECTIONS, kinds

MOST_ROWS, ROWS = 200, 50
LARGEST_ID = 2**31 - 1
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Parameter:
    """A parameter: `read` makes its value and raises ValueError; `hint` says in Chinese what it takes.

    `choices` are the only texts it takes, where there are so few.
    """

    name: str
    words: str
    hint: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    in_path: bool = False
    choices: Callable[[], Iterable[str]] | None = None

    def described(self) -> dict[str, Any]:
        """Its JSON schema."""
        return dict(self.schema) | ({"enum": list(self.choices())} if self.choices else {})


def _matching(pattern: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError(text)
        return text

    return read


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return read


def _choice(name: str, words: str, hint: str, choices: Callable[[], Iterable[str]]) -> Parameter:
    def read(text: str) -> str:
        if text not in choices():
            raise ValueError(text)
        return text

    return Parameter(name, words, hint, {"type": "string"}, read, choices=choices)


CODE = r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}"
DAY_SCHEMA = {"type": "string", "format": "date"}
WITHIN = Parameter(
    "within", "一个地方和它下面的所有地方，用区划代码", "填 2、4、6、9 或 12 位区划代码，例如乡镇的 9 位代码",
    {"type": "string", "pattern": f"^({CODE})$"}, _matching(CODE),
)  # fmt: skip
CODE_IN_PATH = replace(WITHIN, name="code", words="村（社区）的 12 位区划代码", in_path=True)
ID_IN_PATH = Parameter(
    "id", "公开事项的编号", "填正整数", {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
    _whole(1, LARGEST_ID), in_path=True,
)  # fmt: skip
KIND = _choice("kind", "公开类别，见 /api/v1/catalogue", "填公开目录里的 key", kinds)
SECTION = _choice(
    "section", "栏目：information 查信息，affairs 知村事，services 能办事，oversight 能监督",
    f"填 {'、'.join(SECTIONS)} 之一", lambda: SECTIONS,
)  # fmt: skip
PUBLISHER = Parameter(
    "publisher", "公开单位的代码", "填结果里 publisher.code 的值", {"type": "string", "pattern": "^[!-~]{1,20}$"},
    _matching(r"[!-~]{1,20}"),
)  # fmt: skip
FROM = Parameter("from", "从哪天起公开的（含当天）", "写成 2026-09-01", DAY_SCHEMA, _day)
TO = Parameter("to", "到哪天为止公开的（含当天）", "写成 2026-09-30", DAY_SCHEMA, _day)
PERIOD = Parameter("period", "哪一期的：这一期里的任何一天", "写成 2026-09-01", DAY_SCHEMA, _day)
STATE = _choice(
    "state", "公开得怎样：" + "，".join(f"{key} {words}" for key, words in STATES.items()),
    f"填 {'、'.join(STATES)} 之一", lambda: STATES,
)  # fmt: skip
ON = Parameter("on", "截至哪一天，不写就是今天", "写成 2026-09-30，不能晚于今天", DAY_SCHEMA, _day)
LIMIT = Parameter(
    "limit", f"一页最多几条，不写就是 {ROWS}", f"填 1 到 {MOST_ROWS}",
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": ROWS}, _whole(1, MOST_ROWS),
)  # fmt: skip


def cursor(*shape: type) -> Parameter:
    """The parameter that goes on where a page ended."""
    return Parameter(
        "cursor", "接着上一页：原样用上一页 next 里的值", "原样用上一页 next 里的值，或者去掉它从头开始",
        {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,200}$"}, lambda text: place_of(text, *shape),
    )  # fmt: skip


BY_TIME = cursor(datetime, int)
BY_CODE = cursor(str)
BY_CHANGE = cursor(datetime, int, int)
BY_DUTY = cursor(int, int)


def read_given(given: Mapping[str, Sequence[str]], parameters: Sequence[Parameter]) -> dict[str, Any]:
    """The values of what was given; raises Problem for what is unknown, repeated or malformed."""
    known = {each.name: each for each in parameters if not each.in_path}
    found: dict[str, Any] = {}
    for name, texts in given.items():
        parameter = known.get(name)
        if parameter is None:
            can = f"可用的有：{'、'.join(known)}" if known else "这个地址不带参数"
            raise bad(f"没有参数“{name[:40]}”，{can}，请去掉或改正")
        if len(texts) > 1:
            raise bad(f"参数“{name}”写了 {len(texts)} 次，请只写一次")
        try:
            found[name] = parameter.read(texts[0])
        except ValueError as error:
            raise bad(f"参数“{name}”的值不对，请{parameter.hint}") from error
    if "from" in found and "to" in found and found["from"] > found["to"]:
        raise bad("参数“from”晚于“to”，请调换或改正")
    return found

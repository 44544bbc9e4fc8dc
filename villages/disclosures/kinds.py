"""Kinds of disclosure: what each catalogue file says, as frozen data.

A new kind is a new file: in catalogue/, or for one county alone in `catalogue/` of its data folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from villages.core.refusal import Refusal, refuse_if
from villages.disclosures.checks import CHECKS
from villages.disclosures.coherence import incoherences
from villages.disclosures.fields import LONGEST_TITLE, Column, Field
from villages.disclosures.kind import CYCLES, Kind, Short
from villages.disclosures.kind_fields import NAME, read_field
from villages.disclosures.reading import Table
from villages.disclosures.self_check import read_self_check
from villages.disclosures.sheets import Sheet, read_sheet

__all__ = ["Column", "Field", "Kind", "Sheet", "Short", "also_from", "kinds", "load_kinds"]

CATALOGUE = Path(__file__).with_name("catalogue")
OWN_CATALOGUE = "catalogue"
_FOLDERS = [CATALOGUE]
SECTIONS = ("information", "affairs", "services", "oversight")
PUBLISHERS = ("county", "department", "township", "committee", "collective")
ROLES = ("reviewer", "publisher")
UNITS = ("working", "calendar")
SHARED = ("none", "whole", "completed")


def also_from(folder: Path) -> None:
    """Have a county's own kinds too: files like the bundled ones, in a folder of its data."""
    if folder not in _FOLDERS and any(folder.glob("*.toml")):
        _FOLDERS.append(folder)
        kinds.cache_clear()


@cache
def kinds() -> Mapping[str, Kind]:
    """The kinds by key: the bundled ones, then the county's own. Raises Refusal as load_kinds does."""
    found: dict[str, Kind] = {}
    for folder in _FOLDERS:
        own = load_kinds(folder)
        labels = {kind.label for kind in found.values()}
        refuse_if(
            f"{key}.toml：自带的目录里已有这个名字的类别（{kind.label}），请改文件名和“label”"
            for key, kind in own.items()
            if key in found or kind.label in labels
        )
        found |= own
    return found


def load_kinds(folder: Path) -> dict[str, Kind]:
    """The kinds of a folder by key, in the order of their file names.

    Raises Refusal with a Chinese line for each problem of each file.
    """
    problems: list[str] = []
    found = {path.stem: _load(path, problems) for path in sorted(folder.glob("*.toml"))}
    if not found:
        problems.append(f"公开目录 {folder} 里没有类别文件，请检查安装是否完整")
    labels: dict[str, str] = {}
    for key, kind in found.items():
        other = labels.setdefault(kind.label, key) if kind and kind.label else key
        if other != key:
            problems.append(f"{key}.toml：“label”与 {other}.toml 相同，每个类别要有自己的名称，请改一个")
    if problems:
        raise Refusal(*problems)
    return {key: kind for key, kind in found.items() if kind}


def _load(path: Path, problems: list[str]) -> Kind | None:
    if not NAME.fullmatch(path.stem):
        problems.append(f"{path.name}：文件名只能用小写英文字母、数字和下划线，请改名")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problems.append(f"{path.name}：不是有效的 TOML 文件（{error}），请对照其他类别文件改正")
        return None
    before = len(problems)
    table = Table(data, path.name, problems)
    kind = _read(path.stem, table)
    table.finish()
    # What belongs together is looked at only when each by itself is right; else one slip brings ten messages.
    if len(problems) == before:
        for where, reason in incoherences(kind):
            table.refuse(where, reason)
    return kind


def _read(key: str, table: Table) -> Kind:
    fields = table.tables("fields", read_field)
    kind = Kind(
        key=key,
        **_read_duty(table),
        label=table.text("label"),
        words=table.text("words"),
        section=table.one_of("section", SECTIONS),
        column=table.text("column"),
        items=table.texts("items", blank=True),
        publishers=table.texts("publishers", allowed=PUBLISHERS),
        review=table.texts("review", again=True, allowed=ROLES),
        listed=table.flag("listed"),
        exported=table.flag("exported"),
        shared=table.one_of("shared", SHARED) if "shared" in table.left() else SHARED[0],
        filters=table.texts("filters", blank=True),
        names=table.texts("names", blank=True),
        refers=table.text("refers", blank=True),
        law=table.text("law"),
        valid_from=table.day("valid_from"),
        fields=fields,
        short=_read_short(table.table("short")),
        sheet=read_sheet(table.table("import")),
        self_check=read_self_check(table.table("self_check")) if "self_check" in table.left() else None,
    )
    title = kind.short.title
    return replace(kind, fields=tuple(replace(f, most=LONGEST_TITLE) if f.name == title else f for f in fields))


def _read_duty(table: Table) -> dict[str, Any]:
    return {
        "cycle": table.one_of("cycle", CYCLES),
        "due_days": table.whole("due_days"),
        "due_unit": table.one_of("due_unit", UNITS),
        "warn_days": table.whole("warn_days"),
        "formed_field": table.text("formed_field", blank=True),
        "may_be_nothing": table.flag("may_be_nothing"),
        "settles": table.one_of("settles", ("own", "another")),
        "notice_days": table.whole("notice_days"),
        "notice_unit": table.one_of("notice_unit", UNITS),
        "after_notice": table.one_of("after_notice", ("keep", "archive")),
        "check": table.one_of("check", CHECKS),
    }


def _read_short(table: Table) -> Short:
    short = Short(title=table.text("title", blank=True), fields=table.texts("fields", blank=True))
    table.finish()
    return short

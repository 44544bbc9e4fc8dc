"""Data and a template to a PDF. Engine: typst, from the templates beside this file."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import typst

from villages.paper import fonts
from villages.paper.errors import PaperError

# One thread lays 322 plates out as quickly as several, in 240 MB instead of up to 300 (measured); read at first use.
os.environ.setdefault("RAYON_NUM_THREADS", "1")
TEMPLATES = Path(__file__).with_name("templates")


def typeset(template: str, data: dict[str, Any], stamp: datetime) -> bytes:
    """The PDF of a template, checked by typst against PDF/UA-1 (accessible: tags, title, alternative texts)."""
    compiler = typst.Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=_fonts())
    told = {"data": json.dumps(data)}
    try:
        pdf = compiler.compile(format="pdf", sys_inputs=told, timestamp=_fixed(stamp), pdf_standards="ua-1")
    except typst.TypstError as error:
        raise PaperError(f"排版没有成功（{error.message}），请把这句话报给技术人员") from error
    assert isinstance(pdf, bytes)  # noqa: S101 - typst returns a list only for pictures
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """Our fonts alone: what a machine has installed must not change what is printed."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER])


def _fixed(stamp: datetime) -> datetime:
    """The same moment in whole seconds with a plain offset, as typst wants it."""
    offset = stamp.utcoffset()
    if offset is None:
        raise ValueError("stamp needs a time zone")
    return stamp.replace(microsecond=0).astimezone(timezone(offset))

"""An answer as a letter on A4, as PDF to be printed; word.py makes it a Word file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from villages.paper import fonts
from villages.paper.typesetting import typeset


@dataclass(frozen=True)
class Letter:
    """What a letter says. `mark` is printed over every page unless it is '' (a draft is no answer)."""

    title: str
    number: str
    paragraphs: tuple[str, ...]
    signature: str
    day: str
    mark: str = ""


def as_pdf(letter: Letter, *, stamp: datetime) -> bytes:
    """The letter as a tagged PDF, fonts embedded. Raises PaperError where a character cannot be printed."""
    fonts.require_characters([*letter.paragraphs, letter.title, letter.signature, letter.mark])
    data = {
        "title": letter.title, "number": letter.number, "paragraphs": letter.paragraphs,
        "signature": letter.signature, "day": letter.day, "mark": letter.mark,
    }  # fmt: skip
    return typeset("letter", data, stamp)

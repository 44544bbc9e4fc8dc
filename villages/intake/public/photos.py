"""The photographs of a form: those that come now, and those that came before and wait (intake/staging.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import request
from sqlalchemy.orm import Session

from villages.core.clock import now
from villages.core.files import Unstored
from villages.core.refusal import Refusal
from villages.core.web import client_address
from villages.intake.enclosures import Given
from villages.intake.staging import MOST, Staged, read_photos, stage, staged, unstage


@dataclass(frozen=True)
class Photos:
    """What waits for a form, and what is wrong by field."""

    waiting: Sequence[Staged]
    problems: Mapping[str, str]

    @property
    def files(self) -> list[Given]:
        """The photographs themselves."""
        return [each.file for each in self.waiting]


def photos_of(session: Session, token: str, fields: Sequence[str]) -> Photos:
    """Take in what was sent in some fields, let go what was crossed out."""
    if crossed_out := request.form.getlist("drop"):
        unstage(session, token, crossed_out)
    problems: dict[str, str] = {}
    for field in fields:
        waiting = sum(1 for each in staged(session, token) if each.file.field == field)
        room = max(MOST - waiting, 0)
        sent = (content for each in request.files.getlist(field) if (content := each.read()))
        for number, content in enumerate(islice(sent, MOST * 2), start=1):
            if number > room:
                problems[field] = f"最多 {MOST} 张照片，多出来的没有收下"
                break
            try:
                stage(session, token, read_photos(field, [content]), network=client_address(), at=now())
            except Unstored:  # without the data key nothing can be kept: said for the whole page (door.py)
                raise
            except Refusal as refusal:
                kept_none = "没有留住" in str(refusal)
                advice = str(refusal) if kept_none else f"第 {number} 张照片打不开，没有收下。请重新拍一张，或者换一张"
                problems[field] = advice
    return Photos(staged(session, token), problems)

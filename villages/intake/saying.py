"""What a writer may say about their case, by the verb's name; said twice for want of an answer, it is said once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from villages.core.refusal import Refusal
from villages.intake import following
from villages.intake.enclosures import Given, enclose
from villages.intake.handling import correct
from villages.intake.history import WRITER, last_step, note_of
from villages.intake.models import Case

VERBS = ("correct", "add", "rate", "not_solved", "withdraw", "forget")
WITH_FILES = ("correct", "add")
# As long as a browser may try again by itself, or a person who saw no answer.
AGAIN_WITHIN = timedelta(days=1)
MOST_ENCLOSURES = 20


@dataclass(frozen=True)
class Said:
    """What was sent with a verb: words, stars from 1 to 5 (0 for none), photographs."""

    text: str = ""
    stars: int = 0
    files: Sequence[Given] = ()


def say(session: Session, case: Case, verb: str, said: Said, *, at: datetime) -> None:
    """Take a writer's step. Raises Refusal where it may not be taken, or what it needs is not there."""
    if _was_said(session, case, verb, said, at):
        return
    if len(case.enclosures) + len(said.files) > MOST_ENCLOSURES:
        raise Refusal(f"这件诉求里最多放 {MOST_ENCLOSURES} 张照片，已经有 {len(case.enclosures)} 张了")
    if verb == "add":
        following.add(session, case, said.text, files=said.files, at=at)
    elif verb == "correct":
        correct(session, case, said.text, by=None, at=at)
        enclose(session, case, said.files, at=at)
    elif verb == "rate":
        following.rate(session, case, said.stars, said.text, at=at)
    elif verb == "not_solved":
        following.not_solved(session, case, said.text, at=at)
    elif verb == "withdraw":
        following.withdraw(session, case, said.text, at=at)
    elif verb == "forget":
        following.forget(session, case, at=at)
    else:
        raise ValueError(verb)


def _was_said(session: Session, case: Case, verb: str, said: Said, at: datetime) -> bool:
    """Whether the writer's last step was this one, in the same words and with the same pictures, a short while ago."""
    last = last_step(case, *VERBS)
    if last is None or last.verb != verb or last.by != WRITER.name or at - last.at > AGAIN_WITHIN:
        return False
    came_with = sorted(each.size for each in case.enclosures if each.at == last.at)
    if came_with != sorted(len(file.data) for file in said.files):
        return False
    return note_of(session, last) == said.text.strip() and last.detail.get("stars", said.stars) == said.stars

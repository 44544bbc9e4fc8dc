"""补贴发没发: whoever says a village, a name and the last four of a number is told their own line, and nobody else's.

A name that stands in no roster and one with other digits are looked for and answered alike: what is looked for is the
digest of all three (disclosures/rosters.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from villages.core.clock import day_of
from villages.disclosures.models import Item
from villages.disclosures.rosters import Paid, paid, silent
from villages.disclosures.self_check import folded, last_four
from villages.intake.delays import SUBSIDY, Guess, Waits
from villages.intake.forms import Wrong
from villages.registry.models import Unit
from villages.registry.queries import merged_into

LONGEST_NAME, LONGEST_LAST = 40, 30


@dataclass(frozen=True)
class Answer:
    """What was paid, latest first, none for no; or until when nobody is answered here, where it was not looked at."""

    paid: Sequence[Paid] = ()
    until: datetime | None = None


def check(session: Session, village: Unit, name: str, last: str, *, network: str, at: datetime) -> Answer:
    """What somebody was paid by the rosters of a village. To be committed either way: what is wrong is counted.

    `last`: the last four of the identity number, or of the card, as the roster had them. `network`: the client's
    address, or what names a hall's screen. Raises forms.Wrong, before anything is counted, where something is lacking.
    """
    name, last = _read(name, last)
    waits = Waits(session, Guess(f"{village.id} {name}", network, paces=SUBSIDY), at=at)
    if waits.until is not None:
        return Answer(until=waits.until)
    found = paid(session, _places(session, village), name, last, on=day_of(at))
    if found:
        waits.right()
    else:
        waits.wrong()
    return Answer(found)


def unanswerable(session: Session, village: Unit, *, at: datetime) -> Sequence[Item]:
    """The rosters of a village in which not everybody can be found, as numbers are lacking; whoever asks."""
    return silent(session, _places(session, village), at=at)


def _places(session: Session, village: Unit) -> list[int]:
    return [village.id, *(unit.id for unit in merged_into(session, village))]


def _read(name: str, last: str) -> tuple[str, str]:
    name, digits, problems = folded(name), last_four(last[:LONGEST_LAST]), {}
    if not name:
        problems["name"] = "请填名单上的姓名"
    elif len(name) > LONGEST_NAME:
        problems["name"] = f"姓名最多 {LONGEST_NAME} 个字"
    if not digits:
        problems["last"] = "请填后四位：四个数字，身份证号的最后一位也可能是 X"
    if problems:
        raise Wrong(problems)
    return name, digits

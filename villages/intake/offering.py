"""An answered question put before the public: without who asked, as a draft that is reviewed like any other.

Source: 国办秘函〔2019〕19号 (answers are public); facts §5.4 (only with the writer's consent and de-identified).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.refusal import Refusal
from villages.disclosures import actions, gate
from villages.disclosures.kinds import kinds as disclosed
from villages.disclosures.masking import masked_values
from villages.disclosures.models import Item
from villages.disclosures.values import read_values
from villages.intake.acting import take
from villages.intake.history import Told, kind_of, last_step
from villages.intake.models import Case
from villages.intake.nameless import LEFT_OUT, WRITER, nameless
from villages.intake.numbers import spoken
from villages.intake.reading import read_as_writer, text_of
from villages.intake.routing import answering_body

VERB = "offer"
SENTENCE = re.compile("[^。！？!?\n]+[？?]")
LONGEST_TITLE = 40


@dataclass(frozen=True)
class Offer:
    """A question and its answer as others may read them."""

    title: str
    question: str
    answer: str


def proposal(session: Session, case: Case) -> Offer:
    """What an answered case would tell others: question and answer, as far as they do not say who asked."""
    clear = read_as_writer(session, case)
    question = text_of(session, case)
    answer = "\n".join(_body_of_letter(clear.reply.text, case.number))
    told = de_identified(case, Offer("", question, answer), clear.values)
    return replace(told, title=_title(told.question))


def de_identified(case: Case, offer: Offer, values: Mapping[str, Any]) -> Offer:
    """The same without the writer's name, telephone and addresses, and with every number masked that the gate stops."""
    fields = [field for field in kind_of(case).fields if field.is_personal and field.block != "photos"]
    return Offer(**{name: gate.mask(nameless(text, fields, values)) for name, text in asdict(offer).items()})


def asks_of(offer: Offer) -> list[str]:
    """What of an offer the gate would have a person look at, in Chinese."""
    pieces = [gate.Piece("标题", offer.title), gate.Piece("问", offer.question), gate.Piece("答", offer.answer)]
    return [f"{found.where}：{found.what}（{found.masked}）" for found in gate.scan(pieces)]


def offer(session: Session, case: Case, told: Offer, *, by: Staff, at: datetime) -> Item:
    """Put a case before the public, once: a draft of the body that answered. Raises Refusal where that may not be."""
    body = answering_body(session, case)
    kind = disclosed()[kind_of(case).publishes_as] if kind_of(case).offers_publication else None
    if kind is None or body is None or body.kind not in kind.publishers:
        raise Refusal("这件诉求不能推荐公开：答复的单位没有这个栏目")
    clean = de_identified(case, told, read_as_writer(session, case).values)
    values, _ = masked_values(kind, read_values(kind, asdict(clean) | {"answered_on": case.answered_on}))
    item = actions.offer(session, kind, body, values, by=by, at=at)
    take(session, case, VERB, Told(detail={"item": item.id}), by=by, at=at)
    return item


def offered(session: Session, case: Case) -> Item | None:
    """What a case was put before the public as; None where it was not."""
    step = last_step(case, VERB)
    return session.get(Item, step.detail["item"]) if step is not None else None


def _body_of_letter(text: str, number: str) -> Iterator[str]:
    """The lines of an answer but its greeting and those that name the case."""
    lines = [line for line in text.splitlines() if number not in line and spoken(number) not in line]
    yield from lines[1:] if lines and lines[0].rstrip().endswith(("：", ":")) else lines


def _title(question: str) -> str:
    """The first question in a text that is short and says nothing of anybody; '' where none is."""
    for each in SENTENCE.finditer(question):
        found = each[0].strip("，、 \n")
        is_bare = WRITER not in found and LEFT_OUT not in found and "*" not in found
        if is_bare and len(found) <= LONGEST_TITLE and not gate.scan([gate.Piece("", found)]):
            return found
    return ""

"""A form on the hall's screen, one question at a time: what was typed so far rides along in it until it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from kiosk.keypad import digits
from kiosk.machine import network
from villages.intake import forms
from villages.intake.forms import Wrong
from villages.intake.kinds import Field, Kind
from villages.intake.places import choices
from villages.intake.submitting import ABOUT, ITEM, Sent, Where
from villages.intake.tickets import Ticket, new_ticket, ticket_of
from villages.plates.numbers import DIGITS as PLATE_DIGITS

PUBLISH, CHECK = "may_publish", "check"
# Blocks that are typed on a keypad, and how many digits they take.
PADS = {"phone": 13, "plate": PLATE_DIGITS}
LONGEST_CODE = 20
YES = "1"


@dataclass(frozen=True)
class Draft:
    """What somebody writes: its kind, the form's token (None where it is none of ours), what was typed so far."""

    kind: Kind
    ticket: Ticket | None
    typed: Mapping[str, str]

    @property
    def asked(self) -> Sequence[Field]:
        """The questions of the kind that are asked here: all but photographs."""
        return [field for field in self.kind.fields if field.block != forms.PHOTOS]

    @property
    def steps(self) -> Sequence[str]:
        """One screen after the other."""
        first = [] if self.kind.receiver == "owner" else [ABOUT]
        last = [PUBLISH] if self.kind.offers_publication else []
        return [*first, *(field.name for field in self.asked), *last, CHECK]

    @property
    def where(self) -> Where:
        """About what it is."""
        return Where(self.typed[ABOUT], self.typed[ITEM])

    @property
    def sent(self) -> Sent:
        """The form as it is sent; one without a token of ours is not to be taken."""
        return Sent(
            self.kind, self.typed, self.where, self.ticket.token if self.ticket else "",
            self.ticket.opened_at if self.ticket else None, "", network(), channel="kiosk",
            may_publish=self.typed[PUBLISH] == YES,
        )  # fmt: skip

    def after(self, step: str) -> str:
        """The step that comes next."""
        return self.steps[self.steps.index(step) + 1]

    def problem(self, step: str) -> str:
        """What is wrong with what stands at one step; '' for nothing."""
        try:
            forms.read(self.kind, self.typed)
        except Wrong as wrong:
            return wrong.problems.get(step, "")
        return ""

    def told(self, session: Session) -> Iterator[tuple[str, str, str]]:
        """Every step with its label and what was answered, in the words of the screen."""
        for step in self.steps[:-1]:
            field = self.kind.field(step)
            if field is not None:
                yield step, field.label, self.typed[step]
            elif step == ABOUT:
                yield step, word_of_place(self.kind), name_of(session, self.kind, self.typed[ABOUT])
            else:
                yield step, "给别人看", "问的和答的可以公开" if self.typed[PUBLISH] == YES else "不公开"


def begun(kind: Kind) -> Draft:
    """A form that is opened now."""
    return _read(kind, new_ticket(), request.args)


def sent_along(kind: Kind) -> Draft:
    """A form as its page sent it."""
    return _read(kind, ticket_of(request.form.get("ticket", "")), request.form)


def word_of_place(kind: Kind) -> str:
    """How a form asks what it is about."""
    return "举报哪里的" if kind.is_restricted else "说的是哪里"


def name_of(session: Session, kind: Kind, code: str) -> str:
    """What is called so in the list of places; '' for nothing that is in it."""
    found = (name for group in choices(session, kind) for each, name in group.choices if each == code)
    return next(found, "全县的、说不清的" if not code else "")


def _read(kind: Kind, ticket: Ticket | None, given: Mapping[str, str]) -> Draft:
    typed = {name: given.get(name, "").strip()[:LONGEST_CODE] for name in (ABOUT, ITEM, PUBLISH)}
    for field in kind.fields:
        text = given.get(field.name, "") if given is request.form else ""  # nothing that is typed comes by an address
        typed[field.name] = digits(text, PADS[field.block]) if field.block in PADS else text
    return Draft(kind, ticket, typed)

"""One form under way: whose it is, what was typed, and what stood there before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from villages.accounts.door import me
from villages.calendar.periods import Period
from villages.core.clock import day_of
from villages.core.refusal import Refusal
from villages.disclosures.admin.drawing import Drawn, stored
from villages.disclosures.blocks.date import day_from
from villages.disclosures.due_queries import duties_of, rules_of
from villages.disclosures.duties import STATES, Standing
from villages.disclosures.findings import places_of
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.models import Item, Unfinished
from villages.disclosures.periods import stored_period
from villages.disclosures.queries import published_before
from villages.disclosures.rules import DAY, period_on, read_period
from villages.disclosures.sharing import asking
from villages.disclosures.typed import Problems, Typed, hushed, posted, typed_of
from villages.disclosures.unfinished import others_at, unfinished_of, version_of
from villages.disclosures.values import values_from_json
from villages.registry.models import Publisher

MOST_PERIODS = 14


@dataclass
class Sheet:
    """What a request knows of a form. `publisher` is None and `codes` are given where it is for many villages.

    `tails`: who is who in the spreadsheet that a roster was filled from, sealed (rosters.py).
    """

    session: Session
    kind: Kind
    publisher: Publisher | None
    item: Item | None = None
    is_correction: bool = False
    typed: Typed = field(default_factory=dict)
    period: str = ""
    elsewhere: str = ""
    note: str = ""
    codes: list[str] = field(default_factory=list)
    tails: str = ""
    base: int = 0
    unfinished: Unfinished | None = None
    problems: Problems = field(default_factory=dict)
    lines: Sequence[str] = ()
    told: list[str] = field(default_factory=list)
    _standings: list[Standing] | None = None

    @property
    def subject(self) -> str:
        """What the form is about, as it is kept unfinished."""
        if self.item is not None:
            return f"item:{self.item.id}"
        return f"new:{self.kind.key}:{self.publisher.id}" if self.publisher else f"many:{self.kind.key}"

    @property
    def asked(self) -> Kind:
        """The kind as this form asks."""
        return self.kind if self.publisher else asking(self.kind)

    def load(self, at: datetime) -> None:
        """What is saved, or what this person had typed and not saved."""
        if self.item is not None:
            kind = self.kind
            self.typed = typed_of(kind, values_from_json(kind, self.item.draft))
            told = stored_period(self.item.period_start, self.item.period_cycle, kind.cycle)
            self.period = told.label if told else ""
            self.elsewhere = self.item.elsewhere_on.isoformat() if self.item.elsewhere_on else ""
            self.base = version_of(self.session, self.item)
        else:
            self.typed = typed_of(self.kind, {})
        self.unfinished = unfinished_of(self.session, me(), self.subject)
        if self.unfinished is not None and self.unfinished.typed is not None:
            self._take(self.unfinished.typed)
            self.base = self.unfinished.base
        elif self.item is None and self.publisher is not None:
            self._begin(at)

    def _begin(self, at: datetime) -> None:
        """What a new form may know already: the period that is due first, and what was left of the one before."""
        owed = [each for each in self.standings(at) if each.settled_on is None and each.duty.period]
        first = owed[0].duty.period if owed else None
        self.period = first.label if first else ""
        if first and self.publisher and self.kind.check == "statement":
            earlier = published_before(self.session, Item(kind=self.kind.key, publisher_id=self.publisher.id), first)
            if earlier and earlier[0].edition:
                shown = typed_of(self.kind, values_from_json(self.kind, earlier[0].edition.content))
                self.typed["opening"] = shown["closing"]
                self.told.append(f"期初余额已按{earlier[1].label}的期末余额填好，请核对")

    def read(self) -> None:
        """What was posted."""
        form = {name: request.form.getlist(name) for name in request.form}
        kept = self.typed
        self.typed = posted(self.kind, form, kept)
        self.period = request.form.get("period", "")[:40]
        self.elsewhere = request.form.get("elsewhere", "")[:40]
        self.note = request.form.get("note", "")[:300]
        self.codes = [code[:20] for code in request.form.getlist("village")]
        base = request.form.get("base", "")
        self.base = int(base) if base.isascii() and base.isdigit() and len(base) < 10 else 0  # noqa: PLR2004

    def kept(self) -> dict[str, Any]:
        """What is kept of it while it is not saved."""
        return {
            "values": hushed(self.kind, self.typed), "period": self.period, "elsewhere": self.elsewhere,
            "note": self.note, "codes": self.codes, "tails": self.tails,
        }  # fmt: skip

    def _take(self, kept: dict[str, Any]) -> None:
        values = kept.get("values", {})
        self.typed = {name: values.get(name, nothing) for name, nothing in typed_of(self.kind, {}).items()}
        self.period, self.elsewhere = kept.get("period", ""), kept.get("elsewhere", "")
        self.note, self.codes, self.tails = kept.get("note", ""), kept.get("codes", []), kept.get("tails", "")

    def read_period(self) -> Period | None:
        """The period that was chosen. Raises Refusal."""
        if self.kind.cycle not in PERIODICAL:
            return None
        known = stored_period(self.item.period_start, self.item.period_cycle, self.kind.cycle) if self.item else None
        found = read_period(self.kind, rules_of(self.session, self.kind), self.period, known)
        if found is None:
            raise Refusal("请选这一条是哪一期的")
        return found

    def read_elsewhere(self) -> date | None:
        """The day on which it was public elsewhere. Raises Refusal."""
        if not self.elsewhere.strip():
            return None
        day = day_from(self.elsewhere)
        if day is None:
            raise Refusal("“原公开日期”不是日期，请写成 2026-09-01 这样，没有就空着")
        return day

    def standings(self, at: datetime) -> list[Standing]:
        """How the duties of this kind stand; asked for once."""
        if self._standings is None and self.publisher is not None:
            self._standings = duties_of(
                self.session, self.publisher, on=day_of(at), of_kinds=[self.kind], reads_only=request.method == "GET"
            )
        return self._standings or []

    def periods(self, at: datetime) -> list[tuple[str, str]]:
        """The periods to choose from, with how each stands; what is owed first."""
        if self.kind.cycle not in PERIODICAL:
            return []
        stands = {each.duty.period.label: each for each in self.standings(at) if each.duty.period}
        labels = [label for label, each in stands.items() if each.settled_on is None]
        rules, turn = rules_of(self.session, self.kind), period_on(self.kind, (), day_of(at))
        turn = period_on(self.kind, rules, day_of(at)) or turn
        while turn is not None and len(labels) < MOST_PERIODS:
            labels.append(turn.label)
            turn = period_on(self.kind, rules, turn.start - DAY)
        found = dict.fromkeys([*labels, *([self.period] if self.period else [])])
        return [(label, _stands(stands.get(label))) for label in found]

    def drawn(self) -> Drawn:
        """The form for its templates."""
        rows = [*(self.item.attachments if self.item else ()), *(self.unfinished.files if self.unfinished else ())]
        addresses = {}
        if self.item is not None:
            addresses = {
                f"{each.digest}/{each.name}": url_for("items.file", item_id=self.item.id, token=each.id)
                for each in self.item.attachments
            }
        places = places_of(self.item) if self.item is not None and self.item.state == "draft" else ()
        return Drawn(
            self.asked, self.typed, self.problems, stored(rows, addresses), places, is_open=self.publisher is None
        )

    def others(self, at: datetime) -> list[str]:
        """Who else has this item open."""
        if self.item is None:
            return []
        return [each.staff.name for each in others_at(self.session, self.subject, me(), at=at)]


def _stands(standing: Standing | None) -> str:
    if standing is None:
        return ""
    due = standing.duty.due.on
    return f"{STATES[standing.state]}，应在{due.month}月{due.day}日前公开" if not standing.settled_on else "已公开"

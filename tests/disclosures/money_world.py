"""Villages that keep books at random, and what must be true of whatever they made public."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import openpyxl
from hypothesis import strategies as st
from sqlalchemy import select

from tests.disclosures.office import open_office
from tests.factories import NOON, SEPTEMBER, STATEMENT
from villages.core.refusal import Refusal
from villages.core.spreadsheet import read_workbook
from villages.disclosures import actions, correcting, publishing
from villages.disclosures.importing import import_items
from villages.disclosures.models import Item
from villages.disclosures.workflow import verbs_of
from villages.registry.models import Publisher

MONTHS = [SEPTEMBER.previous, SEPTEMBER, SEPTEMBER.next]
HEADINGS = ["村名", "月份", "期初余额", "本期收入", "本期支出", "期末余额", "日期", "摘要", "收入", "支出"]
VERBS = [
    *["finish"] * 6, *["correct"] * 3, *["write", "import", "restore_edition", "withdraw", "discard"] * 2,
    *["submit", "approve", "publish", "rewrite", "send_back", "schedule", "run_due", "emergency"],
]  # fmt: skip
# Small figures, so that months often meet by chance too; `None` as opening: what the month before left.
BOOKS = st.fixed_dictionaries(
    {
        "month": st.integers(0, 2), "opening": st.sampled_from([None, None, None, 0, 1]),
        "income": st.integers(0, 2), "expenditure": st.integers(0, 2), "error": st.sampled_from([0] * 9 + [1]),
    }
)  # fmt: skip
ACTS = st.tuples(st.sampled_from(VERBS), st.integers(0, 1), st.integers(0, 30), BOOKS)


@dataclass
class World:
    """Two collectives, their offices, and what was done and refused so far."""

    storage: object
    folder: object
    done: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)

    def open(self):
        """Two villages that nobody has seen before."""
        with self.storage.transaction() as session:
            tag = self.done["open"]
            self.done["open"] += 1
            self.offices = [open_office(session, tag=f"{tag}-{at}") for at in range(2)]
            self.publishers = [office.publisher.id for office in self.offices]

    def act(self, verb, village, pick, books):
        """One act, in a transaction of its own as every door has it."""
        try:
            with self.storage.transaction() as session:
                if self._act(session, verb, village, pick, books):
                    self.done[verb] += 1
        except Refusal:
            self.refused[verb] += 1

    def _act(self, session, verb, village, pick, books):
        office = self.offices[village]
        publisher = session.get(Publisher, self.publishers[village])
        if verb == "run_due":
            return publishing.publish_scheduled(session, NOON + timedelta(days=2))
        if verb == "write":
            given, period = self._given(session, publisher, books), MONTHS[books["month"]]
            return actions.write(session, STATEMENT, publisher, given, by=office.editor, at=NOON, period=period)
        if verb == "import":
            sheets = read_workbook(self._workbook(session, publisher, books))
            return import_items(session, STATEMENT, sheets, by=office.editor, at=NOON)
        items = session.scalars(select(Item).where(Item.publisher_id == publisher.id).order_by(Item.id)).all()
        if not items:
            return None
        # Mostly one with which it can be done.
        fit = [item for item in items if verb in (*verbs_of(item.state, is_public=item.is_public), "rewrite", "finish")]
        among = fit if fit and pick % 4 else items
        item = among[pick % len(among)]
        return self._act_on(session, verb, item, office, books) or True

    def _act_on(self, session, verb, item, office, books):
        chief, at = office.chief, NOON + timedelta(days=1)
        if verb in ("rewrite", "correct"):
            given = self._given(session, item.publisher, books, item)
        if verb == "rewrite":
            period = actions.Period(item.period_start, "month") if item.editions else MONTHS[books["month"]]
            return actions.write(
                session, STATEMENT, item.publisher, given, item=item, period=period, by=office.editor, at=at
            )
        if verb in ("approve", "finish"):
            if verb == "finish" and item.state == "draft":
                actions.submit(session, item, by=office.editor, at=at)
            for by in (office.reviewer, office.second, chief)[item.step :]:
                actions.approve(session, item, by=by, at=at)
            return verb == "approve" or publishing.publish(session, item, by=chief, at=at)
        return {
            "submit": lambda: actions.submit(session, item, by=office.editor, at=at),
            "send_back": lambda: actions.send_back(session, item, reason="再看看", by=chief, at=at),
            "publish": lambda: publishing.publish(session, item, by=chief, at=at),
            "schedule": lambda: actions.schedule(
                session, item, publish_at=at + timedelta(hours=1), by=chief, at=at
            ),
            "emergency": lambda: publishing.publish_in_emergency(session, item, reason="急", by=chief, at=at),
            "correct": lambda: actions.correct(session, item, given, public_note="改", by=office.editor, at=at),
            "discard": lambda: correcting.discard(session, item, by=office.editor, at=at),
            "restore_edition": lambda: correcting.restore_edition(
                session, item, 1 + books["month"], public_note="改回", by=office.editor, at=at
            ),
            "withdraw": lambda: actions.withdraw(session, item, reason="错", by=chief, at=at),
        }[verb]()  # fmt: skip

    def _figures(self, session, publisher, books, item=None):
        """Opening, income, expenditure, closing in yuan, and the month's first day."""
        start = item.period_start if item is not None and item.editions else MONTHS[books["month"]].start
        opening = books["opening"]
        if opening is None:
            left = {public.period_start: content["closing"] // 100 for public, content in shown(session, publisher.id)}
            opening = next((left[day] for day in sorted(left, reverse=True) if day < start), 3)
        closing = opening + books["income"] - books["expenditure"] + books["error"]
        return opening, books["income"], books["expenditure"], closing, start

    def _given(self, session, publisher, books, item=None):
        opening, income, expenditure, closing, start = self._figures(session, publisher, books, item)
        lines = [{"day": start, "summary": "收", "income": str(income)}] if income else []
        lines += [{"day": start, "summary": "支", "expenditure": str(expenditure)}] if expenditure else []
        figures = {"opening": opening, "income": income, "expenditure": expenditure, "closing": closing}
        return {name: str(value) for name, value in figures.items()} | {"lines": lines}

    def _workbook(self, session, publisher, books):
        opening, income, expenditure, closing, start = self._figures(session, publisher, books)
        book, path = openpyxl.Workbook(), self.folder / "账.xlsx"
        book.active.append(HEADINGS)
        village, month = publisher.unit.division_code, f"{start.year}年{start.month}月"
        own = [village, month, opening, income, expenditure, closing]
        rows = [[start.isoformat(), "收", income, None]] if income else []
        rows += [[start.isoformat(), "支", None, expenditure]] if expenditure else []
        for row in rows or [[None] * 4]:
            book.active.append(own + row)
        book.save(path)
        return path


def shown(session, publisher_id):
    """What a publisher shows now: each public item with the content of its latest edition."""
    items = session.scalars(select(Item).where(Item.publisher_id == publisher_id, Item.is_public)).all()
    return [(item, item.editions[-1].content) for item in items]


def assert_public_books_are_right(session, publisher_id):
    """Reckoned here anew, not by the program: every statement adds up, none twice, neighbours meet."""
    months = {}
    for item, content in shown(session, publisher_id):
        assert item.period_start not in months, "two statements of one month"
        months[item.period_start] = content
        opening, income = content["opening"], content["income"]
        assert opening + income - content["expenditure"] == content["closing"]
        for total in ("income", "expenditure"):
            assert sum(line.get(total) or 0 for line in content["lines"] or []) == content[total]
    for month in MONTHS:
        before, after = months.get(month.previous.start), months.get(month.start)
        if before and after:
            assert before["closing"] == after["opening"], "neighbours do not meet"

"""Who must publish what by when, and how it stands on a day. Pure.

Source: the catalogue's cycles and days (facts §3.2; 政府信息公开条例 Art 26), or a dated rule that overrides them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from villages.calendar.arithmetic import PROVISIONAL, Calendar, Due, add_calendar_days, add_working_days
from villages.calendar.periods import Period
from villages.disclosures.kind import Kind
from villages.disclosures.rules import Rule, rule_for, turns

STATES = {
    "not_due": "未到期",
    "due_soon": "即将到期",
    "overdue": "逾期未公开",
    "published": "已公开",
    "nothing_to_report": "本期无此项",
}
FORMED = ("at_once", "batch")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Duty:
    """One thing that one body must publish. `warn_from`: the first day of its warning.

    Periodical duties have a `period`; those of an item that was formed (`formed_on`) its `item_id`; a long-term one
    has neither.
    """

    publisher_id: int
    kind: str
    label: str
    period: Period | None
    due: Due
    warn_from: date
    formed_on: date | None = None
    item_id: int | None = None


@dataclass(frozen=True)
class Settling:
    """What was published on a day; `nothing`: it says that there is nothing to report. `elsewhere`: 补录.

    `item_id`: the item, where the public can open it.
    """

    on: date
    elsewhere: bool = False
    nothing: bool = False
    item_id: int | None = None
    is_sample: bool = False


@dataclass(frozen=True)
class Standing:
    """How a duty stands on a day. `late_by`: calendar days after the due day, of what is done and what is not."""

    duty: Duty
    on: date
    state: str
    late_by: int = 0
    settled_on: date | None = None
    elsewhere: bool = False
    settled_by: int | None = None
    is_sample: bool = False

    @property
    def is_on_time(self) -> bool:
        """Whether it was done by its due day; 补录 never was."""
        return self.settled_on is not None and not self.late_by and not self.elsewhere

    @property
    def is_past(self) -> bool:
        """Whether its due day is over."""
        return self.on > self.duty.due.on


@dataclass(frozen=True)
class Rate:
    """Of the duties whose due day is over: how many there are, were done on time, were done late, are missing."""

    due: int
    on_time: int
    late: int
    missing: int

    @property
    def share(self) -> float | None:
        """The share done on time, 0 to 1; None where nothing was due."""
        return self.on_time / self.due if self.due else None


class Terms:
    """Duties of one kind under its rules. Due days are counted once and shared by all who have the duty."""

    def __init__(self, kind: Kind, rules: Iterable[Rule], calendar: Calendar) -> None:
        self.kind = kind
        self._rules = [rule for rule in rules if rule.kind == kind.key]
        self._calendar = calendar
        self._counted: dict[tuple[date, int, str, int], tuple[Due, date]] = {}
        self._last: tuple[tuple[date, date] | None, list[tuple[Period | None, Rule, date]]] = None, []

    def recurring(self, publisher_id: int, *, began: date, on: date) -> list[Duty]:
        """The periodical and long-term duties that a body has by a day, from the period its duty began in."""
        return [
            Duty(publisher_id, self.kind.key, self.kind.label, period, *self._count(rule, start))
            for period, rule, start in self._turned(began, on)
        ]

    def of_item(self, publisher_id: int, formed_on: date, item_id: int | None = None) -> Duty | None:
        """The duty to publish what was formed on a day; None for kinds that are not told item by item."""
        rule = rule_for(self.kind, self._rules, formed_on)
        if rule.cycle not in FORMED:
            return None
        due, warn_from = self._count(rule, formed_on)
        return Duty(publisher_id, self.kind.key, self.kind.label, None, due, warn_from, formed_on, item_id)

    def _turned(self, began: date, on: date) -> list[tuple[Period | None, Rule, date]]:
        """The turns up to a day; those asked for last are kept, as one publisher after another asks for the same."""
        asked, found = self._last
        if asked != (began, on):
            found = list(turns(self.kind, self._rules, began, on))
            self._last = (began, on), found  # at once: threads share these
        return found

    def _count(self, rule: Rule, start: date) -> tuple[Due, date]:
        """The due day after `start`, and the first day of the warning before it."""
        key = (start, rule.due_days, rule.due_unit, rule.warn_days)
        if key not in self._counted:
            working = rule.due_unit == "working"
            due = add_working_days(self._calendar, start, rule.due_days) if working else add_calendar_days(
                start, rule.due_days
            )  # fmt: skip
            self._counted[key] = due, self._warned_from(due.target, rule.warn_days, working=working)
        return self._counted[key]

    def _warned_from(self, target: date, days: int, *, working: bool) -> date:
        """The earliest day after which no more than so many days are left."""
        if not working:
            return target - days * DAY
        day = target
        while True:
            days -= self._calendar.is_workday(day)
            if days < 0:
                return day
            day -= DAY


def standing(duty: Duty, settlings: Collection[Settling], on: date) -> Standing:
    """How a duty stands at the end of a day. What was published counts before what says there is nothing."""
    done = [each for each in settlings if each.on <= on]
    if done:
        first = min(done, key=lambda each: (each.nothing, each.elsewhere or each.on > duty.due.on, each.on))
        late_by = max((first.on - duty.due.on).days, 0)
        state = "nothing_to_report" if first.nothing else "published"
        return Standing(duty, on, state, late_by, first.on, first.elsewhere, first.item_id, first.is_sample)
    if on > duty.due.on:
        return Standing(duty, on, "overdue", (on - duty.due.on).days)
    return Standing(duty, on, "due_soon" if on >= duty.warn_from else "not_due")


def rate(standings: Iterable[Standing]) -> Rate:
    """How many were done on time. What is still missing counts; what is not due yet, done or not, does not."""
    past = [each for each in standings if each.is_past]
    on_time = sum(each.is_on_time for each in past)
    missing = sum(each.state == "overdue" for each in past)
    return Rate(len(past), on_time, len(past) - on_time - missing, missing)


def spoken(standing: Standing) -> str:
    """A duty's state as villagers say it: 9月收支账目：逾期12天未公开."""
    return f"{subject(standing.duty, standing.on)}：{outcome(standing)}"


def latest(standings: Sequence[Standing], *, most: int = 2) -> list[Standing]:
    """Of each kind the latest duties that are done or past, in the order of their periods: what a page tells first."""
    told = sorted((s for s in standings if s.state != "not_due"), key=lambda s: (s.duty.kind, s.duty.due.on))
    return [each for _, group in groupby(told, key=lambda s: s.duty.kind) for each in list(group)[-most:]]


def telling(standings: Sequence[Standing], *, first: Collection[str], most: int = 4) -> list[Standing]:
    """What a village's page tells: the latest that is overdue, then the latest that is done; kinds in `first` before.

    No more than two of a kind, lest one that is never published hide all others. One line at least tells what is done,
    if anything is: who does their duty is to be seen too.
    """
    missing, done = (
        sorted(latest(each), key=lambda s: (s.duty.kind in first, s.duty.due.on), reverse=True)
        for each in (
            [s for s in standings if s.state == "overdue"],
            [s for s in standings if s.settled_on is not None],
        )
    )
    missing = missing[: most - bool(done)]
    return [*missing, *done[: most - len(missing)]]


def recent(standings: Iterable[Standing], since: date) -> list[Standing]:
    """Those due on a day or later, and what must be public for good, whenever that was due."""
    return [s for s in standings if s.duty.due.on >= since or (s.duty.period is None and s.duty.formed_on is None)]


def subject(duty: Duty, on: date) -> str:
    """What a duty is about, as villagers say it on a day: 9月收支账目, 10月8日的公告公示."""
    if duty.period is not None:
        year = f"{on.year}年"
        label = duty.period.label
        return (label.removeprefix(year) or label) + duty.label
    if duty.formed_on is not None:
        year = "" if duty.formed_on.year == on.year else f"{duty.formed_on.year}年"
        return f"{year}{duty.formed_on.month}月{duty.formed_on.day}日的{duty.label}"
    return duty.label


def outcome(standing: Standing) -> str:
    """How a duty stands, as villagers say it: 逾期12天未公开."""
    due, late = standing.duty.due, standing.late_by
    if standing.state in ("not_due", "due_soon"):
        return f"{'快到期' if standing.state == 'due_soon' else '还没到期'}，最迟{due.text}公开"
    provisional = f"（期限{PROVISIONAL}）" if due.provisional else ""
    if standing.state == "overdue":
        return f"逾期{late}天未公开{provisional}"
    nothing = standing.state == "nothing_to_report"
    if standing.elsewhere:
        return "补录本期无此项，不算按时" if nothing else "以前已在别处公开，后来补录，不算按时"
    if late:
        return (f"本期无此项，晚了{late}天说明" if nothing else f"晚了{late}天公开") + provisional
    return "本期无此项" if nothing else "按时公开"


def counts(standings: Iterable[Standing]) -> Mapping[str, int]:
    """How many duties there are in each state."""
    found = dict.fromkeys(STATES, 0)
    for each in standings:
        found[each.state] += 1
    return found

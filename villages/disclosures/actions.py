"""Verbs of the disclosures: the life of an item. What may follow what stands in workflow.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.audit.actions import record
from villages.audit.models import Actor
from villages.calendar.periods import Period
from villages.core.clock import day_of
from villages.core.freshness import raise_versions
from villages.core.refusal import Refusal, needed, refuse_if
from villages.disclosures import facets, gate, rosters
from villages.disclosures.drafts import Draft, Problem
from villages.disclosures.due_queries import rules_of
from villages.disclosures.fields import LONGEST_TITLE
from villages.disclosures.findings import findings_of
from villages.disclosures.indexing import index
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item, Step
from villages.disclosures.periods import stored_period
from villages.disclosures.queries import kind_named
from villages.disclosures.rounds import hindrance, round_of, wrote
from villages.disclosures.rules import Rule, is_in_force, told_as
from villages.disclosures.values import read_values, refuse_incomplete, title_of, values_to_json
from villages.disclosures.workflow import VERBS, WRITERS, move
from villages.registry.models import EVERYTHING, Publisher
from villages.registry.queries import merged_into


def write(
    session: Session, kind: Kind, publisher: Publisher, given: Mapping[str, object], *, by: Staff, at: datetime,
    item: Item | None = None, period: Period | None = None, elsewhere_on: date | None = None,
) -> Item:  # fmt: skip
    """Write a draft, or write it anew; raises Refusal with a line for every field that is wrong.

    `elsewhere_on`: what was public elsewhere before comes in as 补录, and never counts as on time. It and the period
    are settled by the first publication.
    """
    _refuse_foreign(by, publisher)
    _refuse_kind(kind, publisher, period, rules_of(session, kind), item)
    values, past = read_values(kind, given), _past(elsewhere_on, at)
    if item is None:
        _refuse_reader(by)
        item = _new(kind, publisher, at=at)
        session.add(item)
    else:
        take(item, "write", by=by)
        _refuse_other(item, kind, publisher, period)
    store(item, kind, values)
    if not item.editions:
        item.elsewhere_on = past
        _store_period(item, period)
    session.flush()
    note(session, item, "write", by=by, at=at)
    return item


def write_all(session: Session, kind: Kind, drafts: Sequence[Draft], *, by: Staff, at: datetime) -> list[Item]:
    """Write many drafts at once, all or none; raises Refusal with a line for each that may not be written."""
    _refuse_reader(by)
    refuse_if(problem.line for problem in misplaced(session, kind, drafts, by=by))
    items = []
    for draft in drafts:
        item = _new(kind, draft.publisher, at=at)
        _store_period(item, draft.period)
        store(item, kind, draft.values)
        items.append(item)
    session.add_all(items)
    session.flush()
    for item, draft in zip(items, drafts, strict=True):
        rosters.remember(session, item, draft.tails)
        _trace(session, item, "write", by=by, at=at)
    session.flush()
    return items


def misplaced(session: Session, kind: Kind, drafts: Sequence[Draft], *, by: Staff) -> list[Problem]:
    """Why somebody may not write some of many drafts: not in their area, not owed, not a period of that time."""
    problems, rules = [], rules_of(session, kind)
    for draft in drafts:
        try:
            _refuse_foreign(by, draft.publisher)
            _refuse_kind(kind, draft.publisher, draft.period, rules)
        except Refusal as refusal:
            problems += [Problem(f"{draft.where}：{line}", line, draft.sheet, draft.row) for line in refusal.lines]
    return problems


def submit(session: Session, item: Item, *, by: Staff, at: datetime, looked: bool = False) -> None:
    """Send a draft to review. `looked`: a person has looked at what the gate asks about."""
    take(item, "submit", by=by)
    refuse_incomplete(kind_named(item.kind), item.draft)
    refuse_at_gate(item, looked=looked)
    item.state, item.step = "in_review", 0
    note(session, item, "submit", by=by, at=at, text="已人工核对" if looked else "")


def approve(session: Session, item: Item, *, by: Staff, at: datetime) -> None:
    """Give one of the approvals the kind demands, in order, each by another person; the last never by a writer."""
    kind = kind_named(item.kind)
    take(item, "approve", by=by)
    refuse_if(filter(None, [hindrance(item, kind, by)]))
    item.step += 1
    if item.step == len(kind.review):
        item.state = "approved"
    note(session, item, "approve", by=by, at=at)


def send_back(session: Session, item: Item, *, reason: str, by: Staff, at: datetime) -> None:
    """Give an item back to its writer, with the reason."""
    to, text = take(item, "send_back", by=by), needed(reason, "退回的原因")
    item.state, item.step, item.publish_at = to, 0, None
    note(session, item, "send_back", by=by, at=at, text=text)


def override(session: Session, item: Item, *, reason: str, by: Staff, at: datetime) -> None:
    """Let pass what the gate stops in this very content, with a reason, by somebody who did not write it."""
    take(item, "override", by=by)
    if wrote(round_of(item), by):
        raise Refusal("这一条是您写的，要由另一个人核对后放行")
    note(session, item, "override", by=by, at=at, text=f"{_digest(item)} {needed(reason, '放行的原因', 200)}")


def schedule(session: Session, item: Item, *, publish_at: datetime, by: Staff, at: datetime) -> None:
    """Have an approved item published at a later moment."""
    to = take(item, "schedule", by=by)
    if publish_at <= at:
        raise Refusal("定时发布的时间已经过了，请改成以后的时间，或者直接发布")
    item.state, item.publish_at = to, publish_at
    note(session, item, "schedule", by=by, at=at)


def correct(
    session: Session, item: Item, given: Mapping[str, object], *, public_note: str, by: Staff, at: datetime
) -> None:
    """Begin a correction: the public edition stays until the corrected one is published with its public note."""
    kind = kind_named(item.kind)
    to, text = take(item, "correct", by=by), needed(public_note, "更正说明")
    values = read_values(kind, given)
    item.state, item.step = to, 0
    store(item, kind, values)
    note(session, item, "correct", by=by, at=at, text=text)
    note(session, item, "write", by=by, at=at)


def withdraw(session: Session, item: Item, *, reason: str, by: Staff, at: datetime) -> None:
    """Take an item out of public view at once, also while its correction is under way; the draft is kept.

    A notice with the reason stays at its address.
    """
    to, text = take(item, "withdraw", by=by), needed(reason, "撤回的原因")
    item.state, item.step, item.publish_at = to, 0, None
    item.is_public, item.withdrawn_note = False, text
    note(session, item, "withdraw", by=by, at=at, text=item.withdrawn_note)
    show_anew(session, item, at=at)


def refuse_at_gate(item: Item, *, looked: bool) -> None:
    """Raise Refusal with every finding that keeps a draft from the public; a line each, never the value itself."""
    found, passed = findings_of(item), is_passed(item)
    stops = [f for f in found if f.tier == gate.Tier.STOP and not passed]
    asks = [f for f in found if f.tier == gate.Tier.ASK and not looked]
    lines = [f"{f.where}：有{f.what} {f.masked}，不能公开。请删去或遮住，确需公开的由另一人写明原因放行" for f in stops]
    words = [f"{f.what}（{f.masked}），请人工看一遍" if f.masked else f.what for f in asks]
    lines += [f"{f.where}：{word}；确认可以公开后再送审" for f, word in zip(asks, words, strict=True)]
    refuse_if(lines)


def show_anew(session: Session, item: Item, *, at: datetime) -> None:
    """Bring what finds an item in line with it, and raise the versions of all pages that show it, near and above."""
    near = facets.renew(session, item, today=day_of(at))
    index(session, item)
    rosters.renew(session, item)
    raise_versions(session, {EVERYTHING}, at=at)  # first, so that all who publish wait here, holding nothing yet
    above = {item.unit.parent.scope} if item.unit.parent is not None else set()
    scopes = {item.unit.scope, f"item:{item.id}", *(unit.scope for unit in merged_into(session, item.unit))}
    raise_versions(session, scopes | above | {f"unit:{unit_id}" for unit_id in near}, at=at)


def take(item: Item, verb: str, *, by: Staff) -> str:
    """The state after a verb; raises Refusal where the table, the role or the area forbids it."""
    found = move(item.state, verb, is_public=item.is_public)
    if by.role not in found.roles:
        raise Refusal(f"{by.role_title}不能{VERBS[verb]}")
    _refuse_foreign(by, item.publisher)
    return found.to


def _refuse_foreign(by: Staff, publisher: Publisher) -> None:
    if not by.speaks_for(publisher):
        raise Refusal(f"{publisher.name}不在您的管辖范围（{by.area}）里")


def _refuse_kind(
    kind: Kind, publisher: Publisher, period: Period | None, rules: Sequence[Rule], item: Item | None = None
) -> None:  # fmt: skip
    """A period is one of the cycle in force at its time; that of what was published before stays as it was."""
    if publisher.kind not in kind.publishers:
        raise Refusal(f"“{kind.label}”不由{publisher.name}公开")
    if (item is None or not item.editions) and not is_in_force(kind, rules, period):
        right = told_as(kind, rules, period.label) if period else None
        raise Refusal(f"“{kind.label}”要写明是哪一期的" + (f"；那时要按{right.label}公开" if right else ""))


def _refuse_reader(by: Staff) -> None:
    if by.role not in WRITERS:
        raise Refusal(f"{by.role_title}不能录入公开事项")


def _refuse_other(item: Item, kind: Kind, publisher: Publisher, period: Period | None) -> None:
    """An item stays of its kind and publisher; and of its period, once the public has seen it."""
    if item.kind != kind.key or item.publisher_id != publisher.id:
        raise Refusal(
            f"编号 {item.id} 是{item.publisher.name}的“{kind_named(item.kind).label}”，不能改成别的，请另写一条"
        )
    stored = stored_period(item.period_start, item.period_cycle, kind.cycle)
    if item.editions and stored != period:
        raise Refusal("已经发布过的，期间不能再改；写错了期间的请撤回后另写一条")


def _new(kind: Kind, publisher: Publisher, *, at: datetime) -> Item:
    """An item without anything in it; its lists are there already, so that nothing asks the database for them."""
    return Item(
        kind=kind.key, publisher=publisher, unit=publisher.unit, created_at=at, state="draft", step=0,
        editions=[], steps=[],
    )  # fmt: skip


def _store_period(item: Item, period: Period | None) -> None:
    """What an item is about, with the cycle it was written under: its label stays when a rule changes the cycle."""
    item.period_start, item.period_cycle = (period.start, period.cycle) if period else (None, "")


def store(item: Item, kind: Kind, values: dict[str, Any]) -> None:
    """Put values into the draft; what the public sees of an item stays until they are published."""
    item.draft = values_to_json(kind, values)
    if not item.editions:
        settle(item, kind, values)


def settle(item: Item, kind: Kind, values: Mapping[str, Any]) -> None:
    """Bring what lists and duties ask of an item in line with values."""
    item.title = title_of(kind, values)[:LONGEST_TITLE]  # only what was stored before titles had an end is cut
    item.formed_on = values.get(kind.formed_field) if kind.formed_field else None


def _past(elsewhere_on: date | None, at: datetime) -> date | None:
    if elsewhere_on is not None and elsewhere_on > day_of(at):
        raise Refusal("补录的原公开日期不能晚于今天")
    return elsewhere_on


def is_passed(item: Item) -> bool:
    """Whether somebody let pass what the gate stops in this very content."""
    return any(step.verb == "override" and step.note.startswith(_digest(item)) for step in round_of(item))


def _digest(item: Item) -> str:
    """What says that content is still the same; nothing can be read from it."""
    return hashlib.sha256(json.dumps(item.draft, sort_keys=True).encode()).hexdigest()[:16]


def note(session: Session, item: Item, verb: str, *, by: Staff | Actor, at: datetime, text: str = "") -> None:
    """Add a step to an item's trail, and the audit entry of the act."""
    _trace(session, item, verb, by=by, at=at, text=text)
    session.flush()


def _trace(session: Session, item: Item, verb: str, *, by: Staff | Actor, at: datetime, text: str = "") -> None:
    staff = by if isinstance(by, Staff) else None
    item.steps.append(Step(verb=verb, staff_id=staff.id if staff else None, at=at, note=text))
    actor = by.actor if isinstance(by, Staff) else by
    record(session, f"item.{verb}", f"item:{item.id}", by=actor, at=at, state=item.state)

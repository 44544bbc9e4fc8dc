"""Rows as JSON documents. Pure but for the addresses, which are handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from villages.core.clock import day_of
from villages.data.changes import Change
from villages.data.values import described, fields_of
from villages.disclosures.duties import Standing, spoken
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import label_of, period_told
from villages.disclosures.values import values_from_json
from villages.registry.models import Contact, Publisher, Unit

Document = dict[str, Any]
Address = Callable[..., str]


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _unit(unit: Unit) -> Document:
    return {"code": unit.division_code, "name": unit.name, "level": unit.level}


def _publisher(publisher: Publisher) -> Document:
    return {"code": publisher.code, "name": publisher.name, "kind": publisher.kind}


def village(unit: Unit, address: Address) -> Document:
    """A village in a list."""
    return {
        **_unit(unit), "kind": unit.kind, "committee": unit.committee, "township": unit.name_above("township"),
        "county": unit.name_above("county"), "former_names": [each.name for each in unit.former_names],
        "merged_into": unit.successor.division_code if unit.merged_into_id is not None else None,
        "url": address("portal.unit", code=unit.division_code),
        "api": address("data.village", code=unit.division_code),
    }  # fmt: skip


def village_whole(unit: Unit, contact: tuple[Unit, Contact] | None, address: Address) -> Document:
    """A village by itself: with the office to call, and where its items and feed are."""
    found = None
    if contact is not None:
        office, entry = contact
        found = {
            "office": office.name, "phone": entry.phone, "hours": entry.hours, "is_sample": entry.is_sample
        }  # fmt: skip
    return village(unit, address) | {
        "contact": found,
        "items": address("data.items", within=unit.division_code),
        "feed": address("data.feed", area=unit.division_code),
    }


def item(row: Item, edition: Edition, address: Address) -> Document:
    """An item in a list; `updated_at` is the moment of its latest edition."""
    kind = kinds()[row.kind]
    period, at = period_told(kind, row), row.published_at or edition.published_at
    return {
        "id": row.id, "title": edition.title, "kind": kind.key, "kind_label": kind.label, "section": kind.section,
        "column": kind.column,
        "period": {"from": _day(period.start), "to": _day(period.end), "label": label_of(period)} if period else None,
        "publisher": _publisher(row.publisher), "unit": _unit(row.unit),
        "published_on": _day(day_of(at)), "published_at": moment(at), "updated_at": moment(edition.published_at),
        "edition": edition.number, "elsewhere_on": _day(row.elsewhere_on), "notice_until": _day(row.notice_until),
        "is_emergency": row.is_emergency, "is_sample": row.is_sample,
        "url": address("portal.item", item_id=row.id), "api": address("data.item", id=row.id),
    }  # fmt: skip


def item_whole(row: Item, address: Address) -> Document:
    """An item by itself, with every public edition, the first first."""
    editions = [_edition(kinds()[row.kind], each) for each in row.editions]
    return item(row, row.editions[-1], address) | {"editions": editions}


def _edition(kind: Kind, edition: Edition) -> Document:
    return {
        "number": edition.number, "title": edition.title, "note": edition.note,
        "published_at": moment(edition.published_at),
        "fields": fields_of(kind, values_from_json(kind, edition.content)),
    }  # fmt: skip


def duty(standing: Standing, publisher: Publisher, address: Address) -> Document:
    """A duty and how it stands. Lists of names are told without a way to them."""
    owed, kind = standing.duty, kinds()[standing.duty.kind]
    period = owed.period
    return {
        "publisher": _publisher(publisher), "kind": kind.key, "kind_label": kind.label,
        "period": {"from": _day(period.start), "to": _day(period.end), "label": period.label} if period else None,
        "formed_on": _day(owed.formed_on), "due_on": _day(owed.due.on), "is_provisional": owed.due.provisional,
        "state": standing.state, "settled_on": _day(standing.settled_on), "late_by": standing.late_by,
        "is_on_time": standing.is_on_time, "text": spoken(standing),
        "url": address("portal.unit", code=publisher.unit.division_code),
    }  # fmt: skip


def kind(found: Kind, address: Address) -> Document:
    """A kind in the catalogue."""
    fields = [described(field) | {"required": field.required} for field in found.fields if field.mask != "omit"]
    return {
        "key": found.key, "label": found.label, "words": found.words, "section": found.section,
        "column": found.column, "publishers": list(found.publishers), "cycle": found.cycle,
        "due_days": found.due_days, "due_unit": found.due_unit, "law": found.law,
        "valid_from": _day(found.valid_from), "is_exported": found.exported, "fields": fields,
        "csv": address("data.table", key=found.key, form="csv") if found.exported else None,
        "xlsx": address("data.table", key=found.key, form="xlsx") if found.exported else None,
    }  # fmt: skip


def change(entry: Change, address: Address) -> Document:
    """An entry of the log. Who did it is not told."""
    kind = kinds()[entry.item.kind]
    return {
        "at": moment(entry.at), "on": _day(day_of(entry.at)), "type": entry.type, "type_label": entry.word,
        "kind": kind.key if kind.exported else None, "title": entry.title, "period": entry.period or None,
        "note": entry.note, "publisher": _publisher(entry.item.publisher), "unit": _unit(entry.item.unit),
        "item": entry.item_id, "is_sample": entry.item.is_sample,
        "url": address("portal.item", item_id=entry.item_id) if entry.item_id else None,
    }  # fmt: skip

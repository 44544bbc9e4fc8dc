"""Real items that come with the program: figures which a government published before, so that they can be seen at once.

They are no sample and stay when the sample is taken away. What is bundled names its publisher by division code; a
county that is not in the registry gets nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.audit.models import Actor
from villages.core.refusal import Refusal
from villages.disclosures import gate
from villages.disclosures.actions import note, show_anew
from villages.disclosures.models import Edition, Item
from villages.disclosures.queries import kind_named
from villages.disclosures.values import read_values, texts_of, title_of, values_to_json
from villages.registry.models import Publisher
from villages.registry.queries import publisher_by_code

DATA = Path(__file__).with_name("data")


def add_bundled(session: Session, *, by: Actor, at: datetime) -> int:
    """Publish what is bundled and not there yet, in whatever state; returns how many items were made.

    No day of the first publication is in the data, so none is given. It is not counted as on time: its period's due
    day is long past. Raises Refusal when a file's content is wrong, or may not become public.
    """
    made = 0
    for path in sorted(DATA.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        publisher = publisher_by_code(session, told["publisher"])
        if publisher is not None and not _is_there(session, publisher, told):
            _publish(session, publisher, told, by=by, at=at)
            made += 1
    return made


def _is_there(session: Session, publisher: Publisher, told: Mapping[str, Any]) -> bool:
    same = select(Item.id).where(Item.publisher_id == publisher.id, Item.kind == told["kind"])
    return (
        session.scalar(same.where(Item.period_start == date.fromisoformat(told["period_start"])).limit(1)) is not None
    )


def _publish(session: Session, publisher: Publisher, told: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    kind = kind_named(told["kind"])
    values = read_values(kind, told["values"])
    found = gate.scan([gate.Piece(p.where, p.text, exempt=p.public, row=p.row) for p in texts_of(kind, values)])
    if found:
        raise Refusal(*(f"{kind.label}：{each.where}有{each.what} {each.masked}，不能公开" for each in found))
    title, content = title_of(kind, values), values_to_json(kind, values)
    item = Item(
        kind=kind.key, publisher=publisher, unit=publisher.unit, state="published", title=title, draft=content,
        period_start=date.fromisoformat(told["period_start"]), created_at=at, published_at=at, is_public=True,
        editions=[Edition(number=1, title=title, content=content, published_at=at)], steps=[],
    )  # fmt: skip
    session.add(item)
    session.flush()
    note(session, item, "publish", by=by, at=at, text=f"随程序带来：{told['from']}")
    show_anew(session, item, at=at)

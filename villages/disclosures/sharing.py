"""One entry for many villages: a township fills one form, and each of its villages has the item.

A kind says how (`shared`): `whole` items are complete; of a `completed` kind only what is the same everywhere need be
given, and each village adds the rest before it can submit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.calendar.periods import Period
from villages.core.refusal import Refusal
from villages.disclosures.actions import write_all
from villages.disclosures.drafts import Draft
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item
from villages.disclosures.values import read_values, values_from_json
from villages.registry.models import Publisher


def share(
    session: Session, kind: Kind, publishers: Sequence[Publisher], given: Mapping[str, object], *,
    period: Period | None, by: Staff, at: datetime,
) -> list[Item]:  # fmt: skip
    """A draft for each publisher with the same content, all or none. Raises Refusal."""
    if kind.shared == "none":
        raise Refusal(f"“{kind.label}”每个村不一样，不能一份给多个村")
    if not publishers:
        raise Refusal("一个村也没有选，请至少选一个")
    values = read_values(asking(kind), given)
    drafts = [Draft(publisher.name, publisher, period, values) for publisher in publishers]
    return write_all(session, kind, drafts, by=by, at=at)


def asking(kind: Kind) -> Kind:
    """The kind as its form for many villages asks: where each village adds its own, nothing must be there."""
    if kind.shared != "completed":
        return kind
    return replace(kind, fields=tuple(replace(field, required=False) for field in kind.fields))


def lacking(kind: Kind, draft: Mapping[str, Any]) -> list[str]:
    """The labels of the fields that a village still has to fill in."""
    values = values_from_json(kind, dict(draft))
    return [f.label for f in kind.fields if f.required and f.mask != "omit" and values.get(f.name) in (None, (), "")]

"""An item in one pair of hands: whoever acts on it sees what is there now, and nobody else changes it meanwhile."""

from __future__ import annotations

from sqlalchemy.orm import Session

from villages.core.clock import moment_text
from villages.core.refusal import Refusal
from villages.disclosures.models import Item
from villages.disclosures.queries import item
from villages.disclosures.workflow import VERBS


def held(session: Session, item_id: int, *, seen: int | None = None) -> Item:
    """An item, locked until the transaction ends. `seen`: the number of the last step that the person saw.

    Raises Refusal where there is no such item, and where something was done with it since.
    """
    found = item(session, item_id)
    session.expire(found)
    session.refresh(found, with_for_update=True)  # two people at once: the second sees what the first did
    if seen is not None and seen != last_step(found):
        step = found.steps[-1]
        who = f"{step.staff.name}在" if step.staff else ""
        raise Refusal(
            f"“{found.title}”{who}{moment_text(step.at)}{VERBS.get(step.verb, step.verb)}过，"
            "和您打开时不一样了。请重新打开，看过再办"
        )
    return found


def last_step(item: Item) -> int:
    """The number of the last thing that was done with an item; 0 where nothing was."""
    return item.steps[-1].id if item.steps else 0

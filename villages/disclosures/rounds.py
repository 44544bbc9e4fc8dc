"""One round of an item: from the first word of an edition to its publication, and who may still review it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from villages.accounts.models import Staff
from villages.disclosures.kind import Kind
from villages.disclosures.models import Item, Step

# What ends a round; the next steps count for the next edition.
ENDING = ("publish", "emergency", "discard")


def round_of(item: Item) -> list[Step]:
    """The steps since the item was last published, or a correction given up: those that count for the next edition."""
    for at in range(len(item.steps) - 1, -1, -1):
        if item.steps[at].verb in ENDING:
            return item.steps[at + 1 :]
    return list(item.steps)


def fits(kind: Kind, step: int, role: str) -> bool:
    """Whether a role gives the approval that a kind demands as its `step`, from 0; a publisher may stand in."""
    return step < len(kind.review) and (role == kind.review[step] or (role, kind.review[step]) == STAND_IN)


STAND_IN = ("publisher", "reviewer")


def hindrance(item: Item, kind: Kind, by: Staff) -> str:
    """Why somebody may not give the approval that is due now, in Chinese; '' where they may."""
    if not fits(kind, item.step, by.role):
        return f"这一道审核要由别的角色来做，您是{by.role_title}"
    steps = round_of(item)
    submitted = max((at for at, step in enumerate(steps) if step.verb == "submit"), default=0)
    if any(step.staff_id == by.id for step in steps[submitted:] if step.verb == "approve"):
        return "您已经审过一道，下一道要由别人来审"
    if item.step == len(kind.review) - 1 and wrote(steps, by):
        return "这一条是您写的，最后一道审核要由别人来做"
    return ""


def wrote(steps: Sequence[Step], by: Staff) -> bool:
    """Whether somebody wrote what a round is about."""
    return any(step.staff_id == by.id for step in steps if step.verb == "write")


def is_plain(item: Item) -> bool:
    """Whether the gate found nothing that a person had to decide on when the item was submitted."""
    steps = round_of(item)
    last = next((step for step in reversed(steps) if step.verb == "submit"), None)
    return last is not None and not last.note and all(step.verb != "override" for step in steps)


def writer_of(item: Item) -> Staff | None:
    """Who wrote last."""
    return next((step.staff for step in reversed(item.steps) if step.verb == "write"), None)

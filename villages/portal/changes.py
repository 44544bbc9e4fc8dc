"""What a correction changed, as a villager reads it: page by page, so that a page stays small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from villages.disclosures.comparing import Change, Pair, compared
from villages.portal.drawing import PAGE, PAGE_ROWS
from villages.portal.showing import Shown


@dataclass(frozen=True)
class ChangesPage:
    """One page, counted from 1, of what differs."""

    changes: Sequence[Change]
    page: int
    pages: int


def changes_page(before: Shown, after: Shown, page: int) -> ChangesPage | None:
    """One page of what differs between two editions of an item; None where there is none."""
    pages = _pages(compared(after.kind, before.values, after.values)) or [[]]
    return ChangesPage(pages[page - 1], page, len(pages)) if 0 < page <= len(pages) else None


def _pages(changes: Sequence[Change]) -> list[list[Change]]:
    pages: list[list[Change]] = []
    room, rows = 0, 0
    for change in changes:
        for pair in change.pairs:
            if not pages or (pages[-1] and (pair.weight > room or rows == PAGE_ROWS)):
                pages.append([])
                room, rows = PAGE, 0
            _put(pages[-1], change, pair)
            room, rows = room - pair.weight, rows + 1
    return pages


def _put(page: list[Change], change: Change, pair: Pair) -> None:
    """Add a pair to a page, under the heading of its field."""
    if page and page[-1].name == change.name:
        page[-1] = Change(change.name, change.label, (*page[-1].pairs, pair))
    else:
        page.append(Change(change.name, change.label, (pair,)))

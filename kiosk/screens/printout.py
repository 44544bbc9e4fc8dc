"""打印: what it will be, how many pages, and the key that prints."""

from __future__ import annotations

from flask import url_for

from kiosk.printing import MOST_OF_A_VISITOR, forms, pages, printed, refusal
from kiosk.screen import at, draw

NAME, PATH = "printout", "/items/<int:item_id>/print"


def show(item_id: int) -> str:
    """The choice of paper, or why this is not printed."""
    shown, _ = printed(item_id)
    why = refusal(shown.kind)
    counts = {} if why else {name: len(pages(item_id, form)) for name, form in forms().items()}
    return draw(
        NAME, shown=shown, item=shown.item, why=why, up=at("item", item_id=item_id), most=MOST_OF_A_VISITOR,
        choices=[(name, forms()[name], count) for name, count in counts.items() if count],
        take=url_for("portal.item", item_id=item_id),
    )  # fmt: skip

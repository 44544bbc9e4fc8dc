"""Asking a page whose document may be replaced at any moment: a visit ends when it ends."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Error, Page

TRIES = 5
REPLACED = ("context was destroyed", "Cannot find context", "because of a navigation")


def ask(page: Page, script: str, *given: Any) -> Any:
    """What a script answers in the document that stands there; asked anew where that is just being replaced."""
    for _ in range(TRIES):
        try:
            return page.evaluate(script, *given)
        except Error as error:
            if not any(each in error.message for each in REPLACED):
                raise
            page.wait_for_load_state()
    raise AssertionError("one document after another")

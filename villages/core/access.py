"""Who may open a staff page. Denied by default: a view under /admin/ without `@allow` is refused to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

ANYBODY = "anybody"
SIGNED_IN = "signed in"


def allow(*roles: str) -> Callable[[View], View]:
    """Mark a staff view as open to some roles, to everybody SIGNED_IN, or to ANYBODY (the sign-in page alone)."""

    def mark(view: View) -> View:
        view.allowed = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def allowed(view: Callable[..., Any] | None) -> frozenset[str]:
    """The roles a view is open to; nobody where it is not marked."""
    return getattr(view, "allowed", frozenset())

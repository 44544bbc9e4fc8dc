"""What villagers' pages share in answering: what may be kept, what was not found, the way on from an old address."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, redirect, request, url_for

from villages.core.freshness import freshness_of
from villages.core.web import db
from villages.portal.front import KEEP, Keep
from villages.portal.visitors import is_person
from villages.registry.queries import unit_by_former_code


def keep(scope: str) -> None:
    """Let the front keep this answer.

    A request reads from one snapshot, so version and content are of one moment.
    """
    request.environ[KEEP] = Keep(scope, freshness_of(db(), scope)[0])


def note_vain(text: str) -> None:
    """Have it counted that a person looked for something and there was nothing at all."""
    if is_person(request.environ):
        current_app.extensions["counting"].vain.note(text)


def moved(code: str, endpoint: str, **values: Any) -> Any:
    """The way on from a division code that a unit used to have."""
    former = unit_by_former_code(db(), code)
    if former is None:
        abort(404)
    return redirect(url_for(endpoint, code=former.division_code, **values), 301)

"""Lets the front keep an answer."""

from __future__ import annotations

from flask import request

from villages.core.freshness import freshness_of
from villages.core.web import db
from villages.portal.front import KEEP, Keep


def keep(scope: str) -> None:
    """Let the front keep this answer as long as the scope stays at its version.

    A request reads from one snapshot, so version and content are of one moment.
    """
    request.environ[KEEP] = Keep(scope, freshness_of(db(), scope)[0])

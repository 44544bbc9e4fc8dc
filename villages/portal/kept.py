"""A view's word to the front that its answer may be kept."""

from __future__ import annotations

from flask import request

from villages.core.freshness import freshness_of
from villages.core.web import db
from villages.portal.front import KEEP, Keep


def keep(scope: str) -> None:
    """Let the front keep this answer while a scope stays at its version; to be called before content is read.

    A request reads from one snapshot, so version and content are of one moment.
    """
    request.environ[KEEP] = Keep(scope, freshness_of(db(), scope)[0])

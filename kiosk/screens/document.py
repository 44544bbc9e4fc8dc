"""An attachment page by page: a gazette, a collection of policies, a contract that was photographed."""

from __future__ import annotations

from flask import abort, request, url_for

from kiosk.documents import pages_of
from kiosk.screen import at, draw
from villages.portal.files import public_file

NAME, PATH = "document", "/documents/<token>"


def show(token: str) -> str:
    """One page of it."""
    found, item, _ = public_file(token)
    pages, page = pages_of(found), request.args.get("page", 1, type=int)
    if not 0 < page <= pages:
        abort(404)
    return draw(
        NAME, file=found, item=item, page=page, pages=pages, up=at("item", item_id=item.id),
        take=url_for("files.file", token=token, name=found.name),
    )  # fmt: skip

"""`/files/<id>/<name>`: an attachment of an item that the public may see now."""

from __future__ import annotations

import logging
from pathlib import PurePath
from urllib.parse import quote

from flask import Blueprint, Response, abort, send_file

from villages.core.clock import day_of, now
from villages.core.files import FileStore
from villages.core.web import db, settings
from villages.disclosures.attachments import attachment
from villages.disclosures.blocks.files import StoredFile, files_in
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Attachment, Item
from villages.portal import showing

bp = Blueprint("files", __name__)
log = logging.getLogger(__name__)

# What browsers show themselves; all else is handed over to be kept.
SHOWN = ("application/pdf", "image/")
# A file is no page of ours: it may load nothing, run nothing, send nothing, and reach no cookie.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'"
# Safari shows a PDF in a sandbox as an empty page, and older Chromium blocks it; newer ones drop its policy.
PDF = "application/pdf"
PDF_POLICY, SANDBOX = f"{POLICY}; object-src 'self'", f"{POLICY}; sandbox"


@bp.get("/files/<token>/<name>")
def file(token: str, name: str) -> Response:
    """One attachment, as long as a public edition of its item names it; 404 whatever else is the reason."""
    found, item, latest = public_file(token)
    if found.name != name:
        abort(404)
    return _answer(found, indexed=latest and kinds()[item.kind].listed)


def public_file(token: str) -> tuple[Attachment, Item, bool]:
    """An attachment, its item, and whether the latest edition names it; 404 or 410 where the public may not see it."""
    found = attachment(db(), token) or abort(404)
    item = showing.item_now(db(), found.item_id, day_of(now())) or abort(404)
    latest = _is_shown(item, found)
    if not item.is_public:
        abort(410)
    return found, item, latest


def _is_shown(item: Item, found: Attachment) -> bool:
    """Whether the latest edition names a file; 404 where no edition does."""
    wanted = StoredFile(found.digest, found.name)
    naming = [each.number for each in item.editions if wanted in _files(item, each.number)]
    if not naming:
        abort(404)
    return naming[-1] == item.editions[-1].number


def _files(item: Item, number: int) -> list[StoredFile]:
    shown = showing.shown(item, number)
    return list(files_in(shown.values)) if shown else []


def _answer(found: Attachment, *, indexed: bool) -> Response:
    shown = found.media_type.startswith(SHOWN)
    try:
        answer = send_file(
            FileStore(settings().files_dir).path(found.digest), found.media_type,
            etag=found.digest[:32], last_modified=found.created_at,
        )  # fmt: skip
    except FileNotFoundError:
        log.error("the file of attachment %s is missing", found.id)  # noqa: TRY400 - the trace says no more
        abort(404)
    answer.headers["Content-Disposition"] = _disposition("inline" if shown else "attachment", found.name)
    answer.headers["Content-Security-Policy"] = PDF_POLICY if found.media_type == PDF else SANDBOX
    if not indexed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _disposition(how: str, name: str) -> str:
    """A Chinese name by RFC 6266, with a plain one for programs that do not know it."""
    return f"{how}; filename=\"file{PurePath(name).suffix}\"; filename*=UTF-8''{quote(name, safe='')}"

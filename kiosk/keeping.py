"""What a hall's screen keeps for the time when the line is away: addresses, the weightiest first, each with a tag.

A tag changes when the content of its address may have changed: with the version of the unit that is shown, with what
has ended since, with our program. So a machine that asks every few minutes fetches what is new and nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from flask import Response, url_for
from werkzeug.exceptions import NotFound

from kiosk import files
from kiosk.asking import newest_of_each, newest_with_files, shown_of_each
from kiosk.documents import PICTURES, is_readable, pages_of
from kiosk.machine import here, rules, this_machine
from villages.core.clock import day_of, now
from villages.core.freshness import versions_of
from villages.core.scripts import STATIC
from villages.core.web import db
from villages.disclosures.attachments import files_of
from villages.disclosures.blocks.files import files_in
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Attachment
from villages.portal import showing
from villages.portal.sections import SECTIONS
from villages.registry.models import EVERYTHING, Unit
from villages.registry.queries import townships, villages_in

MOST, MOST_BYTES = 1000, 40 * 1024 * 1024
MOST_DOCUMENTS, MOST_PAGES, LARGEST_PICTURE = 20, 5, 2 * 1024 * 1024
# The screens that are the same whatever was tapped before; `later` stands in for what is not kept.
FRAME = ("later", "home", "waiting", "townships", "find", "number", "search", "zone", "help")
OWN = Path(__file__).resolve().parent
SUFFIXES = (".py", ".html", ".css", ".js", ".toml")
DRAWN_BY = (OWN, STATIC / "kiosk", OWN.parent / "villages" / "portal", OWN.parent / "villages" / "disclosures")


def keep() -> Response:
    """The list for the machine that asks. `hall`: for whom it is; what was kept for another is not to be shown."""
    hall, machine = here(), this_machine()
    who = _digest(machine.token_digest if machine else "open", hall.id if hall else 0)
    is_ours = hall is not None and (machine is not None or not rules()["kiosk_pairing"])
    kept = dict(islice(_listed(hall, f"{who} {machine.name if machine else ''}"), MOST)) if hall and is_ours else {}
    told = {"hall": who, "version": _digest(*kept.items()), "most_bytes": MOST_BYTES, "keep": kept}
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")


def _listed(hall: Unit, who: str) -> Iterator[tuple[str, str]]:
    """Each address with its tag; what everybody needs first, then what few do."""
    session, today = db(), day_of(now())
    own, grids = villages_in(session, hall), townships(session)
    units = [hall, *([hall.parent] if hall.parent and hall.level == "township" else []), *own]
    versions = versions_of(session, {EVERYTHING, *(unit.scope for unit in (*units, *grids))})
    shown = shown_of_each(session, units, today)

    def tag(scope: str, *more: object) -> str:
        return _digest(program(), who, versions.get(scope, 0), *more)

    plain = {unit.id: tag(unit.scope) for unit in units}
    lists = {unit.id: tag(unit.scope, sorted(shown.get(unit.id, {}).items())) for unit in units}
    yield from ((url_for(f"kiosk.{name}"), tag(EVERYTHING, today)) for name in FRAME)
    yield from ((address, "") for address in files.addresses())
    yield from ((url_for("kiosk.township", code=unit.division_code), tag(unit.scope)) for unit in grids)
    yield from ((url_for("kiosk.village", code=unit.division_code), tag(unit.scope, today)) for unit in units)
    for unit in units if hall.level == "township" else [hall]:
        yield from ((address, lists[unit.id]) for address in _sections(unit))
    newest = newest_of_each(session, units, today, most=showing.LATEST)[:MOST]
    yield from ((url_for("kiosk.item", item_id=item_id), plain[unit_id]) for item_id, unit_id in newest)
    yield from _documents({item_id: plain[unit_id] for item_id, unit_id in newest})
    for unit in units:
        yield from ((address, lists[unit.id]) for address in _columns(unit, shown.get(unit.id, {})))


def _sections(unit: Unit) -> Iterator[str]:
    for section in SECTIONS:
        yield url_for("kiosk.section", code=unit.division_code, section=section.key)


def _documents(tags: dict[int, str]) -> Iterator[tuple[str, str]]:
    """The first pages of the documents that the newest items name, with their pictures."""
    for item in newest_with_files(db(), list(tags), most=MOST_DOCUMENTS):
        shown, attached = showing.shown(item), files_of(item)
        for found in [attached[file] for file in files_in(shown.values) if file in attached] if shown else []:
            for page in range(1, min(_pages(found), MOST_PAGES) + 1):
                yield url_for("kiosk.document", token=found.id, page=page if page > 1 else None), tags[item.id]
                yield url_for("kiosk.document_page", token=found.id, number=page), tags[item.id]


def _pages(found: Attachment) -> int:
    """How many pages of a document can be shown; none of a photograph that is too large to be kept."""
    if not is_readable(found.media_type) or (found.media_type in PICTURES and found.size > LARGEST_PICTURE):
        return 0
    try:
        return pages_of(found)
    except NotFound:
        return 0


def _columns(unit: Unit, shown: dict[str, int]) -> Iterator[str]:
    """The first page of each column, where its section has several."""
    held = dict.fromkeys((kind.section, kind.column) for kind in kinds().values() if kind.key in shown)
    several = [section for section, _ in held]
    for section, column in held:
        if several.count(section) > 1:
            yield url_for("kiosk.section", code=unit.division_code, section=section, column=column)


@cache
def program() -> str:
    """What tells the program that draws these screens from another one."""
    return _digest(*(path.read_bytes() for path in drawn_by()))


def drawn_by() -> list[Path]:
    """The files of that program; what makes the machine itself (kiosk/deploy) draws nothing."""
    found = sorted(path for folder in DRAWN_BY for path in folder.rglob("*") if path.suffix in SUFFIXES)
    return [path for path in found if not path.is_relative_to(OWN / "deploy")]


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()

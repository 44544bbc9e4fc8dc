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

from kiosk import files
from kiosk.asking import newest_of_each, shown_of_each
from kiosk.machine import here, this_machine
from villages.core.clock import day_of, now
from villages.core.freshness import versions_of
from villages.core.scripts import STATIC
from villages.core.web import db
from villages.disclosures.kinds import kinds
from villages.portal.sections import SECTIONS
from villages.portal.showing import LATEST
from villages.registry.models import EVERYTHING, Unit
from villages.registry.queries import townships, villages_in

MOST, MOST_BYTES = 800, 40 * 1024 * 1024
# The screens that are the same whatever was tapped before; `later` stands in for what is not kept.
FRAME = ("later", "home", "waiting", "townships", "find", "number", "zone")
OWN = Path(__file__).resolve().parent
DRAWN_BY = (OWN, STATIC / "kiosk", OWN.parent / "villages" / "portal", OWN.parent / "villages" / "disclosures")


def keep() -> Response:
    """The list for the machine that asks. `hall`: for whom it is; what was kept for another is not to be shown."""
    hall, machine = here(), this_machine()
    who = _digest(machine.token_digest if machine else "open", hall.id if hall else 0)
    kept = dict(islice(_listed(hall, f"{who} {machine.name if machine else ''}"), MOST)) if hall else {}
    told = {"hall": who, "version": _digest(*kept.items()), "most_bytes": MOST_BYTES, "keep": kept}
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/json")


def _listed(hall: Unit, who: str) -> Iterator[tuple[str, str]]:
    """Each address with its tag; what everybody needs first, then what few do."""
    session, today = db(), day_of(now())
    own, grids = villages_in(session, hall), townships(session)
    units = [hall, *([hall.parent] if hall.parent and hall.level == "township" else []), *own]
    scopes = {unit.scope: unit for unit in (*units, *grids)}
    versions = versions_of(session, {EVERYTHING, *scopes})

    def tag(scope: str, *more: object) -> str:
        return _digest(program(), who, versions.get(scope, 0), *more)

    yield from ((url_for(f"kiosk.{name}"), tag(EVERYTHING, today)) for name in FRAME)
    yield from ((address, "") for address in files.addresses())
    for unit in grids:
        yield url_for("kiosk.township", code=unit.division_code), tag(unit.scope)
    shown = shown_of_each(session, units, today)
    for unit in units:
        yield url_for("kiosk.village", code=unit.division_code), tag(unit.scope, today)
    for unit in units if hall.level == "township" else units[:1]:
        yield from _sections(unit, tag(unit.scope, sorted(shown.get(unit.id, {}).items())))
    by_id = {unit.id: unit for unit in units}
    for item_id, unit_id in newest_of_each(session, units, today, most=LATEST):
        yield url_for("kiosk.item", item_id=item_id), tag(by_id[unit_id].scope)
    for unit in units:
        yield from _columns(unit, shown.get(unit.id, {}), tag(unit.scope, sorted(shown.get(unit.id, {}).items())))


def _sections(unit: Unit, tag: str) -> Iterator[tuple[str, str]]:
    for section in SECTIONS:
        yield url_for("kiosk.section", code=unit.division_code, section=section.key), tag


def _columns(unit: Unit, shown: dict[str, int], tag: str) -> Iterator[tuple[str, str]]:
    """The first page of each column, where the section has several."""
    held = dict.fromkeys((kind.section, kind.column) for kind in kinds().values() if kind.key in shown)
    several = [section for section, _ in held]
    for section, column in held:
        if several.count(section) > 1:
            yield url_for("kiosk.section", code=unit.division_code, section=section, column=column), tag


@cache
def program() -> str:
    """What tells the program that draws these screens from another one."""
    found = sorted(path for folder in DRAWN_BY for path in folder.rglob("*") if path.is_file())
    return _digest(*(path.read_bytes() for path in found if path.suffix in (".py", ".html", ".css", ".js", ".toml")))


def _digest(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()

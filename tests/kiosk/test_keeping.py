"""What a hall's screen is told to keep, and when it is told to fetch it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kiosk.keeping import MOST, MOST_BYTES, MOST_PAGES, OWN, drawn_by
from tests.disclosures.paperwork import pdf
from tests.portal.published import given_of, publish
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.disclosures import actions as publishing
from villages.disclosures.kinds import kinds
from villages.machines import actions
from villages.machines.queries import kiosk_of_token
from villages.registry.queries import township_named
from villages.site.actions import set_detail

HERE = "https://www.county.gov.cn"
STATIC = Path(__file__).resolve().parents[2] / "static" / "kiosk"
TOWNSHIP, VILLAGE, NEIGHBOUR, OTHER = "410923103", "410923103201", "410923103202", "410923102"


def test_copies_outlive_a_new_way_of_making_machines_and_nothing_else_of_the_program():
    found = {str(path.relative_to(OWN.parent)) for path in drawn_by()}
    assert {"kiosk/screens/home.py", "kiosk/templates/kiosk/home.html", "static/kiosk/page.css"} <= found
    assert not [each for each in found if "deploy" in each]


@pytest.fixture
def change(app):
    """Does something to the database in a transaction of its own."""

    def done(do):
        with app.extensions["storage"].transaction() as session:
            return do(session)

    return done


@pytest.fixture
def pair(change):
    """Pairs a machine with a township's hall."""

    def paired(token, code=TOWNSHIP):
        def do(session):
            machine = kiosk_of_token(session, token) or actions.ask(session, token=token, screen="", at=now())
            verb = actions.approve if machine.state == "asking" else actions.move
            verb(
                session, machine, unit=township_named(session, code), name="大厅", orientation="portrait",
                by=COMMAND_LINE, at=now(),
            )  # fmt: skip

        change(do)

    return paired


@pytest.fixture
def client(app, pair):
    """The browser of a hall in the largest township."""
    pair("machine")
    client = app.test_client()
    client.set_cookie("kiosk", "machine", domain="www.county.gov.cn", path="/msgk/kiosk")
    return client


def told(client):
    answer = client.get("/msgk/kiosk/keep.json", base_url=HERE)
    assert answer.status_code == 200
    return json.loads(answer.data)


def changed(before, after):
    return {address.removeprefix("/msgk/kiosk") for address, tag in after["keep"].items()
            if before["keep"].get(address) != tag}  # fmt: skip


def test_all_that_is_kept_can_be_had(client, change):
    for kind in kinds().values():
        change(lambda session, kind=kind: publish(session, VILLAGE, kind, given_of(kind)))
    addresses = told(client)["keep"]
    pages = [client.get(address, base_url=HERE) for address in addresses]
    assert {page.status_code for page in pages} == {200}
    assert sum(len(page.data) for page in pages) < MOST_BYTES
    assert not [page for page in pages if "no-store" in page.headers["Cache-Control"]]
    assert any("column=" in address for address in addresses)


def test_what_a_kept_screen_leads_to_is_kept_too_within_the_own_township(client, change):
    change(lambda session: publish(session, VILLAGE, next(iter(kinds().values()))))
    kept = told(client)["keep"]
    home = client.get("/msgk/kiosk/", base_url=HERE).text
    led = {address for address in re.findall(r'href="([^"?]+)"', home) if "/kiosk/" in address}
    assert led <= set(kept)
    assert len([address for address in kept if re.search(r"/villages/\d{12}$", address)]) == 41


def test_the_first_pages_of_a_document_are_kept_with_their_pictures_until_it_is_withdrawn(
    client, pair, draft, add, release, work
):
    pair("machine", "410923205")
    number = draft()
    add(number, (pdf("甲", "乙", "丙", "丁", "戊", "己", "庚"), "公报.pdf"))
    assert not documents(client)
    release(number)
    kept = documents(client)
    assert len(kept) == 2 * MOST_PAGES
    assert {client.get(address, base_url=HERE).status_code for address in kept} == {200}
    work(lambda session, item, by: publishing.withdraw(session, item, reason="重复", by=by, at=now()), number)
    assert not documents(client)


def documents(client):
    return [address for address in told(client)["keep"] if "/documents/" in address]


def test_where_pairing_is_demanded_a_stranger_keeps_nothing(app, change):
    change(lambda session: set_detail(session, "kiosk_pairing", "1", by=COMMAND_LINE, at=now()))
    assert told(app.test_client())["keep"] == {}


def test_the_county_s_screen_keeps_every_village_within_the_bound(app):
    kept = told(app.test_client())["keep"]
    assert len([address for address in kept if re.search(r"/villages/\d{12}$", address)]) == 322
    assert len(kept) <= MOST


def test_nothing_new_is_told_in_no_words(client):
    first = client.get("/msgk/kiosk/keep.json", base_url=HERE)
    again = client.get("/msgk/kiosk/keep.json", base_url=HERE, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "no-cache" in first.headers["Cache-Control"]


def test_a_publication_changes_what_shows_it_and_no_other_village(client, change):
    before = told(client)
    change(lambda session: publish(session, VILLAGE, next(iter(kinds().values()))))
    after = told(client)
    fresh = changed(before, after)
    assert {"/", f"/villages/{VILLAGE}", f"/villages/{VILLAGE}/affairs"} <= fresh
    assert not [address for address in fresh if NEIGHBOUR in address]
    assert before["version"] != after["version"]
    assert before["hall"] == after["hall"]


def test_a_hall_that_moves_and_a_machine_that_is_revoked_are_told_to_be_others(client, change, pair):
    first = told(client)["hall"]
    pair("machine", OTHER)
    second = told(client)
    assert f"/msgk/kiosk/townships/{OTHER}" in second["keep"]
    change(lambda session: actions.revoke(session, kiosk_of_token(session, "machine"), by=COMMAND_LINE, at=now()))
    assert len({first, second["hall"], told(client)["hall"]}) == 3


def test_the_worker_is_asked_for_anew_and_reads_no_clock(client):
    answer = client.get("/msgk/kiosk/sw.js", base_url=HERE)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Date" not in answer.text


def test_every_script_is_loaded_by_the_frame(client):
    loaded = re.findall(r'src="/msgk/kiosk/files/(\w+)\.js', client.get("/msgk/kiosk/later", base_url=HERE).text)
    assert sorted([*loaded, "sw"]) == sorted(path.stem for path in STATIC.glob("*.js"))

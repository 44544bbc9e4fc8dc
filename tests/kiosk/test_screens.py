"""The hall's screens: what stands on each, and the way from one to the next."""

from __future__ import annotations

from lxml import html

from tests.factories import TESTER
from tests.kiosk.conftest import HERE, links
from villages.core.clock import now
from villages.machines import actions as machines
from villages.machines.models import Kiosk
from villages.plates.queries import all_plates
from villages.registry.models import Unit
from villages.registry.queries import counties, townships, villages_in

TOKEN = "t" * 43


def villages_on(tree):
    """The codes of the villages that a tap on a screen opens."""
    return {code for code in (address.rsplit("/", 1)[1] for address in links(tree).values()) if len(code) == 12}


def test_every_village_is_three_taps_from_every_hall_and_one_from_its_own(app):
    storage, client = app.extensions["storage"], app.test_client()
    client.set_cookie("kiosk", TOKEN, domain="www.county.gov.cn", path="/msgk/kiosk")
    with storage.transaction() as session:
        halls = [*counties(session), *townships(session)]
        own = {each.id: {unit.division_code for unit in villages_in(session, each)} for each in halls}
        kiosk = machines.ask(session, token=TOKEN, screen="1080x1920", at=now())
        machines.approve(session, kiosk, unit=halls[0], name="", orientation="portrait", by=TESTER, at=now())

    def tapped(address):
        return html.fromstring(client.get(address, base_url=HERE).text)

    for hall in halls:
        with storage.transaction() as session:
            kiosk, unit = session.get(Kiosk, kiosk.id), session.get(Unit, hall.id)
            machines.move(session, kiosk, unit=unit, name="", orientation="portrait", by=TESTER, at=now())
        home = tapped("/msgk/kiosk/")
        at_once = villages_on(home)
        grids = {address for address in links(home).values() if "/kiosk/townships/4" in address}
        if hall.level == "township":
            assert own[hall.id] <= at_once
            others = tapped(links(home)["别的乡镇"])
            grids = {address for address in links(others).values() if "/kiosk/townships/4" in address}
        assert len(set.union(at_once, *(villages_on(tapped(address)) for address in grids))) == 322


def test_the_first_letters_lead_to_a_village(screen):
    assert any(text.startswith("御史村") for text in links(screen("/find?letters=ysc")))


def test_a_letter_that_leads_nowhere_is_no_key(screen):
    keys = links(screen("/find?letters=ys"))
    assert "C" in keys
    assert "Q" not in keys


def test_the_digits_of_a_plate_lead_to_its_village(app, ask):
    with app.extensions["storage"].session(writes=False) as session:
        plate = all_plates(session)[0]
        number, code = plate.number, plate.unit.division_code
    answer = ask(f"/number?digits={number}")
    assert answer.headers["Location"] == f"/msgk/kiosk/villages/{code}"


def test_a_wrong_digit_is_told_and_what_was_typed_stays(screen):
    page = screen("/number?digits=12345678").text_content()
    assert "没有这个码号" in page
    assert "1234 5678" in page


def test_the_view_is_carried_along_without_scripts(screen):
    large = screen("/townships/?large=1")
    assert large.get("class") == "large"
    keys = links(large)
    assert keys.pop("换大字") == "/msgk/kiosk/townships/"
    assert all("large=1" in address for address in keys.values())


def test_the_code_to_take_along_is_only_ever_one_of_our_public_pages(screen):
    assert "https://www.county.gov.cn/msgk/villages/" in screen("/take?of=/msgk/villages/").text_content()
    for address in ("//evil.example/", "https://evil.example/", "/msgk/admin/", "/msgk/kiosk/", "/\\evil.example"):
        screen(f"/take?of={address}", status=404)

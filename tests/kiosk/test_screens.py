"""The hall's screens: what stands on each, and the way from one to the next."""

from __future__ import annotations

from tests.kiosk.conftest import links
from villages.plates.queries import all_plates


def test_every_village_is_two_taps_from_the_list_of_townships(screen):
    reached = set()
    for township in links(screen("/townships/")).values():
        if "/kiosk/townships/4" in township:
            grid = links(screen(township.removeprefix("/msgk/kiosk")))
            reached |= {code for code in (address.rsplit("/", 1)[1] for address in grid.values()) if len(code) == 12}
    assert len(reached) == 322


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

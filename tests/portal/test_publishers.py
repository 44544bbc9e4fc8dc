"""Who publishes: how they are reached, what they have published, and no telephone that nobody gave."""

import json
from datetime import timedelta

import pytest

from tests.factories import NOON, TESTER
from tests.portal.published import ARTICLE, given_of, publisher_of
from tests.portal.sizes import prose, size
from villages.core.refusal import Refusal
from villages.disclosures.kinds import kinds
from villages.registry.actions import set_contact
from villages.registry.bodies import add_department, make_missing, set_details
from villages.registry.queries import publisher_by_code, unit_by_code

VILLAGE, TOWNSHIP, COUNTY = "410923205201", "410923205", "410923"
ONE = f"/publishers/{VILLAGE}-J"
WHO = {"by": TESTER, "at": NOON}


@pytest.fixture
def act(app):
    def act(verb=lambda _: None):
        with app.extensions["storage"].transaction() as session:
            make_missing(session, **WHO)
            return verb(session)

    return act


def test_its_own_telephone_hours_and_address_on_the_next_request(act, visit):
    act(lambda session: set_contact(
        session, unit_by_code(session, TOWNSHIP), phone="0393-1111111", hours="", **WHO))  # fmt: skip
    text = visit.get(ONE).text
    assert "0393-1111111" in text, "the unit's telephone where it has none of its own"
    assert "办公电话" not in text
    act(lambda session: set_details(
        session, publisher_by_code(session, f"{VILLAGE}-J"), phone="0393-2222222", hours="工作日上午",
        address="村党群服务中心", **WHO))  # fmt: skip
    page = visit.get(ONE)
    for words in ("办公电话 0393-2222222", "办公时间 工作日上午", "地址 村党群服务中心"):
        assert words in page.text
    assert "tel:0393-2222222" in page.links().values()
    assert "0393-1111111" not in page.text
    act(lambda session: set_details(session, publisher_by_code(session, f"{VILLAGE}-J"), phone="", **WHO))
    assert "0393-1111111" in visit.get(ONE).text


def test_no_telephone_is_invented(act, visit):
    act()
    page = visit.get(ONE)
    assert "咨询电话还没有登记" in page.text
    assert not any((href or "").startswith("tel:") for href in page.links().values())


@pytest.mark.parametrize("given", [{"phone": "打我手机"}, {"hours": "x" * 81}, {"address": "一\u200b二"}, {}])
def test_details_that_cannot_be_are_refused(act, given):
    act()
    with pytest.raises(Refusal):
        act(lambda session: set_details(session, publisher_by_code(session, VILLAGE), **given, **WHO))


def test_an_items_page_leads_to_its_publisher_and_its_publisher_to_its_items(visit, put):
    numbers = [put(given=given_of(ARTICLE, title=f"第{at}号"), at=NOON + timedelta(hours=at)) for at in range(25)]
    item = visit.get(f"/items/{numbers[0]}")
    address = next(href for href in item.links().values() if "/publishers/" in href).removeprefix("/msgk")
    page = visit.get(address)
    assert [href for href in page.links().values() if "/items/" in href] == [
        f"/msgk/items/{number}" for number in numbers[:-6:-1]
    ]
    address, seen = page.links()[f"{ARTICLE.column}（25条）"].removeprefix("/msgk"), []
    while address:
        page = visit.get(address)
        seen += [int(href.rsplit("/", 1)[1]) for href in page.links().values() if "/items/" in href]
        address = page.links().get("下一页", "").removeprefix("/msgk")
    assert seen == numbers[::-1]


def test_another_publishers_items_and_drafts_are_not_on_its_page(act, visit, put):
    act()
    put(given=given_of(ARTICLE, title="别人的事"))
    put(given=given_of(ARTICLE, title="没定的事"), public=False)
    text = visit.get(ONE).text
    assert "别人的事" not in text
    assert "没定的事" not in text
    for wrong in ("?column=没有", f"?column={ARTICLE.column}", f"?column={ARTICLE.column}&page=0"):
        visit.get(ONE + wrong, status=404)
    visit.get("/publishers/999", status=404)


def test_the_county_lists_government_departments_and_townships(act, visit):
    act()
    assert "教育局" not in visit.get("/publishers/").text
    act(lambda session: add_department(session, unit_by_code(session, COUNTY), code="JYJ", name="教育局", **WHO))
    page = visit.get("/publishers/")
    assert ["".join(h.itertext()) for h in page.tree.iter("h2")] == ["县政府", "县直单位", "乡镇政府"]
    assert page.links()["教育局"] == "/msgk/publishers/JYJ"
    assert f"/msgk/publishers/{TOWNSHIP}" in page.links().values()
    assert not any(VILLAGE in href for href in page.links().values())
    assert visit.get("/publishers/JYJ").title == "教育局"


def test_publishers_pages_stay_small_however_much_was_published(app, visit, put):
    with app.extensions["storage"].transaction() as session:
        owner = publisher_of(session, unit_by_code(session, VILLAGE), ARTICLE)
        session.flush()
        code = owner.code
    for kind in kinds().values():
        for _ in range(3):
            put(kind, title=prose(190, 1))
    assert size(visit, f"/publishers/{code}") <= 20_000


def test_the_commands_say_and_list_how_publishers_are_reached(villages):
    villages("init")
    base = ("disclosures", "publishers")
    status, out, err = villages(*base, "contact", VILLAGE, "--phone", "0393-3333333", "--address", "村室")
    assert status == 0, err
    assert "0393-3333333" in out
    assert villages(*base, "contact", VILLAGE)[0] == 1
    assert villages(*base, "contact", "999", "--phone", "0393-3333333")[0] == 1
    rows = json.loads(villages(*base, "list", "--kind", "committee", "--format", "json")[1])
    assert {row["kind"] for row in rows} == {"committee"}
    (row,) = [row for row in rows if row["code"] == VILLAGE]
    assert (row["phone"], row["address"], row["duties_from"]) == ("0393-3333333", "村室", None)
    assert villages("duties", "begin", "2026-11-24", "--unit", VILLAGE)[0] == 0
    assert "2026-11-24" in villages(*base, "list")[1]
    assert villages("duties", "begin", "2026-11-24", "--unit", "999")[0] == 1
    told = villages("duties", "list", "--unit", VILLAGE, "--on", "2026-11-24")[1]
    assert "到期 0 项" in told

"""The villager's pages, opened one by one."""

import pytest

from tests.factories import NOON, TESTER
from villages.plates.actions import issue, retire
from villages.plates.numbers import new_number
from villages.plates.queries import all_plates, plates_of
from villages.registry.actions import merge, recode, rename, set_contact
from villages.registry.queries import townships, unit_by_code

VILLAGE = "410923205201"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def number(storage):
    with storage.reading() as session:
        return plates_of(session, unit_by_code(session, VILLAGE))[0].number


def test_a_scan_opens_the_villages_page_itself(visit, number):
    page = visit.get(f"/v/{number}")
    assert page.title == "西邵集村"
    for words in ("西邵乡", "南乐县", f"{number[:4]} {number[4:]}", "www.county.gov.cn/msgk", "不用登录"):
        assert words in page.text
    assert "这里还没有公开内容" in page.text
    assert "内容更新时间：" in page.text


def test_the_four_entries_lead_on(visit, number):
    links = visit.get(f"/v/{number}").links()
    for title, key in (
        ("查信息", "information"),
        ("知村事", "affairs"),
        ("能办事", "services"),
        ("能监督", "oversight"),
    ):
        address = next(href for text, href in links.items() if text.startswith(title))
        assert address == f"/msgk/villages/{VILLAGE}/{key}"
        assert visit.get(address).title == title


@pytest.mark.parametrize("form", ["{0}-{1}", "{0} {1}", "{0}%20{1}"])
def test_hyphens_and_spaces_in_the_number_are_ignored(visit, number, form):
    assert visit.get("/v/" + form.format(number[:4], number[4:])).title == "西邵集村"


def test_every_plate_of_the_county_opens_its_village(visit, storage):
    with storage.reading() as session:
        expected = [(plate.number, plate.unit.name) for plate in all_plates(session)]
    assert len(expected) == 322
    for number, name in expected:
        assert visit.get(f"/v/{number}").title == name


def test_a_wrong_digit_is_told_from_an_unknown_number(visit, number):
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    page = visit.get(f"/v/{wrong}", status=404)
    assert "有一位不对" in page.title
    assert "西邵乡" in page.links()
    page = visit.get("/v/10000001" if number != "10000001" else "/v/10000010", status=404)
    assert page.title in ("没有这个码号", "这个码号有一位不对")
    assert visit.get("/v/123", status=404).title == "这个码号不对"
    assert visit.get("/v/<script>alert(1)</script>", status=404)


def test_an_unknown_number_with_a_right_check_digit_was_never_issued(visit, storage):
    with storage.reading() as session:
        taken = {plate.number for plate in all_plates(session)}
    unknown = next(n for n in iter(new_number, None) if n not in taken)
    assert visit.get(f"/v/{unknown}", status=404).title == "没有这个码号"


def test_a_retired_plate_says_so_and_leads_on(visit, storage, number):
    visit.get(f"/v/{number}")
    with storage.transaction() as session:
        village = unit_by_code(session, VILLAGE)
        new = issue(session, village, place="文化广场", by=TESTER, at=NOON)
        retire(session, plates_of(session, village)[0], reason="lost", successor=new, by=TESTER, at=NOON)
        heir = new.number
    page = visit.get(f"/v/{number}")
    assert "已经停用（丢失）" in page.text
    assert f"{heir[:4]} {heir[4:]}，在文化广场" in page.text
    assert page.title == "西邵集村"
    assert "停用" not in visit.get(f"/v/{heir}").text


def test_a_merged_villages_plate_opens_the_village_it_went_to(visit, storage, number):
    visit.get(f"/v/{number}")
    with storage.transaction() as session:
        merge(session, unit_by_code(session, VILLAGE), unit_by_code(session, "410923205202"), by=TESTER, at=NOON)
    page = visit.get(f"/v/{number}")
    assert page.title == "傅苑村"
    assert "西邵集村已于2026年11月24日并入傅苑村" in page.text
    old = visit.get(f"/villages/{VILLAGE}")
    assert old.links()["去看傅苑村"] == "/msgk/villages/410923205202"
    assert "西邵集村已并入本村" in visit.get("/villages/410923205202").text
    assert "西邵集村" not in visit.get("/villages/410923205").links()


def test_a_renamed_village_has_its_new_name_on_the_next_request(visit, storage, number):
    assert visit.get(f"/v/{number}").title == "西邵集村"
    with storage.transaction() as session:
        rename(session, unit_by_code(session, VILLAGE), "西邵新村", by=TESTER, at=NOON)
    page = visit.get(f"/v/{number}")
    assert page.title == "西邵新村"
    assert "曾用名：西邵集村" in page.text
    assert "西邵新村" in visit.get("/villages/410923205").links()
    assert "西邵新村" in visit.get("/villages/").links()


def test_an_old_division_code_leads_to_the_new_address(visit, storage):
    with storage.transaction() as session:
        recode(session, unit_by_code(session, VILLAGE), "410923205299", by=TESTER, at=NOON)
    response = visit.client.get(f"/villages/{VILLAGE}")
    assert (response.status_code, response.headers["Location"]) == (301, "/msgk/villages/410923205299")
    response = visit.client.get(f"/villages/{VILLAGE}/affairs")
    assert response.headers["Location"] == "/msgk/villages/410923205299/affairs"


def test_from_the_county_to_any_village_in_two_taps(visit, storage):
    home = visit.get("/")
    with storage.reading() as session:
        names = [unit.name for unit in townships(session)]
    assert set(names) <= set(home.links())
    reached = sum(len([h for h in visit.get(home.links()[n]).links().values() if h and len(h) == 27]) for n in names)
    assert reached >= 322


def test_a_village_is_found_by_typing(visit):
    assert "西邵集村" in visit.get("/villages/?q=xsj").links()
    page = visit.get("/villages/?q=<b>没有</b>")
    assert "没有找到“<b>没有</b>”" in page.text


def test_a_telephone_can_be_called_with_one_tap(visit, storage, number):
    assert "咨询电话还没有登记" in visit.get(f"/v/{number}").text
    with storage.transaction() as session:
        village = unit_by_code(session, VILLAGE)
        set_contact(session, village.parent, phone="0393 1234567", hours="工作日", by=TESTER, at=NOON)
    assert visit.get(f"/v/{number}").links()["打给西邵乡"] == "tel:03931234567"


@pytest.mark.parametrize("path", ["/villages/410923999", "/villages/999", "/villages/x/affairs", "/nothing", "/v/"])
def test_what_is_not_there_says_so_in_plain_chinese(visit, path):
    assert visit.get(path, status=404).title == "没有这一页"


def test_machines_find_what_they_look_for(visit):
    assert visit.client.get("/healthz").text == "alive\n"
    assert visit.client.get("/readyz").text == "ready\n"
    assert "Disallow: /msgk/admin/" in visit.client.get("/robots.txt").text
    assert visit.client.get("/favicon.ico").mimetype == "image/svg+xml"

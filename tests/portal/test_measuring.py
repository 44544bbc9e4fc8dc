"""How fast pages open, as browsers tell: one small script, nothing of the person, and nothing that can go wrong."""

import base64
import hashlib
import re

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.portal.conftest import VILLAGE
from tests.visit import PHONE
from villages.core.scripts import keep_script, shrink_script, speed_script
from villages.plates.queries import all_plates
from villages.portal.measuring import KINDS
from villages.site.actions import set_detail
from villages.visits.models import PageSpeed
from villages.visits.speeds import PAGES

TELLING = "item,200,640,900"


@pytest.fixture
def told(app):
    """What was counted of tellings: page, measure, bound and how often."""

    def told():
        app.extensions["counting"].speeds.flush()
        with app.extensions["storage"].reading() as session:
            columns = (PageSpeed.page, PageSpeed.measure, PageSpeed.up_to_ms, PageSpeed.count)
            return sorted(tuple(row) for row in session.execute(select(*columns)))

    return told


def post(visit, telling, **headers):
    headers = {"User-Agent": PHONE} | headers
    return visit.client.post("/page-speed", data=telling, base_url=visit.base, headers=headers)


def script_of(page):
    return page.tree.find(".//script")


def test_what_a_browser_tells_is_counted(visit, told):
    for _ in range(2):
        answer = post(visit, TELLING)
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Set-Cookie" not in answer.headers
    assert told() == [("item", "first", 200, 2), ("item", "load", 950, 2), ("item", "paint", 670, 2)]


@pytest.mark.parametrize(
    "telling", ["", "x", "item,1,2,3,4", "a" * 41, "item,1,2,3" * 1_000_000, b"\xff\x00", "item,9,9,8"]
)
def test_what_makes_no_sense_is_answered_and_dropped(visit, told, telling):
    assert post(visit, telling).status_code == 204
    assert told() == []


@pytest.mark.parametrize(
    "headers",
    [{"User-Agent": "bingbot/2"}, {"User-Agent": ""}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Purpose": "prefetch"}],
)
def test_robots_and_other_sites_tell_nothing(visit, told, headers):
    assert post(visit, TELLING, **headers).status_code == 204
    assert told() == []


def test_telling_works_while_the_database_is_out_of_reach(app, visit, told, caplog):
    storage, counting = app.extensions["storage"], app.extensions["counting"]

    class OutOfReach:
        def transaction(self):
            raise OSError

    counting.speeds._storage = OutOfReach()  # noqa: SLF001 - the database lies outside
    assert post(visit, TELLING).status_code == 204
    counting.speeds.flush()
    assert "page speeds could not be counted" in caplog.text
    caplog.clear()
    counting.speeds._storage = storage  # noqa: SLF001
    assert len(told()) == 3


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "place"), (f"/villages/{VILLAGE}", "place"), ("/villages/410923205", "place"), ("/map", "other"),
        (f"/villages/{VILLAGE}/affairs", "section"), ("/search?q=x", "search"), ("/villages/?q=x", "search"),
        ("/oversight/", "list"), ("/publishers/", "list"), ("/data", "other"),
    ],
)  # fmt: skip
def test_each_page_says_of_what_kind_it_is(visit, path, kind):
    script = script_of(visit.get(path))
    assert dict(script.attrib) == {"data-of": "20", "data-to": "/msgk/page-speed", "data-page": kind}


def test_scanned_pages_and_items_are_kinds_of_their_own(app, visit, put):
    with app.extensions["storage"].reading() as session:
        number = all_plates(session)[7].number
    assert script_of(visit.get(f"/v/{number}")).get("data-page") == "scan"
    assert script_of(visit.get(f"/items/{put()}")).get("data-page") == "item"
    assert set(KINDS.values()) | {"other"} == set(PAGES)


def test_pages_of_errors_and_of_staff_are_not_measured(visit):
    assert script_of(visit.get("/nowhere", status=404)) is None
    assert script_of(visit.get("/items/999999", status=404)) is None
    assert "page-speed" not in visit.fetch("/admin/sign-in").text


def test_a_county_may_measure_every_page_or_none(app, visit):
    storage = app.extensions["storage"]
    assert "每打开 20 次" in visit.get("/privacy").text
    for value, of in (("1", "1"), ("0", None)):
        visit.get("/")
        with storage.transaction() as session:
            set_detail(session, "speed_sample", value, by=TESTER, at=NOON)
        script = script_of(visit.get("/"))
        assert (script.get("data-of") if script is not None else None) == of
    assert "现在不量" in visit.get("/privacy").text


def test_the_policy_lets_that_script_run_and_the_two_of_forms_and_no_other(visit):
    page = visit.get("/")
    texts = (script_of(page).text, str(keep_script()), str(shrink_script()))
    allowed = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    policy = page.response.headers["Content-Security-Policy"]
    digests = " ".join(f"'sha256-{each}'" for each in allowed)
    assert f"script-src {digests}; connect-src 'self';" in policy
    assert "unsafe" not in policy


NEWER = r"=>|`|\b(let|const|async|class)\b|\?\.|\?\?|\.\.\."


@pytest.mark.parametrize("script", [speed_script, keep_script, shrink_script])
def test_what_stands_in_pages_is_old_fashioned(script):
    assert not re.search(NEWER, str(script()))


def test_the_script_is_small_and_tells_no_address():
    text = str(speed_script())
    assert len(text) < 600
    assert not re.search("location|cookie|Storage|userAgent|referrer", text)

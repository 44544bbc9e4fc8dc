"""The layer before Flask: what it answers, Flask would have answered in the same way."""

import gzip
import io
import json

import brotli
import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.visit import PHONE
from villages.core.logs import AccessLog
from villages.core.tally import Tally
from villages.core.web import best_encoding
from villages.plates.actions import count_scans
from villages.plates.queries import all_plates, scans_of
from villages.registry.actions import rename
from villages.registry.queries import unit_by_code
from villages.visits.models import Visit

VARYING = {"X-Request-Id", "Date"}


@pytest.fixture
def plate(app):
    with app.extensions["storage"].reading() as session:
        return all_plates(session)[7]


@pytest.fixture
def path(plate):
    return f"/v/{plate.number}"


def headers(response):
    return sorted((name, value) for name, value in response.headers if name not in VARYING)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["", "gzip", "br", "gzip, deflate, br", "gzip;q=0", "*"])
def test_a_kept_page_is_answered_as_flask_answered_it(app, path, method, encoding):
    client = app.test_client()
    asked = {"Accept-Encoding": encoding}
    by_flask = client.open(path + "?x=1", method=method, headers=asked)  # a query goes past what is kept
    client.get(path, headers=asked)
    kept = client.open(path, method=method, headers=asked)
    assert kept.status == by_flask.status
    assert headers(kept) == headers(by_flask)
    assert kept.data == by_flask.data


def test_the_same_page_in_every_encoding(app, path):
    client = app.test_client()
    plain = client.get(path).data
    assert gzip.decompress(client.get(path, headers={"Accept-Encoding": "gzip"}).data) == plain
    assert brotli.decompress(client.get(path, headers={"Accept-Encoding": "br"}).data) == plain


@pytest.mark.parametrize("kept", [False, True])
def test_a_browser_that_has_the_page_is_told_that_nothing_changed(app, path, kept):
    client = app.test_client()
    first = client.get(path)
    asked = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    if kept:
        client.get(path, headers={"Accept-Encoding": "gzip"})
    again = client.get(path, headers=asked)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("form", ['W/"{0}"', '"{0}"', '"x", W/"{0}"', "*", '"x"', "{0}", ""])
def test_a_kept_page_and_flask_agree_on_what_a_browser_has(app, path, form):
    client = app.test_client()
    tag = client.get(path).get_etag()[0]
    client.get(path)
    asked = {"If-None-Match": form.format(tag)}
    kept, by_flask = client.get(path, headers=asked), client.get(path + "?x=1", headers=asked)
    assert (kept.status_code, headers(kept)) == (by_flask.status_code, headers(by_flask))


def test_an_old_copy_is_not_confirmed_after_a_change(app, plate, path):
    client = app.test_client()
    first = client.get(path)
    client.get(path)
    with app.extensions["storage"].transaction() as session:
        rename(session, unit_by_code(session, plate.unit.division_code), "改名村", by=TESTER, at=NOON)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert "改名村" in again.text


def test_people_are_counted_and_robots_are_not(app, plate, path):
    client = app.test_client()
    counter = Tally("scans", app.extensions["storage"], count_scans)
    app.extensions["front"]._notes["scan"] = counter.note  # noqa: SLF001 - to write when the test says so
    for agent in (PHONE, "Baiduspider", PHONE, "", "bingbot/2"):
        client.get(path, headers={"User-Agent": agent})
    client.head(path, headers={"User-Agent": PHONE})
    client.get(path, headers={"User-Agent": PHONE, "Sec-Purpose": "prefetch"})
    counter.flush()
    with app.extensions["storage"].reading() as session:
        assert sum(scan.count for scan in scans_of(session, plate)) == 2


def test_openings_of_items_are_counted_kept_or_not_and_turning_pages_is_none(app, put):
    client, counting = app.test_client(), app.extensions["counting"]
    number = put()
    for address in ("", "?type=large", "", "?whole=1", "?edition=1", "?part=x", "?type=large"):
        client.get(f"/items/{number}{address}", headers={"User-Agent": PHONE})
    for agent in ("Baiduspider", ""):
        client.get(f"/items/{number}", headers={"User-Agent": agent})
    client.head(f"/items/{number}", headers={"User-Agent": PHONE})
    client.get("/items/999999", headers={"User-Agent": PHONE})
    counting.visits.flush()
    with app.extensions["storage"].reading() as session:
        assert session.scalars(select(Visit.count)).all() == [4]


def test_the_kept_page_is_shown_while_the_database_is_out_of_reach(app, path, caplog):
    client = app.test_client()
    text = client.get(path).text

    class OutOfReach:
        def version(self, scope):
            raise OSError(scope)

    app.extensions["front"]._version = OutOfReach().version  # noqa: SLF001 - the database lies outside
    assert client.get(path).text == text
    assert "freshness unknown" in caplog.text
    caplog.clear()


def test_no_more_is_kept_than_there_is_room_for(app):
    front, client = app.extensions["front"], app.test_client()
    front.room = 30_000
    with app.extensions["storage"].reading() as session:
        for plate in all_plates(session)[:12]:
            client.get(f"/v/{plate.number}")
    assert front._bytes <= 30_000  # noqa: SLF001 - what is kept has no door
    assert front._bytes == sum(page.size for page in front._pages.values())  # noqa: SLF001


def test_spellings_of_one_number_are_not_kept_again_and_again(app, plate):
    client, front = app.test_client(), app.extensions["front"]
    for at in range(1, 8):
        client.get(f"/v/{plate.number[:at]}-{plate.number[at:]}")
    assert not front._pages  # noqa: SLF001 - what is kept has no door


def test_a_request_is_logged_without_what_is_personal(app, path):
    out = io.StringIO()
    log = AccessLog(out)
    app.extensions["front"]._access = log  # noqa: SLF001 - to read what is written
    client = app.test_client()
    answers = [
        client.get(p, headers={"User-Agent": PHONE}) for p in (path, path, "/villages/?q=王五 13812345678", "/v/1")
    ]
    log.flush()
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["request_id"] for line in lines] == [a.headers["X-Request-Id"] for a in answers]
    assert [line["status"] for line in lines] == [200, 200, 200, 404]
    assert set(lines[0]) == {"at", "level", "event", "request_id", "method", "path", "status", "bytes", "ms"}
    assert "1381234" not in out.getvalue()
    assert "王五" not in out.getvalue()
    assert "127.0.0.1" not in out.getvalue()


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("gzip", "gzip"),
        ("br, gzip", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("", ""),
    ],
)
def test_the_best_accepted_encoding_is_chosen(accepted, best):
    assert best_encoding(accepted) == best


@pytest.mark.parametrize("prefix", ["", "/msgk"])
def test_links_carry_the_portals_path_whether_the_proxy_strips_it_or_not(app, path, prefix):
    assert 'href="/msgk/villages/' in app.test_client().get(prefix + path).text


def test_a_process_answers_only_its_own_doors(make_app):
    client = make_app(VILLAGES_SURFACES="admin").test_client()
    assert client.get("/").status_code == 404
    assert client.get("/admin/sign-in").status_code == 200
    assert client.get("/healthz").status_code == 200
    client = make_app(VILLAGES_SURFACES="public").test_client()
    assert client.get("/").status_code == 200
    assert client.get("/admin/sign-in").status_code == 404

"""Every verb against every page: what is kept is what would be built anew, on the very next request."""

import pytest

from tests.factories import NOON, TESTER, make_entry
from villages.core.archive import read_archive, write_archive
from villages.core.freshness import freshness_of
from villages.plates.actions import issue, retire
from villages.plates.queries import plates_of
from villages.registry.actions import merge, recode, rename, set_contact
from villages.registry.loading import load
from villages.registry.models import Unit
from villages.registry.queries import unit_by_code

FIRST, SECOND, THIRD, TOWNSHIP, COUNTY = "410923205201", "410923205202", "410923205203", "410923205", "410923"
NANLE = {"township": "西邵乡", "county": "南乐县", "city": "濮阳市", "province": "河南省"}


def acts(session, ids):
    """Each verb of registry and plates, in an order in which each has something to change."""
    first, second, third = (session.get(Unit, unit_id) for unit_id in ids)
    who = {"by": TESTER, "at": NOON}
    yield lambda: rename(session, first, "西邵一村", **who)
    yield lambda: set_contact(session, first.parent, phone="0393-1111111", hours="", **who)
    yield lambda: set_contact(session, unit_by_code(session, COUNTY), phone="0393-2222222", hours="", **who)
    yield lambda: set_contact(session, first, phone="0393-3333333", hours="上午", **who)
    yield lambda: issue(session, second, place="文化广场", **who)
    yield lambda: retire(
        session, plates_of(session, second)[0], reason="lost", successor=plates_of(session, second)[1], **who
    )
    yield lambda: merge(session, first, second, **who)
    yield lambda: rename(session, first, "西邵旧村", **who)
    yield lambda: merge(session, second, third, **who)
    yield lambda: rename(session, third, "西邵大村", **who)
    yield lambda: rename(session, first, "西邵老村", **who)
    yield lambda: retire(session, plates_of(session, second)[1], reason="damaged", **who)
    yield lambda: rename(session, third.parent, "西邵镇", **who)
    yield lambda: recode(session, third, "410923205299", **who)
    yield lambda: recode(session, third.parent, "410923305", **who)
    yield lambda: load(session, [make_entry(code="410923305998", name="新村", **NANLE | {"township": "西邵镇"})], **who)
    yield lambda: load(session, [make_entry(code="410923305998", name="新新村", in_scope=False, **NANLE)], **who)
    yield lambda: rename(session, unit_by_code(session, COUNTY), "新南乐县", **who)


def test_no_page_is_stale_after_any_verb(app):
    client, storage = app.test_client(), app.extensions["storage"]
    with storage.reading() as session:
        villages = [unit_by_code(session, code) for code in (FIRST, SECOND, THIRD)]
        ids = [unit.id for unit in villages]
        numbers = [plates_of(session, unit)[0].number for unit in villages]
        steps = len(list(acts(session, ids)))
    units = [FIRST, SECOND, THIRD, "410923205204", TOWNSHIP, "410923305", "410923305998", "410923100"]
    paths = ["/", "/villages/", *(f"/v/{number}" for number in numbers), *(f"/villages/{code}" for code in units)]
    paths += [f"/villages/{code}/{section}" for code in units for section in ("affairs", "oversight")]
    for step in range(steps):
        for path in paths:
            client.get(path)
        with storage.transaction() as session:
            list(acts(session, ids))[step]()
        for path in paths:
            kept, anew = client.get(path), client.get(path + "?x=1")
            assert (kept.status_code, kept.text) == (anew.status_code, anew.text), f"step {step}: {path}"


def test_a_page_never_mixes_two_moments(app):
    """On both databases a request reads from one snapshot: version and content are of the same moment."""
    storage = app.extensions["storage"]
    with storage.reading() as reading:
        village = unit_by_code(reading, FIRST)
        with storage.transaction() as session:
            rename(session, unit_by_code(session, FIRST), "后来的名字", by=TESTER, at=NOON)
        version, _ = freshness_of(reading, village.scope)
    with storage.reading() as reading:
        assert freshness_of(reading, village.scope)[0] > version


def test_a_unit_that_a_restore_took_away_and_that_came_again_is_shown_anew(app, tmp_path):
    client, storage = app.test_client(), app.extensions["storage"]
    write_archive(storage, tmp_path / "a.zip", at=NOON)
    for name in ("错村", "对村"):
        with storage.transaction() as session:
            load(session, [make_entry(code="410923205998", name=name, **NANLE)], by=TESTER, at=NOON)
        assert name in client.get("/villages/410923205998").text
        if name == "错村":
            read_archive(storage, tmp_path / "a.zip")
            assert client.get("/villages/410923205998").status_code == 404


@pytest.mark.parametrize("path", ["/villages/%00", "/villages/%00/affairs", "/villages/?q=%00", "/v/%00"])
def test_no_address_makes_the_service_fail(app, path):
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        ("/", True),
        ("/villages/410923205", True),
        ("/villages/?q=x", False),
        ("/v/1", False),
        ("/msgk/admin/sign-in", False),
    ],
)
def test_what_must_not_be_listed_says_so_in_its_headers(app, path, listed):
    assert ("X-Robots-Tag" not in app.test_client().get(path).headers) == listed


def test_a_redirect_names_no_host(app):
    response = app.test_client().get("/villages", headers={"Host": "evil.example"})
    assert response.headers["Location"] == "/msgk/villages/"

"""The interface: what may be asked, how it refuses, how it pages, and how it tells that nothing changed."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask import Response

from tests.data.conftest import BASE, TOWNSHIP, VILLAGE, every_page
from tests.factories import TESTER
from tests.portal.published import ARTICLE, DECISION, NOON, ROSTER, STATEMENT, given_of, statement_given
from villages.core.clock import day_of, now
from villages.core.freshness import raise_versions
from villages.data.conditional import STARTED, dated, state_of
from villages.data.queries import starts
from villages.registry.actions import merge, recode
from villages.registry.queries import unit_by_code


def test_an_item_is_told_with_every_edition_and_typed_values(visit, put):
    number = put(STATEMENT, statement_given(), period_start=NOON.date().replace(day=1))
    item = visit.fetch(f"/api/v1/items/{number}").get_json()
    fields = {field["name"]: field for field in item["editions"][0]["fields"]}
    assert fields["income"]["value"] == {"fen": 320000, "text": "3,200.00 元"}
    assert [column["name"] for column in fields["lines"]["columns"]][:3] == ["day", "summary", "income"]
    assert fields["lines"]["value"][0][:3] == ["2026-09-03", "机动地承包费", {"fen": 320000, "text": "3,200.00 元"}]
    assert item["url"] == f"{BASE}items/{number}"
    assert item["period"]["label"] == "2026年11月"


def test_steps_are_told_as_rows_under_their_labels(visit, put):
    item = visit.fetch(f"/api/v1/items/{put(DECISION)}").get_json()
    steps = next(field for field in item["editions"][0]["fields"] if field["type"] == "steps")
    assert steps["value"][0][0] == next(f for f in DECISION.fields if f.block == "steps").steps[0].label


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("items?colour=red", "没有参数“colour”，可用的有：within"),
        ("items?limit=0", "参数“limit”的值不对，请填 1 到 200"),
        ("items?limit=9999", "参数“limit”的值不对"),
        ("items?limit=5&limit=6", "写了 2 次"),
        ("items?from=2026-02-30", "参数“from”的值不对，请写成 2026-09-01"),
        ("items?from=2026-09-02&to=2026-09-01", "“from”晚于“to”"),
        ("items?kind=nothing_of_ours", "参数“kind”的值不对，请填公开目录里的 key"),
        ("items?publisher=nobody", "没有这个代码的公开单位"),
        ("items?within=410999", "没有区划代码为 410999 的地方"),
        ("items?within=%25", "参数“within”的值不对"),
        ("items?cursor=WyJ4IiwxXQ", "原样用上一页 next 里的值"),
        ("items?cursor=%00", "参数里有看不见的字符（%00），请去掉"),
        ("items?cursor=" + "[" * 190, "原样用上一页"),
        ("changes?cursor=WzEsMiwzXQ", "原样用上一页"),
        ("duties?on=2999-01-01", "不能晚于今天"),
        ("catalogue?limit=3", "这个地址不带参数"),
    ],
)
def test_a_wrong_parameter_is_refused_in_words(visit, path, words):
    answer = visit.fetch(f"/api/v1/{path}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "bad_parameter"
    assert words in answer.get_json()["error"]["message"]


@pytest.mark.parametrize("path", ["items/0", "items/99", "items/x", "items/99999999999", "villages/410923", "a%00"])
def test_what_is_not_there_is_told_in_the_same_shape(visit, path):
    answer = visit.fetch(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == "not_found"


def test_what_was_withdrawn_says_why_and_what_was_a_list_of_names_says_nothing(visit, put):
    gone = {"is_public": False, "state": "withdrawn", "withdrawn_note": "金额写错"}
    answer = visit.fetch(f"/api/v1/items/{put(ARTICLE, **gone)}")
    assert answer.status_code == 410
    assert "金额写错" in answer.get_json()["error"]["message"]
    assert visit.fetch(f"/api/v1/items/{put(ROSTER, **gone)}").status_code == 404


def test_pages_neither_skip_nor_repeat_while_things_are_published(visit, put):
    before = [put(ARTICLE, at=NOON - timedelta(hours=turn % 3)) for turn in range(9)]
    path, seen = "/api/v1/items?limit=2", []
    while path:
        page = visit.fetch(path).get_json()
        seen += [row["id"] for row in page["data"]]
        put(ARTICLE, at=NOON + timedelta(minutes=len(seen)))
        path = page["next"] and page["next"].removeprefix("https://www.county.gov.cn")
    assert sorted(seen) == sorted(before)


def test_filters_choose_by_place_kind_section_day_and_period(visit, put):
    here = put(STATEMENT, statement_given(), period_start=NOON.date().replace(day=1))
    put(ARTICLE, given_of(ARTICLE), code="410923100106", at=NOON - timedelta(days=3))
    for asked in (
        f"within={TOWNSHIP}", f"within={VILLAGE}", f"kind={STATEMENT.key}", f"section={STATEMENT.section}",
        "from=2026-11-24", "period=2026-11-30",
    ):  # fmt: skip
        assert [row["id"] for row in every_page(visit, f"/api/v1/items?{asked}")] == [here], asked
    assert every_page(visit, "/api/v1/items?period=2026-10-31") == []
    assert here not in [row["id"] for row in every_page(visit, "/api/v1/items?to=2026-11-23")]


def test_a_program_that_has_all_is_told_so(app, visit, put):
    with app.extensions["storage"].transaction() as session:
        raise_versions(session, ["unit:1"], at=now())
    first = visit.fetch("/api/v1/items")
    assert first.headers["Cache-Control"] == "no-cache"
    assert visit.fetch("/api/v1/items", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "Last-Modified" not in first.headers, "what is so fresh cannot be told by seconds"
    later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert visit.fetch("/api/v1/items", **later).status_code == 304
    assert visit.fetch("/api/v1/items", **later, **{"If-None-Match": '"x"'}).status_code == 200
    put(ARTICLE)
    assert visit.fetch("/api/v1/items", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_last_change_is_told_once_seconds_can_tell_it():
    long_ago, just_now = now() - timedelta(days=1), now()
    told = dated(Response(), long_ago).headers["Last-Modified"]
    assert parsedate_to_datetime(told) == long_ago.replace(microsecond=0)
    assert "Last-Modified" not in dated(Response(), just_now).headers


def test_midnight_and_a_new_program_change_what_is_shown(blank):
    with blank.reading() as session:
        assert state_of(session)[1] >= max(STARTED, starts(day_of(now())))


def test_pages_of_other_sites_may_read_and_nothing_else(visit):
    assert visit.fetch("/api/v1/villages").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in visit.fetch("/").headers
    asked = visit.client.options("/api/v1/items", base_url=visit.base)
    assert asked.headers["Allow"] == asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    for method in ("post", "put", "delete", "patch", "trace"):
        answer = getattr(visit.client, method)("/api/v1/items", base_url=visit.base)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.get_json()["error"]["code"] == "read_only"
    assert visit.client.post("/", base_url=visit.base).headers["Allow"] == "GET, HEAD, OPTIONS"
    head = visit.client.head("/api/v1/items", base_url=visit.base)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == visit.fetch("/api/v1/items").headers["ETag"]


def test_a_village_is_found_by_its_old_code_and_one_merged_says_into_which(app, visit):
    with app.extensions["storage"].transaction() as session:
        recode(session, unit_by_code(session, VILLAGE), "410923205299", by=TESTER, at=NOON)
        first, second = (unit_by_code(session, f"41092320520{n}") for n in (2, 3))
        merge(session, first, second, by=TESTER, at=NOON)
    assert visit.fetch(f"/api/v1/villages/{VILLAGE}").get_json()["code"] == "410923205299"
    assert visit.fetch("/api/v1/villages/410923205202").get_json()["merged_into"] == "410923205203"
    listed = [row["code"] for row in every_page(visit, "/api/v1/villages?limit=100")]
    assert len(listed) == 321
    assert listed == sorted(listed)
    assert "410923205202" not in listed


def test_duties_are_paged_by_body_and_told_by_state(visit, sampled):
    all_of = every_page(sampled, f"/api/v1/duties?within={TOWNSHIP}&limit=200")
    assert (
        len({(r["publisher"]["code"], r["kind"], str(r["period"]), r["formed_on"], r["due_on"]) for r in all_of}) > 99
    )
    late = every_page(sampled, f"/api/v1/duties?within={TOWNSHIP}&limit=7&state=overdue")
    assert late == [row for row in all_of if row["state"] == "overdue"]
    assert every_page(sampled, f"/api/v1/duties?within={VILLAGE}&on=2025-12-31") == []

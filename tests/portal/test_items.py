"""What was published, read by a villager: village page, sections, items."""

from datetime import date, timedelta

import pytest

from tests.factories import NOON, TESTER
from tests.portal.published import (
    ARTICLE,
    DECISION,
    ROSTER,
    STATEMENT,
    correct,
    given_of,
    statement_given,
    step_given,
)
from villages.core.clock import day_of, now
from villages.core.freshness import raise_versions
from villages.disclosures.blocks import show
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item, Step
from villages.disclosures.values import read_values
from villages.portal.sections import BY_KEY
from villages.registry.actions import rename
from villages.registry.queries import unit_by_code

VILLAGE, TOWNSHIP, COUNTY = "410923205201", "410923205", "410923"
HERE = f"/villages/{VILLAGE}"
KINDS = list(kinds().values())


@pytest.fixture
def change(app):
    """Changes a published item in a transaction, as a verb does."""

    def change(item_id, verb):
        with app.extensions["storage"].transaction() as session:
            found = session.get(Item, item_id)
            verb(session, found)
            raise_versions(session, {found.unit.scope, f"item:{item_id}"}, at=NOON)

    return change


def withdrawn(session, item):
    item.is_public, item.state, item.withdrawn_note = False, "withdrawn", "金额写错了"
    item.steps.append(Step(verb="withdraw", at=NOON + timedelta(days=1), note="金额写错了"))


def test_the_village_page_shows_what_was_published_on_the_very_next_request(visit, put, change):
    assert "这里还没有公开内容" in visit.get(HERE).text
    number = put(given=given_of(ARTICLE, title="浇地用水安排"))
    page = visit.get(HERE)
    assert "这里还没有公开内容" not in page.text
    assert "浇地用水安排" in page.text
    assert f"{ARTICLE.column} 2026年11月24日" in page.text or f"{ARTICLE.column}2026年11月24日" in page.text
    assert f"/msgk/items/{number}" in page.links().values()
    change(number, withdrawn)
    page = visit.get(HERE)
    assert "浇地用水安排" not in page.text
    assert "这里还没有公开内容" in page.text


def test_the_village_page_shows_the_latest_five(visit, put):
    for day in range(7):
        put(given=given_of(ARTICLE, title=f"第{day}号通知"), at=NOON + timedelta(days=day))
    titles = [text for text in visit.get(HERE).links() if text.startswith("第")]
    assert [title[1] for title in titles] == ["6", "5", "4", "3", "2"]


def test_the_villages_money_and_what_it_was_the_month_before(visit, put, change):
    assert "还剩" not in visit.get(HERE).text
    put(STATEMENT, statement_given(), period_start=date(2026, 9, 1))
    page = visit.get(HERE)
    for words in ("收进来 3,200 元", "花出去 1,850 元", "2026年9月底还剩 13,810 元"):
        assert words in page.text
    assert "和2026年8月比" not in page.text
    before = put(STATEMENT, statement_given(300000, 200000, 1146000), period_start=date(2026, 8, 1))
    text = visit.get(HERE).text
    assert "2026年9月村里的钱" in text, "the later period, though the other was published later"
    assert "2026年8月底剩 12,460 元。和2026年8月比，收进来多了 200 元，花出去少了 150 元。" in text
    change(before, withdrawn)
    assert "2026年8月" not in visit.get(HERE).text


def test_sample_items_are_marked_and_banded(visit, put):
    number = put(given=given_of(ARTICLE, title="浇地安排（示例）"), is_sample=True)
    for path in (HERE, f"{HERE}/{ARTICLE.section}", f"/items/{number}"):
        page = visit.get(path)
        assert "标着“示例”的都是虚构的" in page.text, path
        assert "浇地安排（示例）" in page.text
        assert not any(href.startswith("tel:0393") for href in page.links().values()), path


def test_a_section_is_grouped_by_column_newest_first(visit, put):
    of_section = [kind for kind in KINDS if kind.section == "affairs"]
    columns = list(dict.fromkeys(kind.column for kind in of_section))
    numbers = [put(kind, at=NOON + timedelta(hours=at)) for at, kind in enumerate(of_section)]
    other = put(next(kind for kind in KINDS if kind.section == "services"))
    page = visit.get(f"{HERE}/affairs")
    headings = ["".join(h.itertext()).split("（")[0] for h in page.tree.iter("h2")]
    assert sorted(headings[:-1]) == sorted(columns)
    assert headings[0] == of_section[-1].column
    listed = [int(href.rsplit("/", 1)[1]) for href in page.links().values() if "/items/" in href]
    newest = {kind.column: number for kind, number in zip(of_section, numbers, strict=True)}
    assert set(newest.values()) <= set(listed) <= set(numbers)
    assert other not in listed


@pytest.mark.parametrize("code", [TOWNSHIP, COUNTY])
@pytest.mark.parametrize("section", BY_KEY)
def test_townships_and_the_county_have_sections_of_their_own(visit, put, code, section):
    path = f"/villages/{code}/{section}"
    assert "这里还没有公开内容" in visit.get(path).text
    kind = next(kind for kind in KINDS if kind.section == section)
    number = put(kind, code=code)
    assert f"/msgk/items/{number}" in visit.get(path).links().values()
    assert f"/msgk/items/{number}" not in visit.get(f"{HERE}/{section}").links().values()


def test_a_long_column_goes_on_page_by_page(visit, put):
    numbers = [put(given=given_of(ARTICLE, title=f"通知{at}"), at=NOON + timedelta(hours=at)) for at in range(45)]
    path = f"{HERE}/{ARTICLE.section}"
    page = visit.get(path)
    assert len([href for href in page.links().values() if "/items/" in href]) == 10
    address = page.links()[f"更多{ARTICLE.column}"].removeprefix("/msgk")
    seen = []
    while address:
        page = visit.get(address)
        seen += [int(href.rsplit("/", 1)[1]) for href in page.links().values() if "/items/" in href]
        address = page.links().get("下一页", "").removeprefix("/msgk")
    assert seen == numbers[::-1]
    for wrong in ("?column=没有", f"?column={ARTICLE.column}&page=4", f"?column={ARTICLE.column}&page=0"):
        assert visit.get(path + wrong, status=404).title == "没有这一页"
    assert visit.get(f"{path}?column={ARTICLE.column}&page=x").title == BY_KEY[ARTICLE.section].title


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_kind_of_item_can_be_read(visit, put, kind):
    given = statement_given() if kind is STATEMENT else given_of(kind)
    page = visit.get(f"/items/{put(kind, given, code=VILLAGE)}")
    values = read_values(kind, given)
    seen = "".join(page.text.split())
    for field in kind.fields:
        if values.get(field.name) is None or (kind is STATEMENT and field.block == "money"):
            continue
        assert field.label in page.text or field.name == kind.short.title, field.label
        if field.block not in ("table", "steps"):
            assert "".join(show(values[field.name], field).split()) in seen, field.label
        for row in values[field.name] if field.block == "table" else ():
            for column in field.columns:
                assert "".join(show(row.get(column.name), column).split()) in seen, column.label
    assert "<script>" not in page.response.text
    noindex = page.response.headers.get("X-Robots-Tag") == "noindex"
    assert noindex == (not kind.listed)
    assert bool(page.tree.xpath("//meta[@name='robots' and @content='noindex']")) == noindex


def test_a_roster_stays_out_of_search_engines_when_kept_too(visit, put):
    path = f"/items/{put(ROSTER)}"
    visit.get(path)
    assert visit.get(path).response.headers["X-Robots-Tag"] == "noindex"


def test_the_steps_of_a_decision_stand_in_their_order(visit, put):
    field = next(field for field in DECISION.fields if field.block == "steps")
    page = visit.get(
        f"/items/{put(DECISION, given_of(DECISION, steps=[step_given(s, at) for at, s in enumerate(field.steps[:4])]))}"
    )
    found = ["".join(li.itertext()) for li in page.tree.xpath("//ol[contains(@class, 'steps')]/li")]
    assert [words.split("\n")[0][:2] for words in found] == [f"{at}." for at in range(1, len(field.steps) + 1)]
    assert "应到人数30 人" in found[3]
    assert "还没有走到这一步" in found[4]


def test_a_statement_has_sums_first_then_a_chart_with_its_text(visit, put):
    page = visit.get(f"/items/{put(STATEMENT, statement_given(), period_start=date(2026, 9, 1))}")
    assert page.text.index("还剩") < page.text.index("机动地承包费")
    bars = page.tree.xpath("//dl[@class='chart']/div")
    assert ["".join(bar.itertext()) for bar in bars] == ["收进来（2026年9月）3,200 元", "花出去（2026年9月）1,850 元"]
    assert [rect.get("width") for rect in page.tree.xpath("//rect")] == ["100", "58"]
    assert "收入合计 3,200.00 元，支出合计 1,850.00 元" in page.text


def test_a_long_list_is_read_page_by_page(visit, put):
    row = given_of(ROSTER)["people"][0]
    people = [row | {"group": f"第{at}组"} for at in range(100)]
    number = put(ROSTER, given_of(ROSTER, people=people))
    page = visit.get(f"/items/{number}")
    assert "共 100 条，补贴金额合计 123,450.00 元" in page.text
    address, seen = page.links()["看全部100条"].removeprefix("/msgk"), []
    while address:
        page = visit.get(address)
        assert page.response.headers["X-Robots-Tag"] == "noindex"
        seen += [at for at in range(100) if f"第{at}组" in page.text]
        address = page.links().get("下一页", "").removeprefix("/msgk")
    assert seen == list(range(100))
    for wrong in ("?part=none", "?part=people&page=99", "?part=benefit", "?edition=7"):
        visit.get(f"/items/{number}{wrong}", status=404)


def test_a_withdrawn_item_leaves_a_notice(visit, put, change):
    number = put(given=given_of(ARTICLE, title="浇地安排", **{ARTICLE.fields[-1].name: None}))
    visit.get(f"/items/{number}")
    change(number, withdrawn)
    for path in (f"/items/{number}", f"/items/{number}?edition=1"):
        page = visit.get(path, status=410)
        assert page.title == "浇地安排"
        for words in ("已经撤回", "2026年11月25日", "金额写错了"):
            assert words in page.text
        assert "路修好了" not in page.text
        assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_what_is_not_public_is_not_there(visit, put, change):
    draft = put(given=given_of(ARTICLE, title="还没定的事"), public=False)
    over = put(notice_until=day_of(now()) - timedelta(days=1))
    archived = put()
    visit.get(f"/items/{archived}")
    change(archived, lambda _, item: setattr(item, "is_public", False) or setattr(item, "state", "archived"))
    answers = set()
    for number in (draft, over, archived, 999999, 0, 2**31, 2**80):
        page = visit.get(f"/items/{number}", status=404)
        answers.add(page.response.text)
    assert len(answers) == 1
    for path in (HERE, f"{HERE}/{ARTICLE.section}"):
        assert "这里还没有公开内容" in visit.get(path).text


def test_a_correction_is_told_and_the_earlier_edition_stays(visit, put, change):
    number = put(given=given_of(ARTICLE, title="浇地安排"))
    visit.get(f"/items/{number}")
    change(number, lambda _, item: setattr(item, "title", "还在改的标题"))
    for path in (HERE, f"{HERE}/{ARTICLE.section}", f"/items/{number}"):
        assert "还在改的标题" not in visit.get(path).text
    change(number, lambda session, item: correct(
        session, item, ARTICLE, given_of(ARTICLE, title="浇地新安排"), note="日期写错了，应是 9 月 2 日"))  # fmt: skip
    page = visit.get(f"/items/{number}")
    assert page.title == "浇地新安排"
    assert "更正说明：日期写错了，应是 9 月 2 日" in page.text
    assert "浇地新安排" in visit.get(HERE).text
    old = visit.get(page.links()["第1版"].removeprefix("/msgk"))
    assert old.title == "浇地安排"
    assert "这是第 1 版" in old.text
    assert old.links()["看现在的内容"] == f"/msgk/items/{number}"
    assert old.tree.xpath("//meta[@name='robots' and @content='noindex']")


def test_what_was_public_elsewhere_shows_both_days(visit, put):
    page = visit.get(f"/items/{put(elsewhere_on=date(2025, 3, 8))}")
    assert "原公开日期 2025年3月8日" in page.text
    assert "补录日期 2026年11月24日" in page.text
    assert "2026年11月24日补录" in visit.get(HERE).text


def test_emergency_and_notice_are_marked(visit, put):
    until = day_of(now()) + timedelta(days=3)
    page = visit.get(f"/items/{put(is_emergency=True, notice_until=until)}")
    assert "紧急发布：" in page.text
    assert f"公示至{until.year}年{until.month}月{until.day}日" in page.text
    assert "紧急发布" in visit.get(HERE).text


def test_an_items_page_has_its_villages_new_name_on_the_next_request(app, visit, put):
    number = put()
    assert "西邵集村" in visit.get(f"/items/{number}").text
    with app.extensions["storage"].transaction() as session:
        rename(session, unit_by_code(session, VILLAGE), "西邵新村", by=TESTER, at=NOON)
    assert "回到西邵新村" in visit.get(f"/items/{number}").links()

"""Many items of a kind, narrowed by filters: counts, words, places, pages; and what ends with its notice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.portal.published import ROSTER, correct, given_of
from tests.portal.sizes import prose, size
from villages.core.clock import day_of, now
from villages.disclosures.actions import show_anew
from villages.disclosures.facets import renew_all
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Facet, Item
from villages.portal.related import related
from villages.portal.shelves import bundled
from villages.registry.actions import merge, rename
from villages.registry.queries import unit_by_code

VILLAGE, TOWNSHIP, COUNTY = "410923205201", "410923205", "410923"
ONE_BOOK = next(kind for kind in kinds().values() if kind.column == "权责清单")
AT = f"/lists/{ONE_BOOK.key}"
NARROWED = [kind for kind in kinds().values() if kind.filters]


def entry(title, field="就业", **given):
    """A row of the handbook of rights and duties."""
    return given_of(ONE_BOOK, title=title, field=field, list="权责清单", five="服务公开、结果公开") | given


def titles(page):
    return [b.text for b in page.tree.xpath("//ul[@aria-labelledby='found']//b")]


def follow(visit, page, text):
    """Tap the link with a text."""
    return visit.get(page.links()[text].removeprefix("/msgk"))


def test_filters_count_combine_and_are_removed_again(visit, put):
    put(ONE_BOOK, entry("失业登记"), code=COUNTY)
    put(ONE_BOOK, entry("创业补贴", five="结果公开"), code=COUNTY, at=NOON + timedelta(hours=1))
    put(ONE_BOOK, entry("户口迁移", "户籍管理"), code=COUNTY, at=NOON + timedelta(hours=2))
    page = visit.get(AT)
    assert titles(page) == ["户口迁移", "创业补贴", "失业登记"]
    page = follow(visit, page, "就业2条")
    assert (titles(page), page.links()["服务公开1条"] is not None) == (["创业补贴", "失业登记"], True)
    page = follow(visit, page, "服务公开1条")
    assert titles(page) == ["失业登记"]
    assert titles(follow(visit, page, "领域：就业去掉")) == ["户口迁移", "失业登记"]


def test_words_and_places_narrow_and_combine(visit, put):
    put(ONE_BOOK, entry("失业登记", publisher="人社部门"), code=COUNTY)
    put(ONE_BOOK, entry("失业金申领", publisher="人社部门"), code=TOWNSHIP)
    put(ONE_BOOK, entry("100%到户"), code=COUNTY)
    assert titles(visit.get(f"{AT}?q=失业")) == ["失业金申领", "失业登记"]
    assert titles(visit.get(f"{AT}?q=人社 申领")) == ["失业金申领"]
    assert titles(visit.get(f"{AT}?q=%25")) == ["100%到户"], "a sign that means anything to LIKE is just a sign"
    page = visit.get(f"{AT}?q=失业&within={TOWNSHIP}")
    assert titles(page) == ["失业金申领"]
    assert "地方：西邵乡去掉" in page.links()


@pytest.mark.parametrize("wrong", ["field=没有的领域", "within=999", "q=没有这句话", "list=权责清单&list=公共服务清单"])
def test_what_is_not_there_answers_an_empty_list_with_a_sentence(visit, put, wrong):
    put(ONE_BOOK, entry("失业登记"), code=COUNTY)
    page = visit.get(f"{AT}?{wrong}")
    assert titles(page) == []
    assert "去掉" in page.tree.xpath("string(//p[@role='status'])")


def test_unknown_kinds_pages_and_filters_are_not_found(visit, put):
    put(ONE_BOOK, entry("失业登记"), code=COUNTY)
    unfiltered = next(kind for kind in kinds().values() if not kind.filters)
    for path in ("/lists/nothing_such", f"/lists/{unfiltered.key}", f"{AT}?page=2", f"{AT}?page=0", f"{AT}?by=basis"):
        assert visit.get(path, status=404).title == "没有这一页", path
    assert titles(visit.get(f"{AT}?from=timeline&page=x")) == ["失业登记"], "what a chat program adds does no harm"


def test_long_lists_and_long_filters_go_on_page_by_page(visit, put):
    for at in range(65):
        put(ONE_BOOK, entry(f"事项{at}", publisher=f"单位{at % 62}"), code=COUNTY, at=NOON + timedelta(minutes=at))
    page, seen = visit.get(AT), []
    while page:
        seen += titles(page)
        page = follow(visit, page, "下一页") if "下一页" in page.links() else None
    assert seen == [f"事项{at}" for at in reversed(range(65))]
    page = follow(visit, visit.get(AT), "全部62个公开主体")
    assert "第 1 页，共 2 页" in page.text
    assert len([text for text in follow(visit, page, "下一页").links() if text.startswith("单位")]) == 2
    assert titles(follow(visit, page, "单位02条")) == ["事项62", "事项0"]


@pytest.mark.parametrize("kind", NARROWED, ids=lambda kind: kind.key)
def test_every_kind_with_filters_has_a_small_list(visit, put, kind):
    for at in range(25):
        long = {f.name: prose(150, f"{at} {f.name}") for f in kind.fields if f.block == "text"}
        code = VILLAGE if set(kind.publishers) & {"committee", "collective"} else COUNTY
        put(kind, given_of(kind, **long), code=code, period_start=date(2025 + at % 2, 1, 1))
    assert size(visit, f"/lists/{kind.key}") <= 20_000
    for name in kind.filters:
        response = visit.fetch(f"/lists/{kind.key}?by={name}")
        assert response.status_code in (200, 404)
        assert len(response.data) <= 60_000
    page = visit.get(f"/lists/{kind.key}")
    noindex = page.response.headers.get("X-Robots-Tag") == "noindex"
    assert noindex == (not kind.listed)
    assert visit.fetch(f"/lists/{kind.key}?q=a").headers["X-Robots-Tag"] == "noindex"


def test_no_person_and_no_masked_value_can_be_looked_for(put, app):
    for kind in NARROWED:
        put(kind, given_of(kind))
    with app.extensions["storage"].reading() as session:
        told = " ".join(session.scalars(select(Facet.value)))
    assert "张三" not in told
    assert "0393" not in told


def test_a_roster_leaves_the_lists_at_midnight_after_its_notice(visit, put):
    today = day_of(now())
    put(ROSTER, notice_until=today)
    ended = put(ROSTER, given_of(ROSTER, batch="上一批"), notice_until=today - timedelta(days=1))
    for path in (f"/lists/{ROSTER.key}", "/oversight/funds"):
        page = visit.get(path)
        assert "共 1 条" in page.text
        assert "上一批" not in page.text
        assert f"/msgk/items/{ended}" not in page.links().values()
        assert page.response.headers["X-Robots-Tag"] == "noindex"


def test_the_lists_follow_on_the_very_next_request(visit, put, app):
    number = put(ONE_BOOK, entry("失业登记"), code=COUNTY)
    assert titles(visit.get(AT)) == ["失业登记"]
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, number)
        correct(session, item, ONE_BOOK, entry("失业登记办法", "社会保险"), note="改了名称")
        item.title = item.edition.title
        show_anew(session, item, at=NOON)
    assert titles(visit.get(AT)) == ["失业登记办法"]
    assert titles(visit.get(f"{AT}?field=就业")) == []
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, number)
        item.is_public, item.state = False, "withdrawn"
        show_anew(session, item, at=NOON)
    assert "共 0 条" in visit.get(AT).text


def test_a_renamed_and_a_merged_village_is_found_under_its_new_name(visit, put, app):
    put(ROSTER, notice_until=day_of(now()))
    with app.extensions["storage"].transaction() as session:
        village, other = unit_by_code(session, VILLAGE), unit_by_code(session, "410923205202")
        rename(session, village, "新名村", by=TESTER, at=NOON)
        merge(session, village, other, by=TESTER, at=NOON)
        name = other.name
    assert "新名村" in visit.get(f"/lists/{ROSTER.key}").text
    page = visit.get(f"/lists/{ROSTER.key}?within=410923205202")
    assert ("找到 1 条" in page.text, f"地方：{name}去掉" in page.links()) == (True, True)


def test_facets_lost_or_foreign_are_brought_in_line(put, app):
    number = put(ONE_BOOK, entry("失业登记"), code=COUNTY)
    with app.extensions["storage"].transaction() as session:
        before = set(map(tuple, session.execute(select(Facet.name, Facet.value))))
        session.delete(session.scalar(select(Facet).where(Facet.name == "field")))
        unit_id = session.get(Item, number).unit_id
        session.add(Facet(item_id=number, name="old", value="旧", kind=ONE_BOOK.key, unit_id=unit_id))
        session.flush()
        assert (renew_all(session), renew_all(session)) == (2, 0)
        assert set(map(tuple, session.execute(select(Facet.name, Facet.value)))) == before


def test_the_six_columns_lead_down_from_a_policy_and_up_again(visit, put):
    policy_kind, project = (bundled().column(key).shelf.kinds[0] for key in ("policies", "projects"))
    programme = ROSTER.field("benefit").choices[0]
    policy = put(policy_kind, given_of(policy_kind, title=programme), code=COUNTY)
    put(policy_kind, given_of(policy_kind, title=programme + "办法"), code=COUNTY)
    put(project, given_of(project, title="修路", funding=programme))
    roster = put(ROSTER, given_of(ROSTER, benefit=programme, batch="2026年第1批"), notice_until=day_of(now()))
    down = visit.get(f"/items/{policy}")
    assert titles(follow(visit, down, f"项目公示：{programme}")) == ["修路"]
    lists = follow(visit, down, f"资金查询：{programme}")
    assert f"/msgk/items/{roster}" in lists.links().values()
    up = visit.get(f"/items/{roster}")
    assert titles(follow(visit, up, f"民生政策：{programme}")) == [programme], "the very name, not one that begins so"
    assert f"/msgk/items/{roster}" in follow(visit, up, "同一批的名单：2026年第1批").links().values()


def test_the_oversight_page_leads_to_its_six_columns_from_county_and_village(visit):
    assert visit.get("/").links()["查政策、查项目、查资金"] == "/msgk/oversight/"
    assert visit.get(f"/villages/{VILLAGE}/oversight").links()["查政策、查项目、查资金"] == "/msgk/oversight/"
    page = visit.get("/oversight/")
    told = [b.text for b in page.tree.xpath("//ul[@aria-labelledby='columns']//b")]
    assert told == ["民生政策", "项目公示", "资金查询", "精准扶贫", "综合查询", "投诉处理"]
    for column in bundled().columns:
        assert visit.get(f"/oversight/{column.key}").title == column.title
    assert visit.get("/oversight/search").tree.xpath("//form/@action") == ["/msgk/search"]
    assert "tel:12345" in visit.get("/oversight/complaints").links().values()
    assert visit.get("/oversight/other", status=404).title == "没有这一页"


def test_the_columns_name_only_filters_that_their_kinds_have():
    for column in bundled().columns:
        for each in column.shelf.filters if column.shelf else ():
            assert set(each.of) <= {kind.key for kind in column.shelf.kinds}
            assert all(name in kinds()[key].filters for key, name in each.of.items()), each.name
        assert all(bundled().column(key).shelf for key in column.see)


def test_sections_and_items_lead_to_the_list_of_their_kind(visit, put):
    number = put(ONE_BOOK, entry("失业登记"), code=COUNTY)
    assert visit.get(f"/villages/{COUNTY}/information").links()[f"在{ONE_BOOK.label}里查找"] == f"/msgk{AT}"
    assert visit.get(f"/items/{number}").links()[f"全县的{ONE_BOOK.label}"] == f"/msgk{AT}"
    put(ONE_BOOK, entry("失业登记"), code=TOWNSHIP)
    link = visit.get(f"/villages/{TOWNSHIP}/information").links()[f"在{ONE_BOOK.label}里查找"]
    assert link == f"/msgk{AT}?within={TOWNSHIP}"
    assert related(next(kind for kind in kinds().values() if not kind.filters), {}, bundled()) == []

"""The page for searching: every public word, none withdrawn, no name off a roster; hardly a word typed stays."""

import io
import json
import random
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from tests.factories import NOON, TESTER, make_village
from tests.portal.conftest import VILLAGE
from tests.portal.published import ARTICLE, DECISION, ROSTER, given_of
from tests.portal.sizes import long_given, size
from villages.core.clock import day_of, now
from villages.core.db import Base
from villages.core.logs import AccessLog
from villages.disclosures.blocks import show
from villages.disclosures.indexing import index, rebuild
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Item
from villages.disclosures.sample import add_sample, remove_sample
from villages.disclosures.values import values_from_json
from villages.registry.actions import merge
from villages.registry.queries import unit_by_code
from villages.search.folding import fold, words_of
from villages.search.queries import PER_PAGE, counts, find
from villages.search.question import Question
from villages.visits.queries import vain_counts

OTHER = "410923205202"


@pytest.fixture
def publish(app, put):
    """Publishes an item and lets it be found, as the verbs do."""

    def publish(*arguments, **more):
        number = put(*arguments, **more)
        with app.extensions["storage"].transaction() as session:
            index(session, session.get(Item, number))
        return number

    return publish


def title_field(kind):
    return kind.short.title


def article(title, **given):
    return given_of(ARTICLE, **{title_field(ARTICLE): title}, **given)


def address(query, **more):
    return f"/search?q={quote(query)}" + "".join(f"&{name}={value}" for name, value in more.items())


def hits(page):
    return [int(link.get("href").rsplit("/", 1)[1]) for link in page.tree.xpath("//ul[contains(@class,'list')]//a")]


def test_a_published_item_is_found_by_one_character_of_its_text(visit, publish):
    number = publish(given=article("修缮麒麟亭的通知"))
    page = visit.get(address("麒"))
    assert hits(page) == [number]
    assert [mark.text for mark in page.tree.iter("mark")] == ["麒"]
    assert "西邵" in page.text
    assert ARTICLE.label in page.text


def test_traditional_characters_and_other_brackets_find_the_same(visit, publish):
    number = publish(given=article("乐政〔2021〕3号文件"))
    for typed in ("樂政", "乐政[2021]3号", "乐政（2021）3 号", "2021 3号", "樂政〔2021〕3號"):
        assert hits(visit.get(address(typed))) == [number]
    assert hits(visit.get(address("乐政〔2021〕4号"))) == []


def test_title_hits_stand_before_text_hits_and_the_newest_first(visit, publish):
    in_text = publish(
        given=article(
            "普通通知",
            **{f.name: "麒麟亭" for f in ARTICLE.fields if f.block == "text" and f.name != title_field(ARTICLE)}
            | {"body": "麒麟亭"},
        )
    )
    old = publish(given=article("麒麟亭一"), at=NOON - timedelta(days=3))
    new = publish(given=article("麒麟亭二"), at=NOON)
    assert hits(visit.get(address("麒麟亭"))) == [new, old, in_text]


def test_villages_are_found_by_name_pinyin_and_initials(visit):
    for typed in ("西邵", "xishao", "xs"):
        assert visit.get(address(typed)).tree.xpath("//h2[text()='村庄']"), typed


def test_a_person_on_a_roster_is_not_found_but_the_roster_is(visit, publish):
    given = given_of(ROSTER)
    number = publish(ROSTER, given)
    with_name = next(f for f in ROSTER.fields if f.block == "table")
    assert any(c.block == "person" for c in with_name.columns)
    assert not ROSTER.listed
    assert hits(visit.get(address("张"))) == []
    assert number in hits(visit.get(address(ROSTER.label[:2]))) or number in hits(visit.get(address("单位")))


def test_a_draft_a_withdrawn_item_and_an_ended_notice_are_not_found(app, visit, publish):
    publish(given=article("麒麟亭草稿"), public=False)
    ended = publish(given=article("麒麟亭旧公示"), notice_until=day_of(now()) - timedelta(days=1))
    gone = publish(given=article("麒麟亭撤回"))
    lasting = publish(given=article("麒麟亭公示"), notice_until=day_of(now()))
    with app.extensions["storage"].transaction() as session:
        item = session.get(Item, gone)
        item.is_public, item.state = False, "withdrawn"
        index(session, item)
    assert ended
    assert hits(visit.get(address("麒麟亭"))) == [lasting]


def test_within_a_village_a_township_and_the_whole_county(visit, publish):
    here, there = publish(given=article("麒麟亭甲")), publish(given=article("麒麟亭乙"), code=OTHER)
    assert hits(visit.get(address("麒麟亭", within=VILLAGE))) == [here]
    assert hits(visit.get(address("麒麟亭", within=VILLAGE[:9]))) == [there, here]
    assert hits(visit.get(address("麒麟亭", within="410923"))) == [there, here]
    page = visit.get(address("麒麟亭", within=VILLAGE))
    wider = next(link for text, link in page.links().items() if "不限" in text)
    assert hits(visit.get(wider)) == [there, here]


def test_what_a_merged_village_published_is_found_within_its_successor(app, visit, publish):
    number = publish(given=article("麒麟亭"), code=OTHER)
    with app.extensions["storage"].transaction() as session:
        merge(session, unit_by_code(session, OTHER), unit_by_code(session, VILLAGE), by=TESTER, at=NOON)
    assert hits(visit.get(address("麒麟亭", within=VILLAGE))) == [number]
    assert hits(visit.get(address("麒麟亭", within=OTHER))) == [number]


def test_filters_say_how_many_they_leave_and_leave_them(visit, publish):
    mine = publish(given=article("麒麟亭甲"))
    other = publish(DECISION, given_of(DECISION, **{title_field(DECISION): "麒麟亭乙"}), at=NOON - timedelta(days=400))
    page = visit.get(address("麒麟亭"))
    links = page.links()
    assert hits(page) == [mine, other]
    assert hits(visit.get(links["2026年（1）"])) == [mine]
    assert hits(visit.get(links[f"{DECISION.label}（1）"])) == [other]


def test_pages_of_twenty_reach_every_hit(visit, publish):
    numbers = [publish(given=article(f"麒麟亭{n}")) for n in range(45)]
    seen, path = [], address("麒麟亭")
    while path:
        page = visit.get(path)
        assert len(hits(page)) <= PER_PAGE
        seen += hits(page)
        path = page.links().get("下一页")
    assert seen == sorted(numbers, reverse=True)


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "*",
        "AND",
        "NOT (",
        "NEAR/2",
        "title:",
        'a" OR "b',
        "%",
        "'; --",
        "\\",
        "啊" * 300,
        "𠮷",
        "\ud83d" + "x",
        "　",
        "-1",
    ],
)
def test_nothing_that_is_typed_is_an_error(visit, typed):
    visit.get(f"/search?q={quote(typed.encode('utf-8', 'surrogatepass'))}&page=-3&within=zz&year=x&kind=(&section=*")
    visit.get(f"/search?q={quote(typed.encode('utf-8', 'surrogatepass'))}&page=99999999999999&within=41&year=999999")


def test_nothing_found_says_what_to_try(visit):
    page = visit.get(address("麒麟亭不存在", within=VILLAGE))
    assert "少写几个字" in page.text
    assert page.tree.xpath("//h2[@id='call']")
    assert any("全部内容" in text for text in page.links())


def test_what_was_typed_is_in_no_log_no_cache_and_no_search_engine(app, visit):
    answer = visit.fetch(address("张三的事"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not app.extensions["front"]._pages  # noqa: SLF001 - nothing was kept
    lines = io.StringIO()
    app.extensions["front"]._access = AccessLog(lines)  # noqa: SLF001
    visit.fetch(address("张三的事"))
    app.extensions["front"]._access.flush()  # noqa: SLF001
    assert json.loads(lines.getvalue())["path"] == "/search"
    assert "%E5%BC%A0" not in lines.getvalue()


def test_a_page_of_hits_is_small_and_its_snippets_are_short(visit, publish):
    for kind in list(kinds().values()):
        publish(kind, long_given(kind, rows=30))
    page = visit.get(address("一"))
    assert len(hits(page)) == PER_PAGE
    assert all(
        len("".join(span.itertext()).strip("…")) <= 80
        for span in page.tree.xpath("//ul[contains(@class,'list')]//a/span")
    )
    assert size(visit, address("一")) <= 20_000


def test_county_and_village_have_a_field_that_searches_there(visit, publish):
    number = publish(given=article("麒麟亭"))
    for path, within in (("/", None), (f"/villages/{VILLAGE}", VILLAGE)):
        form = visit.get(path).tree.xpath("//form[@role='search']")[0]
        assert form.get("action") == "/msgk/search"
        assert [each.get("value") for each in form.xpath(".//input[@type='hidden']")] == ([within] if within else [])
    assert hits(visit.get(address("麒麟亭", within=VILLAGE))) == [number]


def test_the_sample_is_found_as_a_scan_of_all_its_pages_finds_it_and_goes_whole(blank):
    with blank.transaction() as session:
        make_village(session)
        make_village(session, name="桃园村")
        add_sample(session, by=TESTER, at=NOON)
        shown = {item.id: (item, readable(item)) for item in session.query(Item).where(Item.is_public)}
        assert counts(session) == (len(shown), len(shown))
        chance = random.Random(5)  # noqa: S311
        for _ in range(60):
            line = chance.choice(chance.choice([text for _, text in shown.values()]).splitlines())
            start = chance.randrange(len(line) or 1)
            words = words_of(line[start : start + chance.randint(1, 6)])
            question, found, page = Question(words, NOON.date()), [], 1
            while (result := find(session, question, page=page)).hits:
                found, page = found + [hit.ref for hit in result.hits], page + 1
            assert found == scanned(shown, words)
        before = counts(session)
        assert rebuild(session) == before[0]
        remove_sample(session, by=TESTER, at=NOON)
        assert counts(session) == (0, 0)


def readable(item):
    """What a person reads of an item, title first; of a roster no names."""
    kind, edition = kinds()[item.kind], item.edition
    values = values_from_json(kind, edition.content) if kind.listed else {}
    shown = [show(values.get(field.name), field) for field in kind.fields if field.name != kind.short.title]
    period = f"{item.period_start.year}年" if item.period_start and kind.cycle == "year" else ""
    return "\n".join([edition.title, *shown, period, item.publisher.name])


def scanned(shown, words):
    if not words:
        return []
    found = []
    for item, text in shown.values():
        title = fold(item.title)
        if all(word in fold(text) or word in fold(period_label(item)) for word in words):
            in_title = all(word in title for word in words)
            found.append((not in_title, -day_of(item.published_at).toordinal(), -item.id))
    return [-number for *_, number in sorted(found)]


def period_label(item):
    """The period as people say it, written out by hand for months, quarters and half years."""
    start, cycle = item.period_start, kinds()[item.kind].cycle
    if start is None:
        return ""
    turns = {"month": f"{start.month}月", "quarter": f"第{'一二三四'[(start.month - 1) // 3]}季度",
             "half_year": f"{'上下'[start.month > 6]}半年", "year": ""}  # fmt: skip
    return f"{start.year}年{turns[cycle]}" if cycle in turns else ""


@pytest.fixture
def vain(app):
    """How many searches were counted as having found nothing."""

    def vain():
        app.extensions["counting"].vain.flush()
        with app.extensions["storage"].reading() as session:
            return vain_counts(session, date.min).total

    return vain


def test_only_what_found_nothing_at_all_is_counted(visit, publish, vain):
    publish(ARTICLE, article("厕所改造"))
    for path in (
        address("厕所"), address("西邵集"), address("，"), "/search", address("水管", section="affairs"),
        address("水管", year=2024), address("水管", page=2), "/villages/?q=xsj", "/villages/",
    ):  # fmt: skip
        visit.get(path)
    assert vain() == 0
    for path in (address("水管"), address("水管", within=VILLAGE), "/villages/?q=没有这个村"):
        visit.get(path)
    assert vain() == 3
    visit.get(address("水管"), **{"User-Agent": "Baiduspider"})
    assert vain() == 3


def test_what_was_typed_lies_in_no_table(app, visit, vain):
    """Not even where it was counted, once."""
    for typed in ("王小明", "13812345678", "水管"):
        visit.get(address(typed))
    assert vain() == 3
    with app.extensions["storage"].reading() as session:
        for table in Base.metadata.tables.values():
            text = "".join(map(str, session.execute(select(table))))
            assert not any(typed in text for typed in ("王小明", "13812345678")), table.name
            assert "水管" not in text or table.name not in ("vain_search", "visit"), table.name


def test_a_search_is_answered_when_it_cannot_be_counted(app, visit):
    counting = app.extensions["counting"]

    class OutOfReach:
        def transaction(self):
            raise OSError

    counting.vain._storage = OutOfReach()  # noqa: SLF001 - the database lies outside
    assert "没有找到" in visit.get(address("水管")).text
    counting.vain._waiting.clear()  # noqa: SLF001

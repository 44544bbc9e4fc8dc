"""The life of an item: what the table of workflow.py allows, and nothing else."""

import io
from datetime import date, timedelta
from itertools import product

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.factories import NOON, TESTER, make_staff, make_village
from villages.calendar.periods import period_of
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.disclosures import actions, publishing
from villages.disclosures.kinds import kinds
from villages.disclosures.models import PUBLISHERS, Edition, Publisher
from villages.disclosures.queries import published_in
from villages.disclosures.workflow import STATES, TABLE, VERBS, move
from villages.registry.actions import merge

NOTICE = next(k for k in kinds().values() if k.key == "announcement")
STATEMENT = next(k for k in kinds().values() if k.check == "statement")
ID_NUMBER = "11010519491231002X"
LINE = {"day": "2026-09-03", "summary": "承包费", "income": "20.00"}


@pytest.fixture
def session(blank):
    with blank.transaction() as session:
        yield session


@pytest.fixture
def village(session):
    return make_village(session, code="410999100201")


@pytest.fixture
def staff(session, village):
    """One of each role the chain needs, two reviewers, all of the county."""
    county = village.above("county")
    names = [
        ("editor", "录入"),
        ("reviewer", "审核一"),
        ("reviewer", "审核二"),
        ("publisher", "发布一"),
        ("publisher", "发布二"),
    ]
    return {name: make_staff(session, county, f"示例{name}", role) for role, name in names}


def publisher(session, unit, kind):
    wanted = kind.publishers[0]
    made = Publisher(code=f"{wanted}-1", kind=wanted, name=f"示例{PUBLISHERS[wanted]}", unit=unit)
    session.add(made)
    return made


def given_for(kind, **given):
    """A text for every field that must be there."""
    texts = {"date": "2026-09-01", "money": "0", "number": "1", "yesno": "是", "link": "https://www.gov.cn/"}
    values = {f.name: f.choices[0] if f.choices else texts.get(f.block, "示例") for f in kind.fields if f.required}
    return values | given


@pytest.fixture
def draft(session, village, staff):
    body = publisher(session, village, NOTICE)
    return actions.write(session, NOTICE, body, given_for(NOTICE), by=staff["录入"], at=NOON)


def reviewed(session, item, staff, kind=NOTICE):
    actions.submit(session, item, by=staff["录入"], at=NOON, looked=True)
    people = {"reviewer": ["审核一", "审核二"], "publisher": ["发布一"]}
    for role in kind.review:
        actions.approve(session, item, by=staff[people[role].pop(0)], at=NOON)
    return item


def published(session, item, staff):
    publishing.publish(session, reviewed(session, item, staff), by=staff["发布二"], at=NOON)
    return item


@pytest.mark.parametrize(("state", "verb"), [pair for pair in product(STATES, VERBS) if pair not in TABLE])
def test_what_is_not_in_the_table_is_refused(state, verb):
    with pytest.raises(Refusal, match=f"现在的状态是“{STATES[state]}”，不能{VERBS[verb]}"):
        move(state, verb)


def test_a_draft_is_seen_by_nobody_and_a_published_item_by_all(session, village, draft, staff):
    assert list(published_in(session, village)) == []
    before, _ = freshness_of(session, village.scope)
    published(session, draft, staff)
    assert list(published_in(session, village)) == [draft]
    assert (draft.state, draft.published_at, draft.edition.number) == ("published", NOON, 1)
    assert freshness_of(session, village.scope)[0] > before


def test_pages_of_villages_merged_in_see_it_too(session, village, draft, staff):
    other = make_village(session, code="410999100202", name="桃园村")
    merge(session, other, village, by=TESTER, at=NOON)
    before, _ = freshness_of(session, other.scope)
    published(session, draft, staff)
    assert freshness_of(session, other.scope)[0] > before


def test_nobody_approves_twice_and_no_writer_approves_last(session, village, staff):
    body = publisher(session, village, STATEMENT)
    given = given_for(STATEMENT, opening="10", income="20", expenditure="0", closing="30", lines=[LINE])
    period = period_of(date(2026, 9, 1), STATEMENT.cycle)
    item = actions.write(session, STATEMENT, body, given, by=staff["发布一"], at=NOON, period=period)
    actions.submit(session, item, by=staff["发布一"], at=NOON, looked=True)
    actions.approve(session, item, by=staff["审核一"], at=NOON)
    with pytest.raises(Refusal, match="已经审过"):
        actions.approve(session, item, by=staff["审核一"], at=NOON)
    actions.approve(session, item, by=staff["审核二"], at=NOON)
    with pytest.raises(Refusal, match="是您写的"):
        actions.approve(session, item, by=staff["发布一"], at=NOON)
    actions.approve(session, item, by=staff["发布二"], at=NOON)
    assert item.state == "approved"


def test_sending_back_asks_for_all_approvals_anew(session, draft, staff):
    reviewed(session, draft, staff)
    actions.send_back(session, draft, reason="标题不清楚", by=staff["发布二"], at=NOON)
    assert (draft.state, draft.step) == ("draft", 0)
    assert reviewed(session, draft, staff).state == "approved"


def test_a_scheduled_item_goes_out_by_itself_and_once(session, draft, staff):
    reviewed(session, draft, staff)
    later = NOON + timedelta(days=1)
    actions.schedule(session, draft, publish_at=later, by=staff["发布二"], at=NOON)
    assert publishing.publish_scheduled(session, NOON) == 0
    assert publishing.publish_scheduled(session, later) == 1
    assert publishing.publish_scheduled(session, later) == 0
    assert (draft.state, draft.published_at) == ("published", later)


def test_a_correction_keeps_the_public_edition_until_it_was_reviewed(session, draft, staff):
    published(session, draft, staff)
    first = draft.edition.title
    field = NOTICE.short.title
    actions.correct(
        session, draft, given_for(NOTICE, **{field: "改好的标题"}), public_note="改正错字", by=staff["录入"], at=NOON
    )
    assert (draft.is_public, draft.edition.title) == (True, first)
    published(session, draft, staff)
    assert (draft.edition.title, draft.edition.note, draft.published_at) == ("改好的标题", "改正错字", NOON)
    assert session.scalar(select(func.count()).select_from(Edition)) == 2


def test_a_withdrawn_item_leaves_a_notice_and_nothing_else(session, village, draft, staff):
    published(session, draft, staff)
    actions.withdraw(session, draft, reason="内容有误", by=staff["发布一"], at=NOON)
    assert (draft.is_public, draft.withdrawn_note) == (False, "内容有误")
    assert list(published_in(session, village)) == []


def test_a_number_of_a_person_stops_at_the_gate_until_another_lets_it_pass(session, village, staff):
    body = publisher(session, village, NOTICE)
    given = given_for(NOTICE, **{NOTICE.short.title: f"请 {ID_NUMBER} 领取"})
    item = actions.write(session, NOTICE, body, given, by=staff["录入"], at=NOON)
    with pytest.raises(Refusal) as refusal:
        actions.submit(session, item, by=staff["录入"], at=NOON, looked=True)
    assert ID_NUMBER not in str(refusal.value)
    actions.override(session, item, reason="本人要求公开", by=staff["审核一"], at=NOON)
    actions.submit(session, item, by=staff["录入"], at=NOON, looked=True)
    assert item.state == "in_review"


def test_a_clerk_of_another_township_is_refused(session, village, draft):
    elsewhere = make_village(session, code="410999101201", township="白云乡")
    stranger = make_staff(session, elsewhere.parent, "示例外乡", "editor")
    with pytest.raises(Refusal, match="不在您的管辖范围"):
        actions.submit(session, draft, by=stranger, at=NOON)
    assert draft.state == "draft"


def test_a_statement_that_does_not_add_up_is_never_published(session, village, staff):
    body = publisher(session, village, STATEMENT)
    given = given_for(STATEMENT, opening="10", income="20", expenditure="5", closing="30", lines=[LINE])
    period = period_of(date(2026, 9, 1), STATEMENT.cycle)

    def as_far_as_it_goes():
        item = actions.write(session, STATEMENT, body, given, by=staff["录入"], at=NOON, period=period)
        publishing.publish(session, reviewed(session, item, staff, STATEMENT), by=staff["发布二"], at=NOON)

    with pytest.raises(Refusal, match="元"):
        as_far_as_it_goes()
    assert list(published_in(session, village)) == []


def test_a_statement_goes_from_a_filled_template_to_the_public_by_command(villages, tmp_path, monkeypatch):
    villages("init")
    for name, role in (("录入", "editor"), ("审一", "reviewer"), ("审二", "reviewer"), ("发布", "publisher")):
        monkeypatch.setattr("sys.stdin", io.StringIO("long enough a password\n"))
        villages("accounts", "add", name, "--role", role, "--scope", "410923", "--password-stdin")
    path = tmp_path / "账目.xlsx"
    assert villages("disclosures", "template", STATEMENT.key, "--output", path)[0] == 0
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    first = {
        "村名": "西邵集村",
        "月份": "2026年9月",
        "期初余额": "10",
        "本期收入": "20",
        "本期支出": "0",
        "期末余额": "30",
    }
    sheet.append(
        [(first | {"日期": "2026-09-03", "摘要": "承包费", "收入": "20"}).get(heading) for heading in headings]
    )
    book.save(path)
    assert villages("disclosures", "import", STATEMENT.key, path, "--as", "录入")[0] == 0
    assert villages("disclosures", "import", STATEMENT.key, path, "--as", "录入")[0] == 1, "the same file again"
    steps = [("submit", "录入"), ("approve", "审一"), ("approve", "审二"), ("approve", "发布"), ("publish", "发布")]
    for verb, name in steps:
        status, _, err = villages("disclosures", verb, "1", "--as", name)
        assert status == 0, err
    status, out, _ = villages("disclosures", "show", "1")
    assert (status, "期末余额：30.00 元" in out, "第 1 版" in out) == (0, True, True)

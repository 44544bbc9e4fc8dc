"""From a filled template to every page that shows it."""

import io

import openpyxl
import pytest

from tests.factories import NOON, TESTER, make_staff, make_village
from villages.core.freshness import freshness_of
from villages.disclosures import actions, publishing
from villages.disclosures.kinds import kinds
from villages.registry.actions import merge
from villages.registry.models import PUBLISHERS, Publisher

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


def test_pages_of_villages_merged_in_see_it_too(session, village, draft, staff):
    other = make_village(session, code="410999100202", name="桃园村")
    merge(session, other, village, by=TESTER, at=NOON)
    before, _ = freshness_of(session, other.scope)
    published(session, draft, staff)
    assert freshness_of(session, other.scope)[0] > before


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

"""Nobody accused finds a trace: accounts walk every staff address and the public search, without cases and with."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from itertools import product

import pytest
from openpyxl import load_workbook

from tests.intake.cases import COUNTY, DEPARTMENT, HERE, NAME, PHONE, county_in, handler, make_case
from tests.intake.desks import VILLAGE
from tests.staff import at_desk
from tests.visit import Visitor
from villages.accounts.models import ROLES
from villages.accounts.permissions import permissions
from villages.core.access import allowed, may
from villages.core.clock import now
from villages.intake import handling
from villages.intake.kinds import kinds
from villages.intake.receiving import Came, receive
from villages.intake.routing import About, bar, seat

MANY, FEW, UNKNOWN = 50, 4, "202600000000"
WORDS = "示例被举报的人吃拿卡要"
LEVELS = {COUNTY: "county", HERE: "township", VILLAGE: "village", DEPARTMENT: "department"}
# Who is accused, and who walks: whoever is accused, and below.
TRIALS = (
    ((HERE,), (HERE, VILLAGE), ("handler", "auditor")),
    ((DEPARTMENT,), (DEPARTMENT,), ("handler", "auditor")),
    ((VILLAGE,), (VILLAGE,), ("handler",)),
    ((COUNTY,), (DEPARTMENT,), ("handler",)),
    pytest.param((HERE, DEPARTMENT), (HERE, VILLAGE, DEPARTMENT), ROLES, marks=pytest.mark.soak),
)
PUBLIC = ("/", "/search?q=%E7%A4%BA%E4%BE%8B", f"/villages/{VILLAGE}", "/changes", "/sitemap.xml")


@pytest.fixture
def storage(cases_app):
    return cases_app.extensions["storage"]


def accuse(storage, scope, count=MANY):
    """Accusations of a place or department, waiting, taken in hand and held back: numbers and ids.

    Of the county itself none is taken: these turned out to be one when they were here.
    """
    with storage.transaction() as session:
        county = county_in(session)
        about = {HERE: {"unit": county.here}, VILLAGE: {"unit": county.village}, COUNTY: {}}.get(scope)
        about = {"publisher": county.department} if about is None else about
        by = handler(session, county.county)
        found: list[tuple[str, int]] = []
        values = {"accused": WORDS, "text": WORDS, "name": NAME, "phone": PHONE}
        for n in range(count):
            came = Came("online" if n % 2 else "phone", is_held=n % 10 == 0)
            kind, at = "complaint" if n % 7 == 1 else "tipoff", now() - timedelta(days=n)
            case = make_case(session, kind, came=came, values=values, at=at, **about)
            if n % 4 == 1 and kind == "tipoff":
                handling.accept(session, case, by=by, at=now())
            if scope == COUNTY:
                seat(session, case, county.department, at=now(), leads=False)
                bar(session, case, county.county)
            found.append((case.number, case.id))
        return found


def addresses(app, role, place):
    """Every staff address without a thing in it that an account may open."""
    granted = permissions(role, level=LEVELS[place], is_separated=False)
    for rule in app.url_map.iter_rules():
        is_page = rule.rule.startswith("/admin") and "GET" in rule.methods and not rule.arguments
        if is_page and may(granted, allowed(app.view_functions[rule.endpoint])):
            yield rule.rule


def told(app, desk, role, place, number):
    """All that somebody is told, address by address; `number` is one that they look for."""
    found = {path: plain(desk.fetch(path)) for path in addresses(app, role, place)}
    if role == "handler":
        for tab in ("mine", "late", "soon", "held", "open", "ended", ""):
            found[f"tab {tab}"] = plain(desk.fetch(f"/admin/cases?tab={tab}"))
            sheet = load_workbook(io.BytesIO(desk.post("/admin/cases/export", tab=tab).data)).active
            found[f"export {tab}"] = str([[cell.value for cell in row] for row in sheet.iter_rows()])
        for typed in ({"name": NAME}, {"phone": PHONE}, {"number": number}):
            found[f"search by {[*typed]}"] = plain(desk.post("/admin/cases", **typed)).replace(number, "")
    if role in ("administrator", "auditor"):
        for query in ("subject=case", "act=case.receive", f"subject=case:{number}"):
            found[f"audit {query[:12]}"] = plain(desk.fetch(f"/admin/audit?{query}")).replace(number, "")
    return found


def plain(answer):
    """What was answered, without tokens, moments and what the walk itself leaves in the audit."""
    is_text = answer.mimetype.startswith(("text/", "application/json"))
    text = f"{answer.status_code} {answer.get_data(as_text=True) if is_text else answer.mimetype}"
    text = re.sub(r'value="[\w.-]{22,}"', "", text)
    return re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?|\d{1,2}:\d\d", "", text)


@pytest.mark.parametrize(("accused", "places", "roles"), TRIALS)
def test_no_account_of_the_accused_finds_a_trace(cases_app, storage, accused, places, roles):
    walkers = [(role, place, at_desk(cases_app, role, place)) for role, place in product(roles, places)]
    before = [told(cases_app, desk, role, place, UNKNOWN) for role, place, desk in walkers]
    cases = [case for scope in accused for case in accuse(storage, scope, FEW if scope == COUNTY else MANY)]
    for (role, place, desk), known in zip(walkers, before, strict=True):
        after = told(cases_app, desk, role, place, cases[1][0])
        for what, page in known.items():
            assert WORDS not in after[what], (role, place, what)
            assert not any(number in after[what] for number, _ in cases), (role, place, what)
            if what != "/admin/audit":  # where one's own exports stand by now
                assert after[what] == page, (role, place, what)
        for number, row in cases[:: 1 if role == "handler" else 25]:
            for path in (number, str(row)):
                assert desk.fetch(f"/admin/cases/{path}").status_code == (404 if role == "handler" else 403)


def test_a_case_that_is_kept_from_somebody_answers_as_one_that_is_not(cases_app, storage):
    desk = at_desk(cases_app, "handler", HERE)
    desk.token()
    number, _ = accuse(storage, HERE, 1)[0]
    for path in ("", "/answer", "/letter.pdf", "/letter.docx", "/files/1"):
        answers = [desk.fetch(f"/admin/cases/{each}{path}") for each in (number, UNKNOWN)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert plain(answers[0]) == plain(answers[1])
        one, other = ({name: value for name, value in each.headers if name != "X-Request-Id"} for each in answers)
        assert one == other
    for path, form in (("", {"verb": "accept", "seen": "1"}), ("/answer", {"verb": "save", "seen": "1"})):
        answers = [desk.post(f"/admin/cases/{each}{path}", **form) for each in (number, UNKNOWN)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert plain(answers[0]) == plain(answers[1])
    held = [desk.post("/admin/cases/held", verb="release", case=f"{each}:1") for each in (number, UNKNOWN)]
    assert [answer.status_code for answer in held] == [404, 404]


def test_the_public_pages_and_the_search_know_of_none(cases_app, storage):
    visit = Visitor(cases_app)
    before = [plain(visit.fetch(f"/msgk{path}")) for path in PUBLIC]
    number, _ = accuse(storage, VILLAGE, 3)[0]
    assert [plain(visit.fetch(f"/msgk{path}")) for path in PUBLIC] == before
    looked = [plain(visit.fetch(f"/msgk/search?q={each}")).replace(each, "") for each in (number, UNKNOWN)]
    assert looked[0] == looked[1]


def test_an_auditor_outside_sees_what_was_done_and_one_inside_does_not(cases_app, storage):
    """A clerk of the accused township wrote the tip-off down: the entry is theirs, and still not for their auditor."""
    with storage.transaction() as session:
        county = county_in(session)
        clerk = handler(session, county.here)
        about, came, given = About(unit=county.here), Came("counter"), {"text": "示例"}
        receipts = [
            receive(session, kinds()[kind], given, about, came, by=clerk.actor, at=now())
            for kind in ("tipoff", "question")
        ]  # fmt: skip
        kept, seen = (receipt.case.number for receipt in receipts)
    inside, outside = at_desk(cases_app, "auditor", HERE), at_desk(cases_app, "auditor", COUNTY)
    for query in ("", f"?subject=case:{kept}", "?act=case.receive", f"?actor={clerk.name}"):
        assert f"诉求 {kept}" not in inside.get(f"/admin/audit{query}").text
        assert f"诉求 {kept}" in outside.get(f"/admin/audit{query}").text
    assert f"诉求 {seen}" in inside.get("/admin/audit").text
    exports = [desk.post("/admin/audit/export", form="csv").get_data(as_text=True) for desk in (inside, outside)]
    assert [kept in each for each in exports] == [False, True]
    assert "第" not in inside.get("/admin/audit").text.split("查找")[0].split("操作日志")[-1]

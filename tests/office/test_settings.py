"""Settings, terms and holidays in the browser: what is empty is said, what the law hangs on wants two people."""

import pytest

from tests.factories import TESTER
from tests.staff import TOWNSHIP, at_desk
from villages.calendar.queries import calendar_of
from villages.calendar.statutory import statutory_days
from villages.core.clock import now
from villages.disclosures.due_queries import rules_of
from villages.disclosures.kind import PERIODICAL
from villages.disclosures.kinds import kinds
from villages.registry.bodies import make_missing
from villages.site.details import DETAILS
from villages.site.queries import rules_of as rules_of_site
from villages.site.queries import site_of, waiting_proposals

MONTHLY = next(kind for kind in kinds().values() if kind.cycle == "month")
YEAR_2031 = """日期,是否上班,名称
2031-01-01,放假,元旦
2031-01-23,放假,春节
"""


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def administrator(app):
    return at_desk(app, "administrator")


@pytest.fixture
def second(app):
    return at_desk(app, "security")


def test_what_is_empty_says_what_happens_then(administrator):
    page = administrator.get("/admin/settings")
    for detail in DETAILS:
        assert f"现在空着：{detail.empty}" in page.text


def test_a_detail_is_saved_and_stands_on_the_public_page_at_once(app, administrator, storage):
    answer = administrator.post("/admin/settings", organiser="示例县人民政府办公室")
    assert answer.status_code == 303
    assert "示例县人民政府办公室" in administrator.client.get("/msgk/", base_url=administrator.base).text


def test_one_wrong_value_keeps_all_that_was_typed_and_changes_nothing(administrator, storage):
    answer = administrator.post("/admin/settings", organiser="示例办公室", code="12")
    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    assert 'value="示例办公室"' in answer.text
    assert "“网站标识码”的值“12”不对" in answer.text
    with storage.reading() as session:
        assert site_of(session).values == {}


def test_a_renamed_column_is_renamed_everywhere(administrator):
    administrator.post("/admin/settings", column_poverty="乡村振兴")
    for path in ("/msgk/oversight/", "/msgk/oversight/poverty"):
        page = administrator.client.get(path, base_url=administrator.base).text
        assert "乡村振兴" in page
        assert "精准扶贫" not in page


def test_what_the_law_hangs_on_waits_for_another_person(administrator, second, storage):
    administrator.post("/admin/settings", audit_days="400")
    with storage.reading() as session:
        (proposal,) = waiting_proposals(session)
        assert rules_of_site(session)["audit_days"] == 1095
    path = f"/admin/proposals/{proposal.id}/confirm"
    assert administrator.post(path).status_code == 422  # not one's own
    assert second.post(path).status_code == 303
    assert second.post(path).status_code == 422  # not twice
    with storage.reading() as session:
        assert rules_of_site(session)["audit_days"] == 400


def test_a_proposal_is_declined_with_a_reason_and_nothing_changes(administrator, second, storage):
    administrator.post("/admin/settings", audit_days="400")
    with storage.reading() as session:
        (proposal,) = waiting_proposals(session)
    path = f"/admin/proposals/{proposal.id}/decline"
    assert "请写明不同意的原因" in second.post(path, reason="").text
    assert second.post(path, reason="先开会定").status_code == 303
    assert "先开会定" in administrator.get("/admin/proposals").text
    with storage.reading() as session:
        assert rules_of_site(session)["audit_days"] == 1095


def terms(**given):
    form = {
        "valid_from": "2027-01-01", "cycle": "quarter", "due_days": "12", "due_unit": "working", "warn_days": "3",
        "notice_days": "7", "notice_unit": "calendar",
    }  # fmt: skip
    return form | given


def test_new_terms_come_into_force_when_another_person_confirms_them(administrator, second, storage):
    assert administrator.post(f"/admin/terms/{MONTHLY.key}", **terms()).status_code == 303
    with storage.reading() as session:
        (proposal,) = waiting_proposals(session)
        assert rules_of(session, MONTHLY) == []
    second.post(f"/admin/proposals/{proposal.id}/confirm")
    with storage.reading() as session:
        (rule,) = rules_of(session, MONTHLY)
        assert (rule.cycle, rule.due_days) == ("quarter", 12)
    assert "2027年1月1日 起要改" in administrator.get("/admin/terms").text


@pytest.mark.parametrize("given", [{"due_days": "x"}, {"due_days": "0"}, {"cycle": "none"}, {"valid_from": ""}])
def test_terms_that_cannot_be_are_refused_before_anybody_is_asked(administrator, storage, given):
    assert MONTHLY.cycle in PERIODICAL
    answer = administrator.post(f"/admin/terms/{MONTHLY.key}", **terms(**given))
    assert answer.status_code == 422
    assert 'value="7"' in answer.text
    with storage.reading() as session:
        assert waiting_proposals(session) == []


def test_half_a_year_of_holidays_is_refused_and_kept_as_typed(administrator, storage):
    answer = administrator.post("/admin/holidays", days=YEAR_2031)
    assert answer.status_code == 422
    assert "2031 年还没有放假安排" in answer.text
    assert "2031-01-23" in answer.text


def test_a_year_of_holidays_is_imported_by_two(administrator, second, storage):
    lines = "\n".join(f"{day}\t放假\t{name}" for day, name in sorted(statutory_days(2031).items()))
    assert administrator.post("/admin/holidays", days=lines).status_code == 303
    with storage.reading() as session:
        (proposal,) = waiting_proposals(session)
        assert 2031 not in calendar_of(session).years
    second.post(f"/admin/proposals/{proposal.id}/confirm")
    with storage.reading() as session:
        assert 2031 in calendar_of(session).years
    assert "元旦" in administrator.get("/admin/holidays?year=2031").text


def test_the_day_from_which_duties_count_is_proposed(administrator, second, storage):
    with storage.transaction() as session:
        make_missing(session, by=TESTER, at=now())
    administrator.post("/admin/duties/begin", day="2027-01-01")
    with storage.reading() as session:
        (proposal,) = waiting_proposals(session)
    assert "从2027年1月1日起算" in second.get("/admin/proposals").text
    assert second.post(f"/admin/proposals/{proposal.id}/confirm").status_code == 303


def test_a_township_has_no_settings(app):
    desk = at_desk(app, "administrator", TOWNSHIP)
    for path in ("/admin/settings", "/admin/terms", "/admin/holidays", "/admin/proposals"):
        assert desk.fetch(path).status_code == 403
    assert desk.post("/admin/settings", organiser="别的单位").status_code == 403

"""Going live in the browser: what is missing is told, the sample goes at one press, and only of who means it."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.factories import TESTER
from tests.staff import TOWNSHIP, at_desk
from villages.audit.models import AuditEntry
from villages.core.clock import now
from villages.disclosures.models import Item
from villages.office.sample import count_sample
from villages.registry.actions import set_contact
from villages.registry.bodies import make_missing
from villages.registry.models import Contact
from villages.registry.queries import unit_by_code
from villages.site.queries import waiting_proposals

PATH = "/admin/going-live"


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def administrator(app):
    return at_desk(app, "administrator")


@pytest.fixture
def samples(storage):
    """Two townships with a sample telephone, one with its own."""
    with storage.transaction() as session:
        for code, is_sample in ((TOWNSHIP, True), ("410923101", True), ("410923102", False)):
            unit = unit_by_code(session, code)
            set_contact(session, unit, phone="0393-0000000", hours="", by=TESTER, at=now(), is_sample=is_sample)
    return 2


def test_what_is_missing_is_told_and_what_is_done_is_ticked(administrator, samples):
    page = administrator.get(PATH)
    assert "还没有设置" not in page.text, "the tests have a public address"
    assert "✓ 做好了" in page.text
    assert "网站信息缺“网站标识码”" in page.text
    assert f"还有 {samples} 条示例内容" in page.text


def test_the_sample_goes_whole_and_what_is_real_stays(administrator, samples, storage):
    assert f"要去掉 {samples} 条" in administrator.get(f"{PATH}/sample").text
    answer = administrator.post(f"{PATH}/sample", follow=True, count=samples)
    assert f"已去掉 {samples} 条示例内容" in answer.text
    assert "没有示例内容。" in administrator.get(PATH).text
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1


@pytest.mark.parametrize("count", ["", "1", "-2", "全部"])
def test_who_does_not_say_how_much_takes_nothing_away(administrator, samples, storage, count):
    assert administrator.post(f"{PATH}/sample", count=count).status_code == 422
    with storage.reading() as session:
        assert count_sample(session) == samples


@pytest.mark.parametrize(
    ("role", "scope"), [("publisher", "410923"), ("auditor", "410923"), ("administrator", TOWNSHIP)]
)
def test_only_the_countys_administrator_may(app, samples, storage, role, scope):
    desk = at_desk(app, role, scope)
    assert desk.fetch(PATH).status_code == desk.post(f"{PATH}/sample", count=samples).status_code == 403
    with storage.reading() as session:
        assert count_sample(session) == samples


def test_the_removal_stands_in_the_audit(administrator, samples, storage):
    administrator.post(f"{PATH}/sample", count="0")
    administrator.post(f"{PATH}/sample", count=samples)
    with storage.reading() as session:
        acts = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert any(each.act == "sample.remove" for each in acts)
        assert {each.actor for each in acts if each.act == "sample.remove"} == {administrator.name}


def test_the_day_from_which_duties_count_is_proposed_from_here(administrator, storage):
    with storage.transaction() as session:
        make_missing(session, by=TESTER, at=now())
    page = administrator.get(PATH)
    form = page.tree.xpath("//form[.//input[@name='day']]")[0]
    path = re.sub("^/msgk", "", form.get("action"))
    assert administrator.post(path, day=date(2026, 12, 1).isoformat()).status_code == 303
    with storage.reading() as session:
        assert [each.act for each in waiting_proposals(session)] == ["duties.begin"]
        assert session.scalar(select(func.count()).select_from(Item)) == 0

"""The self-check in the browser: what the command finds, what is to do, and what is only asked once an hour."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.factories import NOON, STATEMENT, make_publisher
from tests.staff import TOWNSHIP, VILLAGE, at_desk
from villages.calendar.models import CalendarDay
from villages.core.clock import now
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.office import marks
from villages.office.content import LEVEL_OF, dead_links, empty_columns, holidays, notices, stale_columns, thresholds
from villages.office.findings import QUESTIONS, findings, slow_answers
from villages.registry.queries import unit_by_code
from villages.service.due import jobs

HOUR = timedelta(hours=1)
NEWS = next(kind for kind in kinds().values() if thresholds()[1].get(kind.column) == 14)


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def settings(app):
    return app.extensions["settings"]


@pytest.fixture
def published(app, storage):
    """Puts a public item of a kind for the county or a village into the database as it is."""

    def publish(kind, code="410923", at=None, until=None, **content):
        with storage.transaction() as session:
            unit = unit_by_code(session, code)
            sort = next(each for each in kind.publishers if LEVEL_OF[each] == unit.level)
            item = Item(
                kind=kind.key, publisher=make_publisher(session, unit, sort), unit=unit, state="published",
                title="示例", draft=content, created_at=at or now(), published_at=at or now(), is_public=True,
                notice_until=until,
            )  # fmt: skip
            item.editions = [Edition(number=1, title="示例", content=content, published_at=at or now())]
            session.add(item)
            session.flush()
            return item.id

    return publish


def lines(ask, storage, settings):
    with storage.reading() as session:
        return list(ask(session, settings))


def test_the_page_tells_what_the_command_tells(app, storage, settings):
    desk = at_desk(app, "administrator")
    with storage.reading() as session:
        marks.keep(settings.data_dir, slow_answers(session, settings), now())
        told = [each.text for each in findings(session, settings)]
    page = desk.get("/admin/check")
    shown = page.tree.xpath("//li[.//span[text()='要处理']]//p/text()")
    assert shown == told


def test_each_finding_leads_to_where_it_is_mended(app):
    page = at_desk(app, "administrator").get("/admin/check")
    assert "/msgk/admin/settings" in page.tree.xpath("//ul[contains(@class, 'checks')]//a/@href")
    auditor = at_desk(app, "auditor").get("/admin/check")
    assert auditor.tree.xpath("//ul[contains(@class, 'checks')]//a[contains(@href, 'settings')]") == []


def test_every_question_leads_to_a_page_that_there_is(app):
    assert {each.endpoint for each in QUESTIONS} - {""} <= set(app.view_functions)


@pytest.mark.parametrize("role", ["publisher", "editor", "handler"])
def test_only_who_looks_after_the_service_sees_it(app, role):
    assert at_desk(app, role).fetch("/admin/check").status_code == 403
    assert at_desk(app, "administrator", TOWNSHIP).fetch("/admin/check").status_code == 403


def test_jobs_that_do_not_run_are_told_and_run_due_says_that_they_did(villages):
    villages("init")
    assert "定时的工作从来没有运行过" in villages("check")[2]
    assert villages("run-due")[0] == 0
    assert "定时的工作" not in villages("check")[2]
    marks.note(Path(os.environ["VILLAGES_DATA_DIR"]), marks.LAST_RUN, now() - HOUR)
    assert "以后没有运行过" in villages("check")[2]


def test_an_old_backup_is_told_with_its_day(app, storage, settings):
    desk = at_desk(app, "administrator")
    assert "还没有做过备份" in desk.get("/admin/check").text
    marks.note(settings.data_dir, marks.LAST_BACKUP, now() - 9 * 24 * HOUR)
    assert "已经过了 9 天" in desk.get("/admin/check").text
    marks.note(settings.data_dir, marks.LAST_BACKUP, now())
    assert "七天之内做过备份" in desk.get("/admin/check").text


def test_slow_questions_are_asked_once_an_hour(villages, settings):
    assert marks.is_old(settings.data_dir, NOON)
    marks.keep(settings.data_dir, {"files": ["示例"]}, NOON)
    assert marks.kept(settings.data_dir).answers == {"files": ["示例"]}
    assert not marks.is_old(settings.data_dir, NOON + HOUR / 2)
    assert marks.is_old(settings.data_dir, NOON + HOUR)
    (settings.data_dir / marks.LAST_CHECK).write_text("{", encoding="ascii")
    assert marks.kept(settings.data_dir).at is None


def test_a_year_without_its_holidays_is_told(storage, settings):
    assert len(lines(holidays, storage, settings)) == 1
    with storage.transaction() as session:
        session.add(CalendarDay(day=date(now().year, 1, 1), is_workday=False, name="元旦", source="示例"))
    assert all(str(now().year) + " 年" not in each for each in lines(holidays, storage, settings))


def test_an_empty_column_is_told_until_something_stands_in_it(storage, settings, published):
    assert any(NEWS.column in each for each in lines(empty_columns, storage, settings))
    published(NEWS)
    assert not any(NEWS.column in each for each in lines(empty_columns, storage, settings))


def test_a_column_is_told_on_the_day_after_its_threshold(storage, settings, published):
    days = thresholds()[1][NEWS.column]
    number = published(NEWS, at=now() - days * 24 * HOUR)
    assert lines(stale_columns, storage, settings) == []
    with storage.transaction() as session:
        session.get(Item, number).published_at = now() - (days + 1) * 24 * HOUR
    told = lines(stale_columns, storage, settings)
    assert ["首页" in told[0], f"“{NEWS.column}”" in told[1]] == [True, True]


def test_the_thresholds_name_columns_that_there_are():
    assert set(thresholds()[1]) <= {kind.column for kind in kinds().values()}


def test_a_list_past_its_notice_period_is_told_until_it_is_put_away(storage, settings, published):
    published(STATEMENT, VILLAGE, until=(now() - 48 * HOUR).date())
    assert "1 份名单" in lines(notices, storage, settings)[0]
    with storage.transaction() as session:
        jobs(None, None)["公示到期"](session, now())
    assert lines(notices, storage, settings) == []


def test_a_link_to_a_page_of_ours_that_is_gone_is_told_and_others_are_not(storage, settings, published):
    base = settings.base_url
    good = published(NEWS)
    published(NEWS, body=f"<p>见 {base}items/{good} 和 https://example.cn/items/1</p>")
    assert lines(dead_links, storage, settings) == []
    published(NEWS, body=[{"text": f"{base}items/999999 {base}villages/{VILLAGE} {base}v/00000000 {base}search?q=a"}])
    told = [each.split("打不开：")[1].split("。请")[0] for each in lines(dead_links, storage, settings)]
    assert told == [f"{base}items/999999", f"{base}v/00000000"]

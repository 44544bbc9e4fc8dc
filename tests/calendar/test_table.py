"""The calendar's table: seeding, the annual notice, the commands."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories import NOON, TESTER
from villages.audit.models import AuditEntry
from villages.calendar.actions import import_days, seed
from villages.calendar.arithmetic import add_working_days
from villages.calendar.models import SCOPE, CalendarDay
from villages.calendar.notice import NoticeDay, read_notice
from villages.calendar.queries import calendar_of
from villages.calendar.statutory import statutory_days
from villages.core.freshness import freshness_of
from villages.core.refusal import Refusal
from villages.core.spreadsheet import read_table

# Invented: the arrangement of 2027 is not announced.
EXTRA = {date(2027, 2, 4): "春节", date(2027, 10, 4): "国庆节", date(2027, 10, 5): "国庆节"}
WORKED = {date(2027, 1, 30): "春节", date(2027, 10, 9): "国庆节"}


def notice() -> list[NoticeDay]:
    days = {day: (False, name) for day, name in (statutory_days(2027) | EXTRA).items()}
    days |= {day: (True, name) for day, name in WORKED.items()}
    return [NoticeDay(row, day, works, name) for row, (day, (works, name)) in enumerate(sorted(days.items()), start=2)]


def csv_of(days: list[NoticeDay]) -> str:
    return "日期,是否上班,名称\n" + "".join(f"{d.day},{int(d.is_workday)},{d.name}\n" for d in days)


def read(tmp_path: Path, text: str):
    path = tmp_path / "放假安排.csv"
    path.write_text(text, encoding="utf-8")
    return read_notice(read_table(path))


def test_seeding_brings_every_year_once(blank):
    with blank.transaction() as session:
        assert seed(session, by=TESTER, at=NOON) > 500
        assert calendar_of(session).years == frozenset(range(2004, 2027))
        assert calendar_of(session).version == 1
    with blank.transaction() as session:
        assert seed(session, by=TESTER, at=NOON) == 0
        assert freshness_of(session, SCOPE)[0] == 1
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_an_empty_table_counts_provisionally(blank):
    with blank.reading() as session:
        assert add_working_days(calendar_of(session), date(2026, 11, 24), 20).provisional


def test_the_annual_notice_makes_a_year_known_and_dates_exact(blank):
    with blank.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        before = add_working_days(calendar_of(session), date(2026, 12, 31), 25)
        outcome = import_days(session, notice(), by=TESTER, at=NOON)
        after = add_working_days(calendar_of(session), date(2026, 12, 31), 25)
        assert (outcome.new_years, len(outcome.added)) == ([2027], len(notice()))
        assert (before.provisional, after.provisional) == (True, False)
        assert calendar_of(session).version == 2
        assert before.target <= after.on


def test_the_same_notice_again_changes_nothing(blank):
    with blank.transaction() as session:
        import_days(session, notice(), by=TESTER, at=NOON)
        outcome = import_days(session, notice(), by=TESTER, at=NOON)
        assert (outcome.added, outcome.changed, len(outcome.unchanged)) == ([], [], len(notice()))
        assert freshness_of(session, SCOPE)[0] == 1


def test_half_a_year_is_refused_with_every_missing_day_and_nothing_changes(blank):
    with blank.transaction() as session, pytest.raises(Refusal) as refusal:
        import_days(session, notice()[:3], by=TESTER, at=NOON)
    assert len(refusal.value.lines) == 1
    assert "2027年10月3日（国庆节）" in refusal.value.lines[0]
    with blank.reading() as session:
        assert session.scalar(select(func.count()).select_from(CalendarDay)) == 0
        assert freshness_of(session, SCOPE)[0] == 0


def test_a_day_off_by_law_can_not_be_worked(blank):
    days = [*notice()[1:], NoticeDay(99, date(2027, 1, 1), is_workday=True, name="元旦")]
    with blank.transaction() as session, pytest.raises(Refusal, match="第 99 行.*法定节假日不能上班"):
        import_days(session, days, by=TESTER, at=NOON)


def test_a_single_day_of_a_known_year_may_be_changed_and_stays_after_seeding(blank):
    with blank.transaction() as session:
        seed(session, by=TESTER, at=NOON)
        given = [NoticeDay(2, date(2026, 12, 31), is_workday=False, name="元旦")]
        assert len(import_days(session, given, by=TESTER, at=NOON).added) == 1
        assert seed(session, by=TESTER, at=NOON) == 0
        assert not calendar_of(session).is_workday(date(2026, 12, 31))


def test_errors_of_a_notice_are_listed_all_at_once(tmp_path):
    text = (
        "date,is_workday,name\n2027-02-30,0,春节\n2027-01-01,也许,元旦\n,1,\n2027-05-01,0,劳动节\n2027/5/1,0,劳动节\n"
    )
    days, problems = read(tmp_path, text)
    assert days == []
    assert [problem.split("不对")[0] for problem in problems] == [
        "第 2 行“date”列的值“2027-02-30”",
        "第 3 行“is_workday”列的值“也许”",
        "第 4 行“date”列的值“”",
        "第 4 行“name”列的值“”",
        "第 6 行“date”列的值“2027-05-01”",
    ]


def test_a_notice_without_its_columns_says_which(tmp_path):
    assert len(read(tmp_path, "日期,备注\n2027-01-01,元旦\n")[1]) == 2
    assert read(tmp_path, "日期,是否上班,名称\n")[1] == ["文件里只有表头，没有日期，请检查是否选错了工作表"]


def test_dates_are_read_as_people_and_excel_write_them(tmp_path):
    days, problems = read(
        tmp_path, "日期,是否上班,名称\n2027年1月1日,放假,元旦\n2027/1/2,休,元旦\n2027-01-03 00:00:00,否,元旦\n"
    )
    assert problems == []
    assert [day.day.day for day in days] == [1, 2, 3]


def test_the_commands_import_and_show(villages, tmp_path):
    villages("init")
    path = tmp_path / "2027.csv"
    path.write_text(csv_of(notice()), encoding="utf-8")
    assert "（暂定：放假安排还没有导入" in villages("calendar", "show", "2027")[1]
    status, out, _ = villages("calendar", "import", path, "--dry-run")
    assert (status, "数据库没有改动" in out) == (0, True)
    assert "（暂定" in villages("calendar", "show", "2027")[1]
    assert villages("calendar", "import", path)[0] == 0
    out = villages("calendar", "show", "2027")[1]
    assert "2027-01-30  周六  上班  春节" in out
    assert "暂定" not in out
    path.write_text("日期,是否上班,名称\n昨天,1,班\n", encoding="utf-8")
    status, _, err = villages("calendar", "import", path)
    assert (status, err.count("第 2 行")) == (1, 1)

"""Searches that found nothing: nothing of people is kept, and nothing is readable before it came on several days."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from tests.factories import NOON, TESTER
from villages.core.clock import day_of
from villages.site.actions import set_detail
from villages.visits.actions import MOST_VAIN_A_DAY, VAIN_DAYS, count_vain, first_of, forget_old
from villages.visits.harmless import LONGEST, SURNAMES, kept_words, subjects
from villages.visits.models import VainSearch
from villages.visits.queries import vain_counts, vain_words

TODAY = day_of(NOON)
SINCE = first_of(TODAY, VAIN_DAYS)
KNOWN = subjects()


def ago(days):
    return TODAY - timedelta(days=days)


def stored(session):
    """Everything that the table says, as text."""
    return " ".join(str(value) for row in session.execute(select(VainSearch.__table__)) for value in row)


@pytest.mark.parametrize(
    "typed",
    [
        "王小明", "张三", "欧阳小明", "司马光", "低保王小明", "王小明低保", "王小明 低保", "低保 李娜", "劉洋", "王 小明",
        "13812345678", "138-1234-5678", "一三八一二三四五六七八", "0393-6221234", "11010519491231002X", "12345",
        "字1234567", "zhangsan", "a@b.cn", "幸福路12号3号楼2单元", "三组5号", "高血压", "残疾等级一级",
        "这一句话写得太长了不会有人再写第二遍", "", "，。", " ",
    ],
)  # fmt: skip
def test_what_may_be_of_a_person_is_never_kept(typed):
    assert kept_words(typed, KNOWN) == ""


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("厕所改造", "厕所改造"), ("路灯", "路灯"), ("金额", "金额"), ("高龄补贴", "高龄补贴"), ("低保金额", "低保金额"),
        ("農田水利", "农田水利"), ("WiFi", "wifi"), ("〔2021〕12号", "2021_12号"), ("自来水  停水", "自来水 停水"),
        ("马路", "马路"),
    ],
)  # fmt: skip
def test_words_about_things_are_told_in_their_folded_form(typed, told):
    assert kept_words(typed, KNOWN) == told


@pytest.mark.parametrize("surname", sorted(SURNAMES)[::7])
def test_no_name_of_two_or_three_characters_is_kept(surname):
    for given in ("秀兰", "翔", "建国", "梓涵"):
        assert kept_words(surname + given, KNOWN) == ""


def test_words_are_unreadable_until_they_came_on_three_days(blank):
    with blank.transaction() as session:
        for days, readable in ((2, False), (1, False), (1, False), (0, True)):
            count_vain(session, {("厕所改造", ago(days)): 5})
            assert ("厕所改造" in stored(session)) is readable
            assert [each.words for each in vain_words(session, SINCE, most=9)] == ["厕所改造"] * readable
        (told,) = vain_words(session, SINCE, most=9)
        assert (told.days, told.count, told.last_on) == (3, 20, TODAY)


def test_spellings_of_the_same_words_are_one(blank):
    with blank.transaction() as session:
        count_vain(session, {("農田水利", ago(2)): 1, ("农田水利", ago(1)): 1, ("农田，水利", TODAY): 1})
        assert [each.words for each in vain_words(session, SINCE, most=9)] == ["农田水利"]


def test_names_are_counted_and_leave_nothing_else(blank):
    with blank.transaction() as session:
        for days in range(5):
            count_vain(session, {("王小明", ago(days)): 2, ("13812345678", ago(days)): 1})
        count_vain(session, {("厕所改造", TODAY): 1})
        assert vain_words(session, SINCE, most=9) == []
        counts = vain_counts(session, SINCE)
        assert (counts.total, counts.rare, counts.withheld) == (16, 1, 15)
        assert set(session.scalars(select(VainSearch.words))) == {""}
        assert len(set(session.scalars(select(VainSearch.digest)))) == 2


def test_the_mark_of_words_depends_on_the_installations_key(blank, nanle):
    marks = []
    for storage in (blank, nanle):
        with storage.transaction() as session:
            count_vain(session, {("厕所改造", TODAY): 1})
            marks += session.scalars(select(VainSearch.digest))
    assert len(set(marks)) == 2
    assert all(len(mark) == 32 for mark in marks)


def test_words_go_after_thirty_days_and_where_they_became_rare(blank):
    with blank.transaction() as session:
        count_vain(session, {("厕所改造", ago(days)): 1 for days in (0, 20, 29)})
        count_vain(session, {("自来水停水", ago(days)): 1 for days in (1, 2, 30)})
        assert "自来水停水" in stored(session)
        assert [each.words for each in vain_words(session, SINCE, most=9)] == ["厕所改造"]
        assert forget_old(session, NOON) == 1
        assert "自来水停水" not in stored(session)
        assert forget_old(session, NOON + timedelta(days=1)) == 1
        assert "厕所改造" not in stored(session)
        assert forget_old(session, NOON + timedelta(days=30)) == 4
        assert stored(session) == ""


def test_a_county_may_ask_for_more_days(blank):
    with blank.transaction() as session:
        count_vain(session, {("厕所改造", ago(days)): 1 for days in range(3)})
        set_detail(session, "vain_days", "5", by=TESTER, at=NOON)
        assert vain_words(session, SINCE, most=9) == []
        forget_old(session, NOON)
        assert "厕所改造" not in stored(session)


def test_whoever_types_nonsense_all_day_fills_no_table(blank):
    with blank.transaction() as session:
        count_vain(session, {("厕所改造", TODAY): 1})
        full = [{"digest": f"{n:032}", "on": TODAY, "count": 1, "words": ""} for n in range(MOST_VAIN_A_DAY)]
        session.execute(insert(VainSearch), full)
        count_vain(session, {("自来水停水", TODAY): 5, ("厕所改造", TODAY): 2})
        counts = vain_counts(session, SINCE)
        assert (counts.rare, counts.withheld) == (MOST_VAIN_A_DAY + 3, 5)


def test_no_words_are_longer_than_their_column():
    assert kept_words("厕" * LONGEST, KNOWN)
    assert not kept_words("厕" * (LONGEST + 1), KNOWN)

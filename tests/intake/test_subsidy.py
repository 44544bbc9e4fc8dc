"""补贴发没发: rosters published by the real verbs; one's own line for three facts, the same no for all else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text

from tests.factories import NOON, TESTER
from tests.intake.cases import unit
from tests.intake.subsidies import (
    CARD_HEAD,
    FAR,
    HOME,
    ID_HEAD,
    OTHER,
    VILLAGE,
    legible,
    person,
    publish_roster,
    review,
    sheet,
    staff_of,
)
from villages.core.db import Storage
from villages.disclosures import actions, publishing, rosters
from villages.disclosures.correcting import discard
from villages.disclosures.importing import import_items, read_one
from villages.disclosures.models import Roster, RosterLine
from villages.disclosures.rosters import KEPT
from villages.disclosures.sample import add_sample, remove_sample
from villages.disclosures.self_check import folded, last_four
from villages.disclosures.typed import given, typed_of
from villages.disclosures.values import values_from_json
from villages.intake.delays import SUBSIDY
from villages.intake.forms import Wrong
from villages.intake.subsidy import check, unanswerable
from villages.registry.actions import merge

WANG = person("王小明")


def asked(session, name, last, *, village=VILLAGE, network=HOME, at=NOON):
    return check(session, unit(session, village), name, last, network=network, at=at)


def told(session, name, last, **where):
    return [(each.what, each.amount, each.on) for each in asked(session, name, last, **where).paid]


@pytest.fixture
def book(office):
    """A roster with everything that is hard about names."""
    people = [
        WANG, person("欧阳　春", "12", "0001"), person("阿依古丽·买买提", "88.8", "0002"),
        person("𠮷𡈽𤭢", "9", "0003"),
        person("李伟", "100", "1111"), person("李伟", "200", "2222"), person("张三", "30", "3333", "4444"),
        person("张三", "40", "3333", "4444"), person("没有号", "50", ""), person("赵卡", "60", "", "5555"),
    ]  # fmt: skip
    with office.transaction() as session:
        publish_roster(session, people)
    return office


def test_three_facts_give_programme_amount_and_day(book):
    with book.transaction() as session:
        assert told(session, "王小明", "123X") == [("种粮补贴，第1批", 35_050, "2026年9月1日")]


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("王 小明", "123x"), (" 王小明 ", "１２３Ｘ"), ("欧阳春", "0001"), ("欧 阳 春", "0001"),
        ("阿依古丽•买买提", "0002"), ("阿依古丽．买买提", "0002"),
        ("𠮷𡈽𤭢", "0003"), ("赵卡", "5555"), ("王小明", "41099919900101123x"),
        ("王小明", "尾号123X"),
    ],
)  # fmt: skip
def test_names_and_numbers_as_people_type_them(book, name, last):
    with book.transaction() as session:
        assert len(told(session, name, last)) == 1


@pytest.mark.parametrize(
    ("name", "last", "village"),
    [
        ("王小明", "1234", VILLAGE), ("王小民", "123X", VILLAGE), ("王小明", "123X", OTHER), ("王小明", "123X", FAR),
        ("没有号", "0000", VILLAGE), ("欧阳春", "123X", VILLAGE), ("赵卡", "123X", VILLAGE),
    ],
)  # fmt: skip
def test_anything_else_is_the_same_no(book, name, last, village):
    with book.transaction() as session:
        answer = asked(session, name, last, village=village)
        assert (answer.paid, answer.until) == ([], None)


def test_two_of_one_name_are_told_apart(book):
    with book.transaction() as session:
        assert [amount for _, amount, _ in told(session, "李伟", "1111")] == [10_000]
        assert [amount for _, amount, _ in told(session, "李伟", "2222")] == [20_000]


def test_who_stands_there_twice_is_told_both_once_by_either_number(book):
    with book.transaction() as session:
        for last in ("3333", "4444"):
            assert sorted(amount for _, amount, _ in told(session, "张三", last)) == [3_000, 4_000]


def test_what_is_lacking_is_said_and_not_counted(book):
    with book.transaction() as session:
        for name, last, wrong in (("", "123X", {"name"}), ("王小明", "12", {"last"}), (" ", "", {"name", "last"})):
            with pytest.raises(Wrong) as refused:
                asked(session, name, last)
            assert set(refused.value.problems) == wrong
        assert session.scalar(text("SELECT count(*) FROM guess_wait")) == 0


def test_a_roster_without_numbers_says_so_to_everybody(book):
    with book.transaction() as session:
        none = publish_roster(session, [person("孙六", identity="")], village=OTHER)
        assert unanswerable(session, unit(session, OTHER), at=NOON) == [none]
        assert len(unanswerable(session, unit(session, VILLAGE), at=NOON)) == 1  # 没有号
        assert unanswerable(session, unit(session, FAR), at=NOON) == []
        assert told(session, "孙六", "0000", village=OTHER) == []


def test_nothing_of_a_number_stands_anywhere_in_clear(book):
    with book.reading() as session:
        for table in ("item", "edition", "roster", "roster_line", "step", "audit_entry", "facet"):
            kept = legible(" ".join(map(str, session.execute(text(f"SELECT * FROM {table}")).all())))
            assert not re.search(f"123X|3333|{ID_HEAD}|{CARD_HEAD}", kept), table
        lines = legible(" ".join(map(str, session.execute(text("SELECT * FROM roster_line")).all())))
        assert "王小明" not in lines
        assert "35050" not in lines


def test_a_withdrawn_roster_tells_nothing_and_keeps_nothing(book):
    with book.transaction() as session:
        item = publish_roster(session, [person("钱七", identity="7777")], batch="第2批")
        assert told(session, "钱七", "7777")
        actions.withdraw(session, item, reason="名单有误", by=staff_of(session)["publisher"], at=NOON)
        assert told(session, "钱七", "7777") == []
        assert session.get(Roster, item.id) is None
        assert told(session, "王小明", "123X")


def test_after_the_notice_it_is_told_still_and_after_two_years_gone(book):
    with book.transaction() as session:
        later = NOON + timedelta(days=20)
        assert publishing.end_notices(session, later) == 1
        assert told(session, "王小明", "123X", at=later)
        assert rosters.forget_lines(session, NOON + KEPT) == 0
        assert told(session, "王小明", "123X", at=NOON + KEPT + timedelta(days=1)) == []
        assert rosters.forget_lines(session, NOON + KEPT + timedelta(days=1)) == 1
        assert session.scalar(select(func.count()).select_from(RosterLine)) == 0
        assert session.scalar(select(func.count()).select_from(Roster)) == 0


def corrected(session, item, given_values, tails=()):
    actions.correct(session, item, given_values, public_note="更正", by=staff_of(session)["editor"], at=NOON)
    rosters.remember(session, item, tails)


def test_a_correction_by_hand_keeps_who_is_who(book):
    with book.transaction() as session:
        item = publish_roster(session, [WANG, person("李伟", "1", "1111"), person("李伟", "2", "2222")], batch="第2批")
        kind = rosters.kinds()[item.kind]
        typed = typed_of(kind, values_from_json(kind, item.draft))
        typed["people"][0]["amount"] = "999"
        del typed["people"][1]  # whose of the two it was, nobody knows now
        corrected(session, item, given(kind, typed))
        assert 99_900 not in [amount for _, amount, _ in told(session, "王小明", "123X")]
        review(session, item, at=NOON)
        assert 99_900 in [amount for _, amount, _ in told(session, "王小明", "123X")]
        assert [amount for _, amount, _ in told(session, "李伟", "2222")] == [20_000]  # the other roster's
        assert item in unanswerable(session, unit(session, VILLAGE), at=NOON)


def test_a_correction_by_a_file_brings_its_own_numbers(book):
    with book.transaction() as session:
        item = publish_roster(session, [person("周八", "8", "8888")], batch="第2批")
        kind = rosters.kinds()[item.kind]
        draft = read_one(kind, [sheet([person("周八", "9", "9999")], batch="第2批")], item, None)
        corrected(session, item, draft.values, draft.tails)
        assert told(session, "周八", "8888")
        review(session, item, at=NOON)
        assert told(session, "周八", "8888") == []
        assert [amount for _, amount, _ in told(session, "周八", "9999")] == [900]


def test_a_correction_that_is_given_up_changes_nothing(book):
    with book.transaction() as session:
        item = publish_roster(session, [person("周八", "8", "8888")], batch="第2批")
        kind = rosters.kinds()[item.kind]
        corrected(session, item, given(kind, typed_of(kind, values_from_json(kind, item.draft))))
        discard(session, item, by=staff_of(session)["editor"], at=NOON)
        assert told(session, "周八", "8888")


def test_a_draft_tells_nothing(office):
    with office.transaction() as session:
        kind = rosters.kinds()["subsidy_roster"]
        import_items(session, kind, [sheet([WANG])], by=staff_of(session)["editor"], at=NOON)
        assert told(session, "王小明", "123X") == []
        assert unanswerable(session, unit(session, VILLAGE), at=NOON) == []


def test_whose_village_was_merged_asks_the_one_that_took_over(book):
    with book.transaction() as session:
        merge(session, unit(session, VILLAGE), unit(session, OTHER), by=TESTER, at=NOON)
        assert told(session, "王小明", "123X", village=OTHER)


def test_under_a_new_key_all_is_found_still_and_only_the_new_one_is_used(book):
    with book.transaction() as session:
        path = session.info["settings"].data_dir / "data.key"
        old = path.read_text(encoding="ascii").strip()
        path.write_text("b" * 64 + "," + old, encoding="ascii")
        assert told(session, "王小明", "123X")
        last, count = rosters.reseal(session, after=0, most=1)
        assert count == 1
        assert rosters.reseal(session, after=last, most=1) == (None, 0)
        assert rosters.reseal(session, after=0, most=1) == (None, 0)
        path.write_text("b" * 64, encoding="ascii")
        assert told(session, "王小明", "123X")


def test_a_stranger_who_guesses_at_a_name_keeps_nobody_on_another_network_waiting(book):
    with book.transaction() as session:
        at = NOON
        for turn in range(300):
            answer = asked(session, "王小明", f"{turn:04}", network=f"203.0.113.{turn % 20}", at=at)
            at += timedelta(seconds=1)
        assert answer.until is not None
        assert told(session, "王小明", "123X", at=at)
        assert told(session, "王小明", "123X", network="2001:db8::1", at=at)


def test_guessing_at_one_name_gets_ever_slower_and_is_forgiven_for_what_is_right(book):
    with book.transaction() as session:
        answers = [asked(session, "王小明", f"{turn:04}") for turn in range(SUBSIDY.pair.free + 1)]
        assert [answer.until is not None for answer in answers] == [False] * SUBSIDY.pair.free + [True]
        later = answers[-1].until
        assert told(session, "王小明", "123X", at=later)
        assert asked(session, "王小明", "0000", at=later).until is None


def test_wrong_and_unknown_ask_the_database_the_same(book):
    asked_of_it = []
    for name in ("王小明", "谁也不是"):
        statements = []

        def note(*given, into=statements):
            into.append(given[2])

        with book.transaction() as session:
            village = unit(session, VILLAGE)
            event.listen(session.connection().engine, "after_cursor_execute", note)
            check(session, village, name, "0009", network=HOME, at=NOON)
            session.flush()
            event.remove(session.connection().engine, "after_cursor_execute", note)
        asked_of_it.append(statements)
    assert asked_of_it[0] == asked_of_it[1]
    assert len(asked_of_it[0]) < 12


@pytest.mark.parametrize(
    ("text", "last"),
    [("41099919900101123x", "123X"), ("****1234", "1234"), ("尾号 123X", "123X"), ("1234", "1234"), ("12", ""),
     ("", ""), ("张三", ""), ("6217 0012 3456 7890", "7890"), ("X123", ""), ("１２３４", "1234"), ("٣٤٥٦", "")],
)  # fmt: skip
def test_the_last_four(text, last):
    assert last_four(text) == last


def test_names_are_folded_once_and_for_all():
    assert folded("阿依古丽 • 买买提") == "阿依古丽·买买提" == folded(folded("阿依古丽．买买提"))
    assert folded("Ana　Li") == "anali"


def test_the_sample_can_be_asked_as_the_readme_says_and_leaves_nothing(office):
    with office.transaction() as session:
        add_sample(session, by=TESTER, at=NOON)
        assert asked(session, "示例一", "0001").paid
        assert not asked(session, "示例一", "0002").paid
        assert not unanswerable(session, unit(session, VILLAGE), at=NOON)
        remove_sample(session, by=TESTER, at=NOON)
        assert [session.scalar(select(func.count()).select_from(table)) for table in (Roster, RosterLine)] == [0, 0]


def test_a_sample_from_before_is_given_its_numbers_where_there_is_a_key(office):
    keyless = Storage(office.settings.database_url)
    with keyless.transaction() as session:
        assert add_sample(session, by=TESTER, at=NOON) > 0
        assert session.scalar(select(func.count()).select_from(Roster)) == 0
    keyless.close()
    with office.transaction() as session:
        assert add_sample(session, by=TESTER, at=NOON) == 0
        assert asked(session, "示例一", "0001").paid

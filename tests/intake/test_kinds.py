"""The kinds of cases as data, their life as a table, their receipts."""

from __future__ import annotations

from collections import deque
from datetime import date

import pytest

from villages.core.refusal import Refusal
from villages.intake.kinds import kinds
from villages.intake.numbers import CODE_DIGITS, is_number, new_code, new_number, plain, spoken
from villages.intake.workflow import OPEN, STATES, TABLE, VERBS, move, verbs_of

ADDRESSES = {
    "question", "suggestion", "complaint", "tipoff", "objection", "suspicious_code", "error", "foi_request",
}  # fmt: skip


def test_there_are_the_kinds_that_the_addresses_name():
    assert set(kinds()) == ADDRESSES


def test_an_application_asks_what_the_law_asks_and_not_what_for():
    labels = "".join(field.label + field.help for field in kinds()["foi_request"].fields)
    assert "用途" not in labels
    assert "需要" not in labels
    required = {field.name for field in kinds()["foi_request"].fields if field.required}
    assert {"name", "identity", "phone", "subject", "form", "way"} <= required


def test_what_is_added_later_is_kept_as_what_it_is():
    for kind in kinds().values():
        assert [field.keep_days for field in kind.later_photos][:1] == [None], kind.key
        assert all(kind.field(field.name) is field for field in kind.later_photos)
    assert [field.name for field in kinds()["foi_request"].later_photos] == ["added", "identity"]
    assert [field.name for field in kinds()["complaint"].later_photos] == ["photos"]


def test_whatever_else_may_come_without_a_name():
    for kind in kinds().values():
        assert kind.anonymous is (kind.key != "foi_request")
        assert not kind.anonymous or not any(kind.field(name).required for name in ("name", "phone"))


def test_an_accusation_never_goes_to_the_place_it_is_about():
    assert {key for key, kind in kinds().items() if kind.is_accusation} == {"complaint", "tipoff", "objection"}
    assert kinds()["tipoff"].receiver == "county"


def test_every_period_names_what_it_rests_on():
    for kind in kinds().values():
        for dated in kind.dated:
            assert dated.terms.answer.article
            assert dated.valid_from < date(2026, 1, 1)


def test_the_periods_of_the_day_count():
    kind = kinds()["foi_request"]
    assert kind.on(date(2026, 1, 1)).terms.answer.days == 20
    assert kind.on(date(2001, 1, 1)) is kind.dated[0]


def test_every_state_is_reached_and_every_open_one_can_end():
    reached, left = {"received", "held"}, deque(["received", "held"])
    while left:
        state = left.popleft()
        for (before, _), to in TABLE.items():
            after = to.to or state
            if before == state and after not in reached:
                reached.add(after)
                left.append(after)
    assert reached == set(STATES)
    for state in OPEN:
        assert any(before == state and to.to not in (*OPEN, "") for (before, _), to in TABLE.items())


def test_every_verb_stands_in_the_table():
    assert {verb for _, verb in TABLE} == set(VERBS)


def test_what_is_not_in_the_table_is_refused_in_words():
    with pytest.raises(Refusal, match="“已答复”，不能受理"):
        move("answered", "accept")


def test_nobody_approves_an_answer_of_their_own():
    assert TABLE["drafted", "approve"].by_other


def test_a_writer_can_add_and_withdraw_while_it_is_open_and_judge_once_it_is_answered():
    assert verbs_of("in_hand", "writer") == ["add", "withdraw"]
    assert verbs_of("answered", "writer") == ["rate", "not_solved"]


def test_a_receipt_is_read_out_in_groups_of_four():
    number, code = new_number(2026), new_code()
    assert is_number(number)
    assert spoken(number).count(" ") == 2
    assert number.startswith("2026")
    assert len(code) == CODE_DIGITS
    assert plain("２０２６-1234 5678") == "202612345678"


def test_a_digit_misheard_is_noticed():
    number = new_number(2026)
    for at, digit in enumerate(number):
        wrong = number[:at] + str((int(digit) + 1) % 10) + number[at + 1 :]
        assert not is_number(wrong)

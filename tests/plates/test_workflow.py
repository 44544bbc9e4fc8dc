"""The table of a plate's life: what leads where, and what is refused."""

import pytest

from villages.core.refusal import Refusal
from villages.plates.workflow import FINDINGS, OVER, STATES, TABLE, VERBS, move

CASES = [
    ("issued", "print", "printed"),
    ("issued", "fine", "posted"),
    ("printed", "post", "posted"),
    ("posted", "print", "posted"),
    ("posted", "damaged", "damaged"),
    ("damaged", "print", "printed"),
    ("missing", "fine", "posted"),
    ("suspicious", "print", "suspicious"),
    ("suspicious", "replace", "replaced"),
    ("posted", "retire", "retired"),
]


@pytest.mark.parametrize(("state", "verb", "after"), CASES)
def test_a_verb_leads_on(state, verb, after):
    assert move(state, verb, "12345678") == after


def test_the_table_names_known_states_and_verbs_alone():
    assert set(TABLE) == set(STATES)
    for moves in TABLE.values():
        assert set(moves) <= set(VERBS)
        assert set(moves.values()) <= set(STATES)
    assert set(FINDINGS) <= set(VERBS)


def test_every_state_can_be_reached_and_left_by_its_end():
    reached = {after for moves in TABLE.values() for after in moves.values()}
    assert reached == set(STATES) - {"issued"}
    assert all({"retire", "replace"} <= set(TABLE[state]) for state in set(STATES) - OVER)


@pytest.mark.parametrize("state", sorted(OVER))
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_what_is_over_stays_over(state, verb):
    with pytest.raises(Refusal, match="12345678 已经停用"):
        move(state, verb, "12345678")


def test_what_was_never_printed_cannot_be_missed():
    with pytest.raises(Refusal, match="还没打印"):
        move("issued", "missing", "12345678")

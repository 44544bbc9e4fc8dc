"""No sequence of acts makes a public statement that does not add up or does not meet its neighbours."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosures.money_world import ACTS, World, assert_public_books_are_right


def keep_books(blank, folder, *, examples, longest):
    """Run random sequences of acts; returns the world, which knows what was done and refused."""
    world = World(blank, folder)

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(st.lists(ACTS, min_size=longest // 2, max_size=longest))
    def keep(acts):
        world.open()
        for act in acts:
            world.act(*act)
            with blank.reading() as session:
                for publisher in world.publishers:
                    assert_public_books_are_right(session, publisher)

    keep()
    return world


def test_whatever_is_done_public_statements_add_up_and_meet(blank, tmp_path):
    world = keep_books(blank, tmp_path, examples=40, longest=40)
    # The sequences got somewhere: each sort of act was done, and some were refused.
    for verb in ("write", "import", "finish", "correct", "discard", "withdraw", "emergency"):
        assert world.done[verb], world.done
    assert world.refused["finish"], world.refused


@pytest.mark.soak
def test_whatever_is_done_for_long_public_statements_add_up_and_meet(blank, tmp_path):
    world = keep_books(blank, tmp_path, examples=300, longest=80)
    for verb in ("approve", "restore_edition", "discard", "schedule", "emergency", "withdraw"):
        assert world.done[verb], world.done

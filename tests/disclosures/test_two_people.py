"""Two editors, two reviewers, a publisher and the timer on one item at once: no lost edit, no double publication.

Each person looks at the item and then acts on what they saw, as a browser does; the looks and the acts of all are
shuffled, and on top of that run at the same time in threads of their own.
"""

import random
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from tests.factories import NOON, STATEMENT, make_item, make_publisher, make_staff, make_village, statement_given
from villages.accounts.models import Staff
from villages.core.refusal import Refusal
from villages.disclosures import actions, publishing
from villages.disclosures.holding import held, last_step
from villages.disclosures.models import Edition, Item, Step
from villages.disclosures.periods import stored_period
from villages.disclosures.publishing import publish_scheduled

LATER = NOON + timedelta(hours=1)
ORDERS, MOVES = 200, 12


@pytest.fixture
def world(blank):
    with blank.transaction() as session:
        village = make_village(session)
        body = make_publisher(session, village)
        county = village.above("county")
        people = {
            name: make_staff(session, county, name, role).id
            for name, role in (
                ("editor1", "editor"), ("editor2", "editor"), ("reviewer1", "reviewer"), ("reviewer2", "publisher"),
                ("publisher", "publisher"),
            )
        }  # fmt: skip
        item = make_item(session, body, session.get(Staff, people["editor1"]))
        return blank, people, item.id


def look(storage, item_id):
    with storage.reading() as session:
        item = session.get(Item, item_id)
        return last_step(item), item.state, item.draft


def act(storage, item_id, person, seen, draw):
    """What somebody does who saw an item in a state; False where it was refused."""
    step, state, _ = seen
    try:
        with storage.transaction() as session:
            item = held(session, item_id, seen=step)
            by = session.get(Staff, person)
            ACTS[by.role, state](session, item, by, draw)
    except (Refusal, KeyError, OperationalError):  # the last: too many wait for SQLite's one writer; they try again
        return False
    return True


def write(session, item, by, draw):
    given = statement_given(income=draw.randrange(1, 10_000))
    period = stored_period(item.period_start, item.period_cycle, STATEMENT.cycle)
    actions.write(session, STATEMENT, item.publisher, given, by=by, at=NOON, item=item, period=period)


def write_or_submit(session, item, by, draw):
    if draw.random() < 0.6:
        actions.submit(session, item, by=by, at=NOON, looked=True)
    else:
        write(session, item, by, draw)


def correct(session, item, by, draw):
    given = statement_given(income=draw.randrange(1, 10_000))
    actions.correct(session, item, given, public_note="数目更正", by=by, at=NOON)


def review(session, item, by, draw):
    if draw.random() < 0.1:
        actions.send_back(session, item, reason="请再核对", by=by, at=NOON)
    else:
        actions.approve(session, item, by=by, at=NOON)


def let_out(session, item, by, draw):
    if item.state == "scheduled" or draw.random() < 0.5:
        publishing.publish(session, item, by=by, at=NOON)
    else:
        actions.schedule(session, item, publish_at=NOON + timedelta(minutes=1), by=by, at=NOON)


ACTS = {
    ("editor", "draft"): write_or_submit,
    ("editor", "published"): correct,
    ("reviewer", "in_review"): review,
    ("publisher", "in_review"): review,
    ("publisher", "approved"): let_out,
    ("publisher", "scheduled"): let_out,
}


def check(storage, item_id):
    """Each publication made one edition, each edition is what was written before it, and the steps tell it all."""
    with storage.reading() as session:
        verbs = [step.verb for step in session.query(Step).filter_by(item_id=item_id).order_by(Step.id)]
        editions = session.query(Edition).filter_by(item_id=item_id).order_by(Edition.number).all()
        assert verbs.count("publish") == len(editions) == len({each.number for each in editions})
        assert [each.number for each in editions] == list(range(1, len(editions) + 1))
        needed, approvals = len(STATEMENT.review), 0
        for verb in verbs:
            if verb == "publish":
                assert approvals == needed, verbs
            if verb in ("submit", "send_back", "publish"):
                approvals = 0
            approvals += verb == "approve"
        return len(editions)


def test_looks_and_acts_of_five_people_and_the_timer_in_200_orders(world):
    storage, people, item_id = world
    published = refused = 0
    for order in range(ORDERS):
        draw = random.Random(order)  # noqa: S311 - a repeatable order
        seen = {name: look(storage, item_id) for name in people}
        for _ in range(MOVES):
            who = draw.choice([*people, *people, "timer"])
            if who == "timer":
                with storage.transaction() as session:
                    publish_scheduled(session, LATER)
            elif draw.random() < 0.4:
                seen[who] = look(storage, item_id)
            else:
                refused += not act(storage, item_id, people[who], seen[who], draw)
        published = check(storage, item_id)
    assert published > 10
    assert refused > ORDERS


def test_the_same_in_threads_at_the_same_time(world):
    storage, people, item_id = world
    kept, lock = [], threading.Lock()

    def work(name, number):
        draw = random.Random(number)  # noqa: S311 - a repeatable order
        for _ in range(60):
            seen = look(storage, item_id)
            if act(storage, item_id, people[name], seen, draw):
                with lock:
                    kept.append((seen[0], name))
            with suppress(OperationalError), storage.transaction() as session:
                publish_scheduled(session, LATER)

    threads = [threading.Thread(target=work, args=(name, number)) for number, name in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # No two acts began from the same step: nobody wrote over what they had not seen.
    begun = [step for step, _ in kept]
    assert begun
    assert len(begun) == len(set(begun))
    check(storage, item_id)

"""Time tells nothing either: answers take as long whether accusations are of the asker's own office or of another.

How many cases there are in the whole county is no secret of the accused, and does tell: with fifty where there was
none, pages differ by half a millisecond, whoever is accused.
"""

import math
import random
import time

import pytest

from tests.factories import TESTER
from tests.staff import TOWNSHIP, at_desk
from villages.core.clock import now
from villages.intake.kinds import kinds
from villages.intake.receiving import Came, receive
from villages.intake.routing import About
from villages.registry.queries import unit_by_code

pytestmark = pytest.mark.soak
EACH, MANY, WARM = 2_500, 50, 30
# |z| of a normal at the 1 % level, both sides.
LIMIT = 2.576
UNKNOWN = "202600000000"
OTHER = "410923101"


def accuse(app, township=TOWNSHIP):
    """Tip-offs about a township; the number of one."""
    with app.extensions["storage"].transaction() as session:
        about = About(unit=unit_by_code(session, township))
        values = {"accused": "示例", "text": "示例"}
        cases = [
            receive(session, kinds()["tipoff"], values, about, Came("online"), by=TESTER, at=now()).case
            for _ in range(MANY)
        ]  # fmt: skip
        return cases[0].number


def seconds(ask):
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def rank_test(one, other):
    """z of Mann and Whitney's rank-sum test: how far the times of two lie apart, in standard deviations."""
    ranked = sorted([(each, 0) for each in one] + [(each, 1) for each in other])
    ranks = sum(place for place, (_, which) in enumerate(ranked, start=1) if which == 0)
    n, m = len(one), len(other)
    return (ranks - n * (n + m + 1) / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def compare(asks):
    """Times of two ways to ask, in turns of random order, so that whatever else the machine does hits both alike."""
    times = ([], [])
    for turn in range(WARM + EACH):
        for which in random.sample((0, 1), 2):
            spent = seconds(asks[which])
            if turn >= WARM:
                times[which].append(spent)
    return times


def report(what, times):
    z = rank_test(*times)
    middle = [sorted(each)[EACH // 2] * 1000 for each in times]
    print(f"{what}: medians {middle[0]:.2f} and {middle[1]:.2f} ms, z = {z:+.2f}")  # noqa: T201 - a soak reports
    return z


def test_the_rank_test_tells_apart_what_differs_and_not_what_does_not():
    one, other = ([random.gauss(0, 1) for _ in range(EACH)] for _ in range(2))
    assert abs(rank_test(one, one)) < 0.1
    assert abs(rank_test(one, [each + 0.5 for each in other])) > LIMIT


@pytest.mark.parametrize("path", ["/admin/cases", "/admin/"])
def test_a_page_takes_as_long_whoever_is_accused(make_app, path):
    apps = [make_app(), make_app()]
    accuse(apps[0])
    accuse(apps[1], OTHER)
    desks = [at_desk(app, "handler", TOWNSHIP) for app in apps]
    times = compare([lambda desk=desk: desk.fetch(path) for desk in desks])
    assert abs(report(path, times)) < LIMIT


def test_a_case_that_is_kept_from_somebody_takes_as_long_as_one_that_is_not(app):
    number = accuse(app)
    desk = at_desk(app, "handler", TOWNSHIP)
    times = compare([lambda each=each: desk.fetch(f"/admin/cases/{each}") for each in (number, UNKNOWN)])
    assert abs(report("an address", times)) < LIMIT

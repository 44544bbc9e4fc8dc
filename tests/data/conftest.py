"""Fixtures of the tests of the machines' face."""

from datetime import timedelta

import pytest
from lxml import etree

from tests import applications
from tests.portal.published import NOON, correct, given_of, publish
from tests.visit import Visitor
from villages.core.clock import day_of, now
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Step

VILLAGE, NEIGHBOUR, TOWNSHIP = "410923205201", "410923205202", "410923205"
BASE = "https://www.county.gov.cn/msgk/"
SECRET = "不该看到"


@pytest.fixture
def put(app):
    """Publishes an item, returns its id."""

    def put(kind, given=None, *, code=VILLAGE, **more):
        with app.extensions["storage"].transaction() as session:
            return publish(session, code, kind, given, **more).id

    return put


@pytest.fixture
def everything(app):
    """An item of every kind in every state that hides or shows one, and the day it is."""
    today = day_of(now())
    with app.extensions["storage"].transaction() as session:
        for kind in kinds().values():
            publish(session, VILLAGE, kind)
            publish(session, NEIGHBOUR, kind, notice_until=today)
            publish(session, NEIGHBOUR, kind, notice_until=today - timedelta(days=1))
            publish(session, VILLAGE, kind, public=False, title=SECRET)
            publish(session, VILLAGE, kind, is_public=False, state="archived")
            gone = publish(session, VILLAGE, kind, is_public=False, state="withdrawn", withdrawn_note="金额写错")
            gone.steps.append(Step(verb="withdraw", at=NOON + timedelta(days=1), note="金额写错"))
            correct(session, publish(session, VILLAGE, kind), kind, given_of(kind), note=f"更正{kind.label}")
    return today


@pytest.fixture
def sampled(make_settings, sample_template):
    """A visitor of the county with its whole sample."""
    with applications.running(make_settings(sample_template)) as app:
        yield Visitor(app)


def every_page(visit, path):
    """All rows of a list of the interface, page by page as `next` leads."""
    rows = []
    while path:
        answer = visit.fetch(path)
        assert answer.status_code == 200, answer.text
        document = answer.get_json()
        rows += document["data"]
        path = document["next"] and document["next"].removeprefix("https://www.county.gov.cn")
    return rows


def xml(answer):
    """The root of an XML answer."""
    assert answer.status_code == 200
    return etree.fromstring(answer.data)

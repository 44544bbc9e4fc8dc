"""Fixtures of the tests that read what was published."""

import pytest

from tests.portal.published import ARTICLE, publish

VILLAGE = "410923205201"


@pytest.fixture
def put(app):
    """Publishes an item, returns its id."""

    def put(kind=ARTICLE, given=None, *, code=VILLAGE, **more):
        with app.extensions["storage"].transaction() as session:
            return publish(session, code, kind, given, **more).id

    return put

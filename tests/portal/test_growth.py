"""What a page costs is the same however many villages there are: no page reads a table from end to end."""

import re

import pytest
from sqlalchemy import event

from tests.portal.published import given_of, publish
from villages.disclosures.actions import show_anew
from villages.disclosures.kinds import kinds

POLICY = next(kind for kind in kinds().values() if len(kind.names) > 1)
EXPLAINS = next(kind for kind in kinds().values() if kind.refers)
WHOLE = re.compile(r"(?:SCAN|Seq Scan on) (item|edition|facet|unit|publisher)\w*\b(?!.*COVERING INDEX)")
PAGES = [
    "/", "/map", "/villages/410923205", "/villages/410923205201", "/villages/410923205201/affairs",
    "/villages/410923205201/duties", "/items/{policy}", "/items/{explains}", "/search?q=修路",
    "/search?q=修路&within=410923205", "/villages/?q=西邵集", "/api/v1/items", "/api/v1/items?within=410923205",
]  # fmt: skip


@pytest.fixture
def storage(app):
    return app.extensions["storage"]


@pytest.fixture
def numbers(storage):
    number, title = POLICY.names
    given = {
        "policy": given_of(POLICY, **{number: "乐政〔2026〕3号", title: "关于修路的意见"}),
        "explains": given_of(EXPLAINS, title="修路解读", **{EXPLAINS.refers: "乐政〔2026〕3号"}),
    }
    with storage.transaction() as session:
        items = {
            name: publish(session, "410923", POLICY if name == "policy" else EXPLAINS, each)
            for name, each in given.items()
        }
        for item in items.values():
            show_anew(session, item, at=item.published_at)
        return {name: item.id for name, item in items.items()}


def plan(storage, statement, values):
    with storage.reader.connect() as connection:
        if not storage.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # or a few rows are read one by one
        explain = "EXPLAIN QUERY PLAN " if storage.is_sqlite else "EXPLAIN "
        return [row[-1] for row in connection.exec_driver_sql(explain + statement, values)]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_reads_a_table_from_end_to_end(visit, storage, numbers, path):
    asked = []
    event.listen(storage.reader, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    visit.client.get(path.format(**numbers))
    questions = [each for each in asked if each[0].startswith(("SELECT", "WITH")) and "set_config" not in each[0]]
    assert questions
    assert [line for each in questions for line in plan(storage, *each) if WHOLE.search(line)] == []

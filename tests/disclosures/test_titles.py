"""A title has at most 200 characters; a longer one is refused where it stands, and never cut."""

import pytest

from tests.disclosures.test_importing import sheet
from tests.factories import NOON, TESTER, make_staff
from tests.portal.published import given_of
from tests.staff import COUNTY, at_desk
from villages.core.refusal import Refusal
from villages.disclosures.actions import write
from villages.disclosures.importing import read_items
from villages.disclosures.kinds import kinds
from villages.disclosures.sheet_reader import Default
from villages.registry.bodies import make_missing
from villages.registry.queries import publisher_by_code

NEWS = next(k for k in kinds().values() if k.short.title and k.publishers == ("county",) and k.cycle == "none")
TITLE = NEWS.field(NEWS.short.title)
LONG = "字" * 201
TOLD = f"“{TITLE.label}”有 201 个字，最多 200 个"


def given(title):
    return given_of(NEWS, **{field.name: "" for field in NEWS.fields if field.block == "files"}, **{TITLE.name: title})


def test_a_form_says_so_at_the_field_and_keeps_what_was_typed(app):
    with app.extensions["storage"].transaction() as session:
        county(session)
    typed = {f"v.{name}": value for name, value in given(LONG).items()}
    answer = at_desk(app, "editor", COUNTY).post(f"/admin/items/new/{NEWS.key}/{COUNTY}", act="save", **typed)
    assert answer.status_code == 422
    assert f'id="f-{TITLE.name}-error">{TOLD}' in answer.text
    assert LONG in answer.text


def county(session):
    make_missing(session, by=TESTER, at=NOON)
    return publisher_by_code(session, COUNTY)


def test_an_import_says_so_at_the_row_and_the_column(nanle):
    with nanle.transaction() as session:
        body = county(session)
        heads = {TITLE.label: LONG} | {f.label: str(given("x")[f.name]) for f in NEWS.fields if f is not TITLE}
        reading = read_items(NEWS, [sheet([list(heads), list(heads.values())])], [body], Default(body))
    (problem,) = reading.problems
    assert (problem.row, problem.column) == (2, 0)
    assert TOLD in problem.reason


@pytest.mark.parametrize("length", [200, 201])
def test_no_verb_cuts_it(nanle, length):
    with nanle.transaction() as session:
        body = county(session)
        by = make_staff(session, body.unit, role="editor")
        if length == 200:
            assert write(session, NEWS, body, given("字" * length), by=by, at=NOON).title == "字" * length
        else:
            with pytest.raises(Refusal, match=TOLD):
                write(session, NEWS, body, given("字" * length), by=by, at=NOON)


def test_other_lines_may_be_longer():
    assert {field.most for kind in kinds().values() for field in kind.fields if field.name != kind.short.title} == {300}

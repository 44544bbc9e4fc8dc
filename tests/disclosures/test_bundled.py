"""The county's real figures of 2021: published with the sample, no sample themselves, whole, and there only once."""

from sqlalchemy import select

from tests.factories import NOON, TESTER
from tests.visit import Visitor
from villages.disclosures.bundled import add_bundled
from villages.disclosures.due_queries import duties_of
from villages.disclosures.models import Item
from villages.disclosures.queries import kind_named
from villages.disclosures.values import values_from_json
from villages.registry.bodies import make_missing

COLUMNS = (
    "natural_person", "commercial_enterprise", "research_institution", "public_welfare_org", "legal_service_org",
    "other_org", "total",
)  # fmt: skip


def put_report(storage):
    with storage.transaction() as session:
        make_missing(session, by=TESTER, at=NOON)
        made = add_bundled(session, by=TESTER, at=NOON), add_bundled(session, by=TESTER, at=NOON)
        item = session.scalar(select(Item))
        return made, item, values_from_json(kind_named(item.kind), item.edition.content)


def test_the_figures_keep_every_relation_of_the_form(nanle):
    """Facts §2.4: columns balance, results add up to their subtotal, applicants to their total."""
    made, item, values = put_report(nanle)
    assert (made, item.is_public, item.is_sample, item.elsewhere_on) == ((1, 0), True, False, None)
    rows = [[row[name] for name in COLUMNS] for row in values["applications"]]
    assert (len(rows), sum(len(row) for row in rows)) == (25, 175)
    for at in range(len(COLUMNS)):
        new, carried, *results, subtotal, left = (row[at] for row in rows)
        assert len(results) == 21
        assert new + carried == subtotal + left
        assert sum(results) == subtotal
    assert all(sum(row[:-1]) == row[-1] for row in rows)
    for row in values["remedies"]:
        assert row["upheld"] + row["corrected"] + row["other"] + row["pending"] == row["total"]


def test_the_figures_are_the_published_ones(nanle):
    _, _, values = put_report(nanle)
    assert (values["licences"], values["penalties"], values["coercions"]) == (47268, 1115, 304)
    assert values["fees"] == 1_681_020 * 100, "fen; printed as 168.1020 万元"
    assert [row["total"] for row in values["remedies"]] == [5, 8, 6]
    assert [row["total"] for row in values["applications"]][:5] == [14, 0, 5, 1, 0]
    assert [(row["made"], row["in_force"]) for row in values["rules"]] == [(0, 0), (8, 8)]


def test_the_report_settles_no_duty(nanle):
    _, item, _ = put_report(nanle)
    with nanle.reading() as session:
        kind = kind_named(item.kind)
        told = duties_of(session, on=NOON.date(), began=item.period_start, of_kinds=[kind])
    assert [each.settled_on for each in told] == [None] * len(told) != []


def test_a_county_that_is_not_there_gets_nothing(blank):
    with blank.transaction() as session:
        assert add_bundled(session, by=TESTER, at=NOON) == 0


def test_the_report_is_read_on_a_phone_and_its_zeros_are_folded(app):
    _, item, _ = put_report(app.extensions["storage"])
    visit = Visitor(app)
    page = visit.get(f"/items/{item.id}")
    assert "示例" not in page.text
    assert "报告以前已由县政府公布，这里是后来补录的" in page.text
    assert page.text.count("各栏 都是 0") > 5
    assert "自然人 14 件" in page.text
    whole = visit.get(page.links()["看全部25条"].removeprefix("/msgk"))
    assert len(whole.tree.xpath("//ol[contains(@class, 'rows')]/li")) == 25
    assert len(visit.fetch(f"/items/{item.id}", **{"Accept-Encoding": "gzip"}).data) < 20_000

"""What was published already is shown to somebody who asks the same, and nothing where there is none."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories import NOON
from tests.intake.cases import VILLAGES, county_in
from tests.intake.writer import FORM, held_by
from villages.core.clock import day_of
from villages.intake.similar import similar
from villages.search.models import SearchEntry

TITLES = ("高龄津贴办事指南", "医保和养老保险政策", "残疾人两项补贴申请指南", "临时救助办理指南", "生育登记服务指南")


def publish(session, unit, titles=TITLES, first=1, section="services"):
    """Titles as the index has them."""
    for number, title in enumerate(titles, start=first):
        entry = SearchEntry(
            key=number, subject="item", ref=number, unit_id=unit.id, section=section, kind="service_guide",
            day=date(2020, 1, 2), title=title, folded_title=title, text="", folded_text="",
        )  # fmt: skip
        session.add(entry)
    session.flush()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我妈今年八十了，高龄津贴找谁办", ["高龄津贴办事指南"]),
        ("养老保险断交了怎么补", ["医保和养老保险政策"]),
        ("残疾人的两项补贴什么时候发", ["残疾人两项补贴申请指南"]),
        ("村口的路灯三个月没有亮过了", []),
        ("申请怎么办理", []),
        ("", []),
    ],
)
def test_titles_are_found_by_what_they_are_about(office, text, expected):
    with office.transaction() as session:
        county = county_in(session)
        publish(session, county.here)
        publish(session, county.there, ("高龄津贴办事指南（安平乡）",), first=100)
        found = similar(session, text, county.village, today=day_of(NOON))
        assert [each.title for each in found] == expected
        assert similar(session, text, county.village, today=date(2020, 1, 1)) == []
        assert similar(session, text, None, today=day_of(NOON)) == []


def test_the_writer_sees_them_once_and_goes_on_with_all_that_was_typed(writer):
    with writer.storage.transaction() as session:
        publish(session, county_in(session).here)
    text = "高龄津贴找谁办？\n我妈八十了"
    page = writer.write("question", text=text, about=VILLAGES[0][0], may_publish="1")
    assert page.response.status_code == 200
    assert page.links()["高龄津贴办事指南"] == "/msgk/items/1"
    assert "还没有交上去" in page.text
    form = held_by(page)
    assert (form["text"], form["may_publish"], form["about"]) == (text, "1", VILLAGES[0][0])
    writer.receipt(writer.send(FORM.format(kind="question"), **form))
    assert writer.write("complaint", text=text, about=VILLAGES[0][0]).response.status_code == 303

"""The page 补贴发没发, and the staff's form from which a roster comes to it."""

from __future__ import annotations

import io
import re

import pytest
from lxml import html
from openpyxl import Workbook
from sqlalchemy import select

from tests import applications
from tests.disclosures.test_writing import form_of
from tests.intake.cases import unit
from tests.intake.subsidies import HOME, VILLAGE, legible, person, publish_roster, review, sheet
from tests.staff import at_desk
from tests.visit import Visitor
from villages.core.clock import now
from villages.disclosures.models import Item, Roster, Unfinished
from villages.intake.delays import SUBSIDY
from villages.registry.queries import publishers_of

WANG = person("王小明")


@pytest.fixture
def page(small_county, make_settings):
    """The page of a service whose county has one roster, published now."""
    with applications.running(make_settings(small_county)) as app:
        with app.extensions["storage"].transaction() as session:
            publish_roster(session, [WANG, person("没有号", identity="")], at=now())
        yield Visitor(app)


def post(page, name="王小明", last="123X", about=VILLAGE, network=HOME, **headers):
    form = {"name": name, "last": last, "about": about}
    return page.client.post(
        "/cases/subsidy", data=form, base_url=page.base, environ_base={"REMOTE_ADDR": network}, headers=headers
    )


def text_of(response):
    return re.sub(r"\s+", " ", html.document_fromstring(response.text).find("body").text_content())


def test_the_page_asks_and_tells(page):
    opened = page.get("/cases/subsidy")
    assert "请选一个村" in opened.text
    assert opened.response.headers["Cache-Control"] == "no-store"
    known = page.get(f"/cases/subsidy?about={VILLAGE}")
    assert known.tree.xpath("//select") == []
    assert "名单里有人没有登记证件号" in known.text
    found = post(page)
    assert (found.status_code, found.headers["Cache-Control"]) == (200, "no-store")
    assert "种粮补贴，第1批" in text_of(found)
    assert "350.50 元" in text_of(found)
    assert found.headers["X-Robots-Tag"] == "noindex"
    assert "Location" not in found.headers


def test_the_public_page_of_the_roster_has_no_number(page):
    with page.client.application.extensions["storage"].reading() as session:
        item_id = session.scalar(select(Roster.item_id))
    shown = page.get(f"/items/{item_id}")
    assert "王小明" in shown.text
    assert "123X" not in legible(shown.response.text)


def test_wrong_and_unknown_look_the_same(page):
    wrong, unknown = post(page, last="1234"), post(page, name="王大明", last="1234")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert wrong.text.replace("王小明", "王大明") == unknown.text
    assert len(wrong.data) == len(unknown.data)
    wrong.headers.pop("X-Request-Id"), unknown.headers.pop("X-Request-Id")
    assert wrong.headers.to_wsgi_list() == unknown.headers.to_wsgi_list()
    assert "没有查到" in text_of(wrong)


def test_what_is_lacking_is_said_at_its_field_and_what_was_typed_stays(page):
    answer = post(page, last="12", name="王小明")
    assert answer.status_code == 422
    assert "请填后四位" in text_of(answer)
    assert 'value="王小明"' in answer.text
    assert post(page, about="").status_code == 422
    assert post(page, about="410999").status_code == 422  # a county is no village
    assert post(page, name="王" * 60).status_code == 422


def test_who_guesses_is_told_to_wait_and_whom_to_call(page):
    for turn in range(SUBSIDY.pair.free):
        assert post(page, last=f"{turn:04}").status_code == 200
    answer = post(page, last="9999")
    assert answer.status_code == 429
    assert "请过 1 分钟再查" in text_of(answer)
    assert post(page, network="203.0.113.9").status_code == 200


def test_a_roster_that_a_form_was_filled_from_is_found_by_its_numbers(page):
    app = page.client.application
    storage = app.extensions["storage"]
    book, out = Workbook(), io.BytesIO()
    for row in sheet([person("李四", "66", "6666"), person("吴九", "77", "9999")]).rows:
        book.active.append(list(row.cells))
    book.save(out)
    with storage.reading() as session:
        code = next(each.code for each in publishers_of(session, unit(session, VILLAGE)) if each.kind == "committee")
    desk = at_desk(app, "editor", VILLAGE)
    path = f"/admin/items/new/subsidy_roster/{code}"
    assert desk.post(path, act="fill", sheet=(io.BytesIO(out.getvalue()), "名单.xlsx")).status_code == 303
    with storage.reading() as session:
        kept = str(session.scalars(select(Unfinished.typed)).one())
        assert "李四" in kept
        assert "6666" not in legible(kept)
    shown = desk.get(path)
    assert "6666" not in legible(shown.response.text)
    answer = desk.post(path, act="save", **(form_of(shown.tree) | {"v.people.0.amount": "68"}))
    assert answer.status_code == 303, answer.text[-2000:]
    with storage.transaction() as session:
        review(session, session.scalars(select(Item).order_by(Item.id.desc())).first(), at=now())
    assert "68 元" in text_of(post(page, name="李四", last="6666"))
    assert "没有查到" in text_of(post(page, name="李四", last="9999"))


def test_of_many_rosters_without_numbers_the_latest_are_named(page):
    with page.client.application.extensions["storage"].transaction() as session:
        for turn in range(2, 9):
            publish_roster(session, [person("孙六", identity="")], at=now(), batch=f"第{turn}批")
    shown = page.get(f"/cases/subsidy?about={VILLAGE}")
    assert len(shown.tree.xpath("//h2[@id='silent']/following::ul[1]/li")) == 6
    assert "还有更早的 2 份" in shown.text

"""The data key is missing, or another: a villager reads plainly that it is not their doing, and whom to call."""

from __future__ import annotations

import secrets

import pytest

from tests.factories import TESTER
from tests.intake.cases import HERE, TEXT, VILLAGES, unit
from tests.intake.test_at_the_hall import Screen
from tests.intake.test_out_of_reach import full_disk
from tests.intake.writer import FORM, photo
from villages.core.clock import now
from villages.intake.numbers import new_number
from villages.registry.actions import set_contact

KIND, VILLAGE = FORM.format(kind="complaint"), VILLAGES[0][0]
STAFF = ("没有办成", "今天要办的事", "密钥", "目录", "data.key")


@pytest.fixture
def phones(writer):
    """The telephones of the township and of the county."""
    with writer.storage.transaction() as session:
        here = unit(session, HERE)
        for place, phone in ((here, "0393-0000001"), (here.above("county"), "0393-0000002")):
            set_contact(session, place, phone=phone, hours="", by=TESTER, at=now())
    writer.client.application.testing = False  # what was not foreseen is answered, as in service


def key_of(writer):
    return writer.storage.settings.data_dir / "data.key"


def is_plain(page, phone):
    assert page.response.status_code == 503
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "这是系统的问题" in page.text
    assert "急的话，打下面的电话，或者到窗口请工作人员代办" in page.text
    assert "打电话也行" in page.text
    assert phone in page.text
    assert not [word for word in STAFF if word in page.response.text]


@pytest.mark.usefixtures("phones")
def test_a_case_that_another_key_sealed_is_not_opened_and_its_township_can_be_called(writer):
    number, _ = writer.receipt(writer.write("complaint", about=VILLAGE))
    key_of(writer).write_text(secrets.token_hex(32))
    for path in (f"/cases/{number}", f"/cases/{number}/receipt"):
        is_plain(writer.get(path, status=503), "清河镇 0393-0000001")


@pytest.mark.usefixtures("phones")
def test_without_a_key_nothing_is_taken_and_what_was_typed_stays(writer):
    form = writer.form("complaint") | {"text": TEXT, "about": VILLAGE, "photos": [photo()]}
    key_of(writer).unlink()
    with full_disk():  # none can be made
        page = writer.send(KIND, **form)
        asked = writer.send("/cases/subsidy", about=VILLAGE, name="王小明", last="1234")
        found = writer.send("/cases/find", number=new_number(2026), code="31415926")
    is_plain(page, "清河镇 0393-0000001")
    assert page.tree.xpath("//input[@name='text']/@value") == [TEXT]
    is_plain(asked, "清河镇 0393-0000001")
    is_plain(found, "0393-0000002")
    assert "31415926" not in found.response.text
    writer.receipt(writer.send(KIND, **form | {"photos": [photo()]}))


@pytest.mark.usefixtures("phones")
def test_the_halls_screen_says_to_ask_at_the_counter(writer):
    screen = Screen(writer.client.application)
    key_of(writer).unlink()
    with full_disk():
        for path, form in (
            ("/subsidy/answer", {"code": VILLAGE, "name": "王小明", "last": "1234"}),
            ("/follow/open", {"number": "202600000000", "code": "31415926"}),
        ):
            told = screen.send(path, status=500, **form).told()
            assert "请到窗口找工作人员" in told
            assert not [word for word in STAFF if word in told]

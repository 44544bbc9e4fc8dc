"""What comes over the counter, by telephone or by post, written down by staff, and its receipt."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from tests.intake.cases import HERE, NAME, PHONE, TEXT, unit, values_of
from tests.staff import at_desk
from villages.core.clock import day_of, now
from villages.intake.enclosures import content_of
from villages.intake.following import opens
from villages.intake.models import Case

NEW, VILLAGE = "/admin/cases/new", "410999100201"


@pytest.fixture
def storage(cases_app):
    return cases_app.extensions["storage"]


@pytest.fixture
def desk(cases_app):
    return at_desk(cases_app, "handler", HERE)


def form(desk, kind="question", **given):
    page = desk.get(f"{NEW}?kind={kind}")
    token = page.tree.xpath("//input[@name='token']/@value")[0]
    return {"kind": kind, "token": token, "channel": "phone", "about": VILLAGE, **values_of(kind), **given}


def only_case(session):
    return session.scalars(select(Case)).one()


def test_each_kind_has_its_form(desk):
    page = desk.get(NEW)
    addresses = [address.removeprefix(desk.root) for address in page.links().values() if "kind=" in address]
    assert len(addresses) == 8
    for address in addresses:
        assert "登记，出回执" in desk.get(address).text
    assert desk.fetch(f"{NEW}?kind=none").status_code == 404


def test_a_call_becomes_a_case_once_and_the_receipt_opens_it(storage, desk):
    sent = form(desk)
    receipt, again = (desk.post(NEW, **sent) for _ in range(2))
    digits = [text.replace(" ", "") for text in re.findall(r'<p class="spelled">([\d ]+)</p>', receipt.text)]
    assert digits == [text.replace(" ", "") for text in re.findall(r'<p class="spelled">([\d ]+)</p>', again.text)]
    assert "已经登记过" in again.text
    number, code = digits
    with storage.reading() as session:
        case = only_case(session)
        assert (case.number, case.channel, case.steps[0].by) == (number, "phone", desk.name)
        assert opens(session, number, code)
    assert TEXT in desk.get(f"/admin/cases/{number}").text


def test_an_earlier_day_counts_and_an_earlier_year_is_told(storage, desk):
    day = day_of(now()) - timedelta(days=800)
    at = f"{HERE}"
    answer = desk.post(NEW, **form(desk, "foi_request", channel="counter", about=at, on=day.isoformat()))
    assert "补录" in answer.text
    with storage.reading() as session:
        case = only_case(session)
        assert (case.received_on, case.due_on > day, case.number[:4]) == (day, True, str(day_of(now()).year))


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(storage, desk):
    late = (day_of(now()) + timedelta(days=1)).isoformat()
    for given, told in (
        ({"channel": ""}, "请选是怎样收到的"),
        ({"channel": "online"}, "请选是怎样收到的"),
        ({"on": late}, "不能晚于今天"),
        ({"on": "昨天"}, "请写成 2026-01-31"),
        ({"about": "nowhere"}, "请选一个地方或单位"),
        ({"phone": "12"}, "电话"),
        ({"text": ""}, "请填“"),
    ):
        sent = form(desk, **given)
        answer = desk.post(NEW, **sent)
        assert answer.status_code == 422
        assert told in answer.text
        assert f'value="{NAME}"' in answer.text
        assert f'value="{sent["token"]}"' in answer.text
    objection = desk.post(NEW, **form(desk, "objection", item="99"))
    assert "没有这一条公开内容" in objection.text
    application = desk.post(NEW, **form(desk, "foi_request", about=""))
    assert "请选一个行政机关" in application.text
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_what_is_about_ones_own_office_goes_higher_and_the_receipt_says_so(storage, desk):
    answer = desk.post(NEW, **form(desk, "complaint", about=HERE))
    assert "您这里看不到它的办理" in answer.text
    with storage.reading() as session:
        case = only_case(session)
        assert case.held_by[0].unit_id == unit(session, "410999").id
        number = case.number
    assert desk.fetch(f"/admin/cases/{number}").status_code == 404


def test_pictures_are_kept_small_and_without_what_a_camera_noted(storage, desk):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CAMERA"
    Image.new("RGB", (2000, 10)).save(file, "JPEG", exif=exif)
    pictures = [(io.BytesIO(file.getvalue()), "某人.jpg") for _ in range(2)]
    assert desk.post(NEW, **form(desk, photos=pictures)).status_code == 200
    with storage.reading() as session:
        data = [content_of(session, each) for each in only_case(session).enclosures]
    assert len(data) == 2
    assert not any(b"CAMERA" in each for each in data)
    broken = desk.post(NEW, **form(desk, photos=[(io.BytesIO(b"no picture"), "a.jpg")]))
    assert "照片要重新选一次" in broken.text
    many = [(io.BytesIO(file.getvalue()), "a.jpg") for _ in range(5)]
    assert "最多 4 张" in desk.post(NEW, **form(desk, photos=many)).text


def test_nothing_typed_stays_in_an_address(desk):
    addresses = "".join(re.findall(r'(?:href|action)="([^"]*)"', desk.post(NEW, **form(desk, phone="12")).text))
    assert not any(word in addresses for word in (NAME, PHONE, TEXT))

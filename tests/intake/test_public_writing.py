"""Writing to the government from a telephone: every kind, once however often, nothing lost."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.intake.cases import DEPARTMENT, HERE, NAME, PHONE, TEXT, VILLAGES, values_of
from tests.intake.writer import FORM, held_by, photo
from villages.core.clock import now
from villages.intake import flooding, staging
from villages.intake.enclosures import content_of
from villages.intake.kinds import kinds
from villages.intake.models import Case
from villages.intake.public import writing
from villages.intake.reading import read_as_writer
from villages.intake.staging import FOLDER, KEPT, forget_staged

VILLAGE = VILLAGES[0][0]
PLAIN = [key for key, kind in kinds().items() if kind.receiver != "owner"]


def cases(writer):
    with writer.storage.reading() as session:
        return session.scalars(select(Case).order_by(Case.id)).all()


def waiting(session):
    """The photographs that wait for any form."""
    return [path for path in (session.info["settings"].data_dir / FOLDER).glob("*/*/*") if path.is_file()]


def filled(kind):
    """What somebody types into a form of a kind, with photographs where they must be."""
    given = {**values_of(kind), "accused": "某某某", "about": VILLAGE}
    if kinds()[kind].is_application:
        given |= {"about": DEPARTMENT, "identity": [photo()]}
    return given


@pytest.mark.parametrize("kind", PLAIN)
def test_each_kind_is_written_and_opens_with_its_receipt(writer, kind):
    number, code = writer.receipt(writer.write(kind, **filled(kind)))
    [case] = cases(writer)
    assert (case.number, case.kind, case.channel) == (number, kind, "online")
    with writer.storage.reading() as session:
        kept = read_as_writer(session, session.get_one(Case, case.id)).values
    assert (kept["name"], kept["phone"]) == (NAME, PHONE)
    assert TEXT in kept.values()
    assert len(code) == 8
    assert TEXT in writer.client.get(f"/cases/{number}", base_url=writer.base).text


def test_what_may_be_written_is_offered_with_what_is_known_of_the_place(writer):
    links = writer.get(f"/cases/new?about={VILLAGE}").links()
    for kind in kinds().values():
        assert f"kind={kind.key}&about={VILLAGE}" in links[f"{kind.label}{kind.words}".replace(" ", "")]


def test_the_place_is_taken_along_and_can_be_changed(writer):
    page = writer.get(FORM.format(kind="question") + f"&about={VILLAGE}")
    assert "说的是哪里： 柳溪村 换" in page.text
    writer.receipt(writer.write("question", f"&about={VILLAGE}"))
    writer.receipt(writer.write("question", f"&about={VILLAGE}", about=VILLAGES[1][0]))
    writer.receipt(writer.write("question", f"&about={VILLAGE}", about=DEPARTMENT))
    with writer.storage.reading() as session:
        found = session.scalars(select(Case).order_by(Case.id)).all()
        assert [case.unit and case.unit.name for case in found] == ["柳溪村", "桃园村", None]
        assert [case.held_by[0].place.name for case in found] == ["清河镇", "清河镇", "示例民政局"]


def test_an_application_goes_to_the_body_that_was_chosen(writer):
    page = writer.get(FORM.format(kind="foi_request") + f"&about={VILLAGE}")
    assert "向谁申请： 清河镇人民政府 换" in page.text
    writer.receipt(writer.write("foi_request", **{**filled("foi_request"), "about": HERE}))
    refused = writer.write("foi_request", **filled("foi_request") | {"about": VILLAGE})
    assert refused.response.status_code == 422
    assert "请选向谁申请" in refused.text
    [case] = cases(writer)
    assert case.state == "received"


def test_a_form_that_is_sent_again_makes_no_second_case(writer):
    form = {**writer.form("complaint"), "text": TEXT}
    first = writer.receipt(writer.send(FORM.format(kind="complaint"), **form))
    again = writer.receipt(writer.send(FORM.format(kind="complaint"), **form, photos=[photo()]))
    assert again == first
    assert len(cases(writer)) == 1


def test_what_is_wrong_is_said_at_its_field_and_all_that_was_typed_is_kept(writer):
    page = writer.write("complaint", text="", name=NAME, phone="12", photos=[photo(), photo("blue")], about=VILLAGE)
    assert page.response.status_code == 422
    assert page.response.headers["Cache-Control"] == "no-store"
    wrong = {each.get("id"): "".join(each.itertext()) for each in page.tree.xpath("//*[@class='error']")}
    assert set(wrong) == {"text-error", "phone-error"}
    assert "请填" in wrong["text-error"]
    assert page.tree.xpath("//*[@id='phone']/@aria-invalid") == ["true"]
    form = held_by(page)
    assert (form["name"], form["phone"], form["about"]) == (NAME, "12", VILLAGE)
    assert "收到了 2 张照片" in page.text
    assert cases(writer) == []

    writer.receipt(writer.send(FORM.format(kind="complaint"), **{**form, "text": TEXT, "phone": PHONE}))
    with writer.storage.reading() as session:
        [case] = session.scalars(select(Case))
        assert {file.field for file in case.enclosures} == {"photos"}
        assert all(content_of(session, file).startswith(b"\xff\xd8\xff") for file in case.enclosures)
        assert len(case.enclosures) == 2
        assert waiting(session) == []


def test_photographs_wait_sealed_and_can_be_crossed_out(writer):
    page = writer.write("complaint", text="", photos=[photo(), photo("blue")])
    with writer.storage.reading() as session:
        found = waiting(session)
    assert len(found) == 2
    assert not any(path.read_bytes().startswith(b"\xff\xd8") for path in found)
    crossed_out = page.tree.xpath("//input[@name='drop']/@value")[0]
    writer.receipt(writer.send(FORM.format(kind="complaint"), **{**held_by(page), "text": TEXT, "drop": crossed_out}))
    with writer.storage.reading() as session:
        assert len(session.scalars(select(Case)).one().enclosures) == 1


def test_what_is_no_photograph_and_more_than_four_are_told_at_the_field(writer):
    page = writer.write("complaint", photos=[photo(), (io.BytesIO(b"%PDF-1.7 x"), "b.jpg")])
    assert "第 2 张照片打不开" in page.text
    assert "收到了 1 张照片" in page.text
    more = [photo(colour) for colour in ("blue", "green", "black", "white")]
    page = writer.send(FORM.format(kind="complaint"), **{**held_by(page), "photos": more})
    assert "最多 4 张照片，多出来的没有收下" in page.text
    assert "收到了 4 张照片" in page.text
    writer.receipt(writer.send(FORM.format(kind="complaint"), **held_by(page)))


def test_a_form_without_its_token_is_shown_again_and_nothing_is_lost(writer):
    for ticket in ("", "x" * 60, "ab.cd.ef"):
        page = writer.write("complaint", ticket=ticket)
        assert page.response.status_code == 422
        assert "请再点一次" in page.text
        assert held_by(page)["text"].strip() == TEXT
    assert cases(writer) == []
    writer.receipt(writer.send(FORM.format(kind="complaint"), **held_by(page)))


def test_what_seems_to_come_from_a_machine_is_kept_back_and_its_writer_sees_no_difference(writer, patient):
    usual = writer.receipt(writer.write("complaint"))
    trapped = writer.receipt(writer.write("complaint", text="另一件事", website="http://example.com"))
    patient(0)
    quick = writer.receipt(writer.write("complaint", text="又一件事"))
    assert [case.state for case in cases(writer)] == ["received", "held", "held"]
    pages = []
    for number, code in (usual, trapped, quick):
        writer.send("/cases/find", number=number, code=code)
        shown = writer.client.get(f"/cases/{number}", base_url=writer.base).text
        pages.append(shown.replace(number, "").split('id="told"')[0].split("</header>")[1].split('name="ticket"')[0])
    assert pages[0] == pages[1] == pages[2]


def test_a_form_that_is_too_large_is_refused_before_it_is_read(writer):
    form = {**writer.form("complaint"), "text": "长" * 100_000}
    assert writer.send(FORM.format(kind="complaint"), **form).response.status_code == 413
    assert writer.send("/cases/find", number="1" * 300_000, code="1").response.status_code == 413


def test_an_objection_begins_with_what_it_is_about(writer):
    page = writer.get(FORM.format(kind="objection") + f"&about={VILLAGE}")
    assert "我有异议" in page.text
    assert not page.tree.xpath("//textarea")
    sent = writer.send(FORM.format(kind="objection"), text=TEXT, item="999999999999")
    assert sent.response.status_code == 422


def test_the_code_of_a_plate_that_we_do_not_know_is_kept_as_it_was_typed(writer):
    writer.receipt(writer.write("suspicious_code", plate="1234 0000"))
    with writer.storage.reading() as session:
        case = session.scalars(select(Case)).one()
        assert read_as_writer(session, case).values["plate"] == "1234 0000"
        assert case.plate_id is None


def test_nothing_typed_stands_in_an_address_or_stays_open_to_the_next(writer):
    sent = writer.write("complaint", text="说的是张三", name=NAME)
    assert NAME not in sent.response.location
    assert sent.response.headers["Cache-Control"] == "no-store"
    cookies = sent.response.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"Path=/msgk/cases", "HttpOnly", "Secure", "SameSite=Strict"} <= set(cookie.split("; "))


def test_photographs_of_forms_that_never_arrived_go_after_a_day(writer):
    writer.write("complaint", text="", photos=[photo()])
    with writer.storage.reading() as session:
        assert forget_staged(session, now() + KEPT / 2) == 0
        assert forget_staged(session, now() + KEPT * 2) == 1
        assert waiting(session) == []


def test_what_cannot_be_kept_is_said_at_the_field(writer, monkeypatch):
    monkeypatch.setattr(staging, "MOST_BYTES", 10)
    page = writer.write("complaint", photos=[photo()])
    assert page.response.status_code == 422
    told = "".join(page.tree.xpath("//*[@id='photos-error']")[0].itertext())
    assert "这一张照片没有留住" in told
    assert "换成手机流量再试" in told
    assert held_by(page)["text"] == TEXT


def test_a_form_that_cannot_be_stored_comes_back_as_it_was(writer, monkeypatch):
    def full(*_given, **_more):
        raise OperationalError("insert", {}, OSError("disk full"))

    form = {**writer.form("complaint"), "text": TEXT, "photos": [photo()]}
    with monkeypatch.context() as broken:
        broken.setattr(writing, "submit", full)
        page = writer.send(FORM.format(kind="complaint"), **form)
    assert page.response.status_code == 503
    assert "现在存不进去" in page.text
    writer.receipt(writer.send(FORM.format(kind="complaint"), **held_by(page)))
    with writer.storage.reading() as session:
        assert len(session.scalars(select(Case)).one().enclosures) == 1


def test_when_a_great_many_send_a_form_is_told_when_to_come_again(writer, monkeypatch):
    form = {**writer.form("complaint"), "text": TEXT}
    with monkeypatch.context() as flooded:
        flooded.setattr(flooding, "NETWORK", flooding.Pace(0, timedelta(days=1), fullest=1, waits_from=0))
        page = writer.send(FORM.format(kind="complaint"), **form)
    assert page.response.status_code == 429
    assert "请过 1 分钟再点一次" in page.text
    assert held_by(page)["ticket"] == form["ticket"]
    writer.receipt(writer.send(FORM.format(kind="complaint"), **held_by(page)))

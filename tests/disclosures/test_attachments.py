"""Attachments of drafts: added, taken out, read by the gate."""

import pytest
from sqlalchemy import select

from tests.disclosures.gate_corpus import make
from tests.disclosures.paperwork import pdf, photo, word, workbook
from tests.disclosures.test_life import LATER, open_office
from tests.factories import NOON, make_item, make_publisher
from tests.portal.published import DECISION, given_of
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.disclosures import actions, publishing
from villages.disclosures.attaching import KEPT, attach, detach, forget_unused, keep_files
from villages.disclosures.attachments import digests_in_use, using
from villages.disclosures.kind import PERIODICAL
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Attachment
from villages.disclosures.queries import kind_named
from villages.disclosures.uploads import read_upload
from villages.disclosures.values import read_values


def is_plain(kind):
    """A committee's, of no period, with files in one field and no steps."""
    sorts = [field.block for field in kind.fields]
    return "committee" in kind.publishers and kind.cycle not in PERIODICAL and sorts.count("files") == 1 and (
        "steps" not in sorts)  # fmt: skip


KIND = next(kind for kind in kinds().values() if is_plain(kind))
FIELD = next(field for field in KIND.fields if field.block == "files")
STEPS = next(field for field in DECISION.fields if field.block == "steps")


def draft(session, kind=KIND):
    office = open_office(session)
    publisher = make_publisher(session, office.publisher.unit, "committee")
    given = {f.name: v for f, v in ((f, given_of(kind)[f.name]) for f in kind.fields) if f.block != "files"}
    return office, make_item(session, publisher, office.editor, kind=kind, **given)


def add(session, item, by, data, name, field=FIELD.name):
    return attach(session, item, field, read_upload(data, name), by=by, at=NOON)


def submit(session, item, by, **given):
    actions.submit(session, item, by=by, at=NOON, **given)


def test_a_file_is_added_and_taken_out(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        one = add(session, item, office.editor, pdf("甲"), "通知.pdf")
        add(session, item, office.editor, pdf("乙"), "附表.pdf", field=FIELD.label)
        assert [file["name"] for file in item.draft[FIELD.name]] == ["通知.pdf", "附表.pdf"]
        assert len(one.id) == 22
        detach(session, item, FIELD.name, "通知.pdf", by=office.editor, at=NOON)
        assert [file["name"] for file in item.draft[FIELD.name]] == ["附表.pdf"]
        assert [row.name for row in session.scalars(select(Attachment))] == ["附表.pdf"]
        detach(session, item, FIELD.name, "附表.pdf", by=office.editor, at=NOON)
        assert item.draft[FIELD.name] is None


def test_a_file_is_added_to_a_step(blank):
    with blank.transaction() as session:
        office, item = draft(session, DECISION)
        add(session, item, office.editor, photo(), "开会.jpg", field=f"{STEPS.name}.2")
        assert [bool(row["files"]) for row in item.draft[STEPS.name]][:2] == [False, True]
        with pytest.raises(Refusal, match="没有第 99 步"):
            add(session, item, office.editor, photo(), "开会.jpg", field=f"{STEPS.name}.99")


@pytest.mark.parametrize("field", ["nothing", "", FIELD.name + ".1", KIND.fields[0].name])
def test_a_place_that_holds_no_files_is_refused_with_those_that_do(blank, field):
    with blank.transaction() as session:
        office, item = draft(session)
        with pytest.raises(Refusal, match=f"能放的有：{FIELD.name}"):
            add(session, item, office.editor, pdf("甲"), "通知.pdf", field=field)


def test_the_trail_and_the_audit_tell_of_a_file_but_not_its_name(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        found = add(session, item, office.editor, pdf("甲"), "张三的低保.pdf")
        detach(session, item, FIELD.name, "张三的低保.pdf", by=office.editor, at=NOON)
        assert [step.note for step in item.steps[-2:]] == ["加上附件：PDF 文件", "去掉附件"]
        assert {step.staff_id for step in item.steps} == {office.editor.id}
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act.in_(["item.attach", "item.detach"]))).all()
        assert [entry.detail for entry in entries] == [{"digest": found.digest}] * 2
        assert "张三" not in repr([(e.act, e.subject, e.detail) for e in session.scalars(select(AuditEntry))])


def test_only_a_draft_takes_files_and_only_from_those_who_write(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        submit(session, item, office.editor)
        with pytest.raises(Refusal, match="现在的状态是“待审”，不能修改"):
            add(session, item, office.editor, pdf("甲"), "通知.pdf")
        with pytest.raises(Refusal, match="不能修改"):
            detach(session, item, FIELD.name, "通知.pdf", by=office.editor, at=NOON)
        item.state = "draft"
        office.editor.role = "auditor"
        with pytest.raises(Refusal, match="不能修改"):
            add(session, item, office.editor, pdf("甲"), "通知.pdf")


def test_whoever_adds_a_file_is_a_writer_and_can_not_approve_last(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        last = office.chief if kind_named(item.kind).review[-1] == "publisher" else office.reviewer
        add(session, item, last, pdf("甲"), "通知.pdf")
        submit(session, item, office.editor)
        item.step = len(kind_named(item.kind).review) - 1
        with pytest.raises(Refusal, match="最后一道审核要由别人"):
            actions.approve(session, item, by=last, at=NOON)


def test_a_name_stands_once_in_a_field(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        add(session, item, office.editor, pdf("甲"), "通知.pdf")
        with pytest.raises(Refusal, match="已经有叫“通知.pdf”的附件"):
            add(session, item, office.editor, pdf("乙"), "通知.pdf")
        for at in range(29):
            add(session, item, office.editor, pdf(f"{at}"), f"{at}.pdf")
        with pytest.raises(Refusal, match="最多 25 个"):
            add(session, item, office.editor, pdf("多"), "多.pdf")


@pytest.mark.parametrize(
    ("data", "name", "where"),
    [
        (lambda number: word("姓名", number), "名单.docx", r"名单\.docx .*第1行第2格"),
        (
            lambda number: workbook(["姓名", "备注"], ["张三", number]),
            "名单.xlsx",
            r"名单\.xlsx 工作表“名单”第2行第2列",
        ),
        (lambda number: pdf("第一页没有", f"张三 {number}"), "名单.pdf", r"名单\.pdf 第2页"),
        (lambda number: f"姓名,备注\n张三,{number}\n".encode(), "名单.csv", r"名单\.csv 第2行"),
    ],
    ids=["docx", "xlsx", "pdf", "csv"],
)
def test_a_number_inside_a_file_stops_and_is_named_by_its_place(blank, data, name, where):
    number = make("id", 1)
    with blank.transaction() as session:
        office, item = draft(session)
        add(session, item, office.editor, data(number), name)
        with pytest.raises(Refusal, match=where + "：有身份证号.*不能公开") as refusal:
            submit(session, item, office.editor, looked=True)
        assert number not in str(refusal.value)
        with pytest.raises(Refusal, match=where), session.begin_nested():
            publishing.publish_in_emergency(session, item, reason="汛情", by=office.chief, at=NOON)
        actions.override(session, item, reason="本人同意", by=office.second, at=NOON)
        submit(session, item, office.editor, looked=True)


def test_what_was_let_pass_holds_for_these_very_files_only(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        add(session, item, office.editor, workbook([make("id", 1)]), "一.xlsx")
        actions.override(session, item, reason="本人同意", by=office.second, at=NOON)
        add(session, item, office.editor, workbook([make("id", 2)]), "二.xlsx")
        with pytest.raises(Refusal, match="二.xlsx.*身份证号"):
            submit(session, item, office.editor, looked=True)


def test_a_number_in_the_name_stops(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        add(session, item, office.editor, pdf("甲"), f"{make('phone', 1)}.pdf")
        with pytest.raises(Refusal, match=f"{FIELD.label}：有手机号") as refusal:
            submit(session, item, office.editor, looked=True)
        assert make("phone", 1) not in str(refusal.value)


def test_a_picture_asks_for_a_person(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        add(session, item, office.editor, photo(), "照片.jpg")
        with pytest.raises(Refusal, match="照片.jpg：图片或扫描件，请人工查看；确认可以公开后再送审"):
            submit(session, item, office.editor)
        submit(session, item, office.editor, looked=True)


def test_a_file_that_was_never_attached_to_this_item_is_refused(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        other = make_item(session, item.publisher, office.editor, kind=KIND, **{
            name: value for name, value in given_of(KIND).items() if name != FIELD.name})  # fmt: skip
        found = add(session, other, office.editor, pdf("甲"), "通知.pdf")
        item.draft = item.draft | {FIELD.name: [{"digest": found.digest, "name": "通知.pdf"}]}
        with pytest.raises(Refusal, match="“通知.pdf”没有上传到这一条，请重新上传"):
            submit(session, item, office.editor, looked=True)
        with pytest.raises(Refusal, match="没有上传到这一条"):
            publishing.publish_in_emergency(session, item, reason="汛情", by=office.chief, at=NOON)


def test_what_nothing_names_is_forgotten_after_a_day_and_what_an_edition_names_never(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        kept = add(session, item, office.editor, pdf("甲"), "通知.pdf")
        publishing.publish_in_emergency(session, item, reason="汛情", by=office.chief, at=NOON)
        item.state = "draft"
        detach(session, item, FIELD.name, "通知.pdf", by=office.editor, at=NOON)
        left = add(session, item, office.editor, pdf("乙"), "草稿.pdf")
        item.draft = item.draft | {FIELD.name: None}
        session.flush()
        assert forget_unused(session, NOON + KEPT) == 0
        assert forget_unused(session, LATER + KEPT) == 1
        session.flush()
        assert digests_in_use(session) == {kept.digest: kept.size}
        assert using(session, left.digest) == []
        assert [row.item_id for row in using(session, kept.digest[:8].upper())] == [item.id]


def test_a_correction_by_spreadsheet_keeps_the_files(blank):
    with blank.transaction() as session:
        office, item = draft(session, DECISION)
        add(session, item, office.editor, photo(), "开会.jpg", field=f"{STEPS.name}.1")
        add(session, item, office.editor, pdf("甲"), "决议.pdf", field=next(
            f.name for f in DECISION.fields if f.block == "files"))  # fmt: skip
        given = {f.name: given_of(DECISION)[f.name] for f in DECISION.fields if f.block != "files"}
        kept = keep_files(DECISION, item.draft, read_values(DECISION, given))
        assert [file.name for file in kept[STEPS.name][0]["files"]] == ["开会.jpg"]
        assert kept[STEPS.name][1]["files"] is None
        assert "决议.pdf" in repr(kept)


def test_a_published_item_with_files_is_whole(blank):
    with blank.transaction() as session:
        office, item = draft(session)
        add(session, item, office.editor, pdf("甲"), "通知.pdf")
        submit(session, item, office.editor)
        while item.state == "in_review":
            people = {"reviewer": [office.reviewer, office.second], "publisher": [office.chief, office.publisher_staff]}
            by = people[kind_named(item.kind).review[item.step]].pop()
            actions.approve(session, item, by=by, at=NOON)
        edition = publishing.publish(session, item, by=office.chief, at=NOON)
        assert edition.content[FIELD.name] == [{"digest": item.attachments[0].digest, "name": "通知.pdf"}]

"""Every number is found in a real Word file, workbook and text PDF; what cannot be read is refused in words."""

import io
import re
import zipfile

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas

from tests.disclosures.gate_corpus import HARMLESS, WHAT, cells, make, stops
from villages.core.refusal import Refusal
from villages.disclosures.documents import read_document
from villages.disclosures.gate import Tier, scan

# What XML cannot hold is left out; PDF's standard Chinese font has neither keycaps, bold nor Arabic digits.
CASES = [case for case in stops() if not re.search(r"[\x00-\x08\x0b\x0c]", case.text)]
ROWS = list(cells())


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def word(texts, rows=()) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    for row in rows:
        table = document.add_table(rows=1, cols=len(row))
        for cell, text in zip(table.rows[0].cells, row, strict=True):
            cell.text = text
    return saved(document)


def workbook(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def pdf(pages) -> bytes:
    registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    for lines in pages:
        canvas.setFont("STSong-Light", 11)
        for at, line in enumerate(lines):
            canvas.drawString(40, 800 - 20 * at, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def found(data: bytes, name: str, tier=Tier.STOP):
    document = read_document(data, name)
    findings = [*scan(document.pieces), *document.questions]
    return [finding for finding in findings if finding.tier == tier]


def lacking(findings, cases, place):
    """Cases whose number was not found where it stands."""
    seen = {(place(finding.where), finding.what) for finding in findings}
    return [case for at, case in enumerate(cases) if (at, case.what) not in seen]


def number(pattern):
    return lambda where: int(re.search(pattern, where)[1]) - 1


def test_every_number_is_found_in_a_word_file():
    assert lacking(found(word(c.text for c in CASES), "a.docx"), CASES, number(r"第(\d+)段")) == []


def test_every_number_is_found_in_a_workbook():
    data = workbook([[case.text.replace("=", "等", 1) if case.text[0] == "=" else case.text] for case in CASES])
    assert lacking(found(data, "a.xlsx"), CASES, number(r"第(\d+)行")) == []


def test_every_number_is_found_in_a_text_pdf():
    cases = [case for case in CASES if re.fullmatch(r"[\u0020-\u007e\u3000-\u9fff\uff00-\uff5e\n]*", case.text)]
    assert len(cases) >= 300
    data = pdf([case.text.split("\n") for case in cases])
    assert lacking(found(data, "a.pdf"), cases, number(r"第(\d+)页")) == []


def test_numbers_split_over_cells_are_found_in_word_and_workbook():
    for what, row, _ in ROWS:
        assert what in {finding.what for finding in found(word([], [row]), "a.docx")}, row
        assert what in {finding.what for finding in found(workbook([row]), "a.xlsx")}, row


def test_numbers_kept_as_numbers_are_found():
    data = workbook([["手机", "备注"], [int(make("phone", 1)), 12.5], [float(make("phone", 2)), None]])
    assert [finding.what for finding in found(data, "a.xlsx")] == ["手机号", "手机号"]


def test_an_identity_number_that_the_spreadsheet_cut_is_asked_about():
    data = workbook([[int(make("cut", 1))]])
    assert "身份证号（末几位被表格软件改成了0）" in {f.what for f in found(data, "a.xlsx", Tier.ASK)}


def test_text_outside_the_cells_is_read():
    book = openpyxl.Workbook()
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    hidden["C7"] = make("id", 1)
    book.active["A1"].comment = Comment(f"电话{make('phone', 1)}", "作者")
    book.active.oddFooter.center.text = f"联系{make('phone', 2)}"
    book.active["B2"] = f'="138"&"{make("card", 1)}"'
    book.properties.title = make("card", 2)
    wheres = " ".join(finding.where for finding in found(saved(book), "a.xlsx"))
    for place in ("工作表“隐藏”第7行第3列", "comment", "sheet1.xml", "core.xml"):
        assert place in wheres, place
    assert [f.what for f in found(saved(book), "a.xlsx")].count("银行卡号") >= 1


def test_headers_notes_and_split_runs_of_word_are_read():
    document = docx.Document()
    phone, person, card = make("phone", 1), make("id", 1), make("card", 1)
    paragraph = document.add_paragraph()
    for digit in person:
        paragraph.add_run(digit).bold = int(digit, 36) % 2 == 0
    document.sections[0].header.paragraphs[0].text = f"电话{phone}"
    document.core_properties.subject = card
    hidden = document.add_paragraph().add_run(make("phone", 2))
    hidden.font.hidden = True
    whats = sorted(finding.what for finding in found(saved(document), "a.docx"))
    assert whats == ["手机号", "手机号", "身份证号", "银行卡号"]


def test_a_deleted_number_that_word_still_keeps_is_found():
    data = word(["甲"])
    body = f"<w:del><w:r><w:delText>{make('id', 3)}</w:delText></w:r></w:del>"
    data = changed(data, "word/document.xml", lambda xml: xml.replace(b"</w:p>", body.encode() + b"</w:p>", 1))
    assert [finding.what for finding in found(data, "a.docx")] == ["身份证号"]


def changed(data: bytes, part: str, change) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def test_images_and_scans_are_for_a_person_to_see():
    document = docx.Document()
    document.add_picture(io.BytesIO(picture()))
    scanned = io.BytesIO()
    Image.new("RGB", (80, 80)).save(scanned, "PDF")
    for data, name in ((picture(), "a.png"), (saved(document), "a.docx"), (scanned.getvalue(), "a.pdf")):
        assert "图片或扫描件，请人工查看" in {finding.what for finding in found(data, name, Tier.ASK)}


def test_plain_text_and_names_of_files_are_read():
    phone = make("phone", 1)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert [f.where for f in found(f"姓名,电话\n张三,{phone}\n".encode(encoding), "a.csv")] == ["a.csv 第2行"]
    assert [f.what for f in found("好".encode(), f"{phone}.txt")] == ["手机号"]


def test_harmless_attachments_do_not_stop():
    kept = [line for line in HARMLESS if not line.startswith("=")]
    assert found(word(kept), "a.docx") == []
    assert found(workbook([[line] for line in kept]), "a.xlsx") == []
    assert found("\n".join(kept).encode(), "a.txt") == []


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 300_000_000)
    return file.getvalue()


def entities(xml: bytes) -> bytes:
    kinds = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return re.sub(rb"(<\?xml[^>]*\?>\s*)?", lambda m: m.group() + kinds, xml, count=1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Office"),
        (b"PK\x03\x04" + b"\0" * 100, "已损坏"),
        (b"%PDF-1.7\n%broken", "已损坏"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
        (b"\x00\x01\x02\x03" * 50, "不是能检查的格式"),
        (bomb, "太大"),
        (lambda: changed(word(["甲"]), "word/document.xml", entities), "文档类型声明"),
        (lambda: changed(workbook([["甲"]]), "xl/worksheets/sheet1.xml", entities), "文档类型声明"),
        (lambda: changed(workbook([["甲"]]), "xl/workbook.xml", entities), "文档类型声明"),
        (lambda: changed(word(["甲"]), "word/document.xml", lambda xml: xml[:-20]), "已损坏"),
        (lambda: changed(word(["甲"]), "word/document.xml", lambda _: b""), "已损坏"),
        (lambda: word(["甲"])[:-200], "已损坏"),
        (lambda: changed(workbook([["甲"]]), "xl/workbook.xml", lambda _: b"<workbook/>"), "已损坏"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_refused_in_words(data, message):
    with pytest.raises(Refusal, match=message) as refusal:
        read_document(data() if callable(data) else data, "附件甲")
    assert len(refusal.value.lines) == 1
    assert "附件甲" in refusal.value.lines[0]


def test_the_kind_is_known_by_content_not_by_name():
    assert read_document(pdf([["甲"]]), "a.docx").kind == "pdf"
    assert read_document(word(["甲"]), "a.pdf").kind == "docx"
    assert read_document(workbook([["甲"]]), "a.txt").kind == "xlsx"
    assert set(WHAT.values()) == {"身份证号", "银行卡号", "手机号"}

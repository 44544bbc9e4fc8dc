"""Word files as offices make them: styles by Chinese names, merged cells, footnotes; and those that must be refused."""

import io
import zipfile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH

from villages.core.refusal import Refusal
from villages.disclosures.articles.files import article_in
from villages.disclosures.articles.word import read_article


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def changed(data, part, change):
    """The file with one part as `change` makes it of its bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return file.getvalue()


def test_styles_are_known_by_the_names_that_wps_gives_them():
    made = docx.Document()
    for style in ("标题", "正文", "标题 1", "标题 2", "引用"):
        made.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        made.add_paragraph(f"这是{style}", style=style)
    found = read_article(saved(made), "a.docx")
    assert found.title == "这是标题"
    assert found.html == (
        "<p>这是正文</p><h3>这是标题 1</h3><h4>这是标题 2</h4><blockquote><p>这是引用</p></blockquote>"
    )


def test_merged_cells_keep_their_width_and_height():
    made = docx.Document()
    table = made.add_table(rows=3, cols=3)
    for at, cell in enumerate(each for row in table.rows for each in row.cells):
        cell.text = str(at)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "高"
    html = read_article(saved(made), "a.docx").html
    assert '<td colspan="2">宽</td><td>2</td>' in html
    assert '<td rowspan="2">高</td>' in html


def test_a_centred_first_paragraph_is_the_title_and_a_later_one_is_not():
    made = docx.Document()
    made.add_paragraph("关于修路\n的公告").alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.add_paragraph("（示例）").alignment = WD_ALIGN_PARAGRAPH.CENTER
    found = read_article(saved(made), "a.docx")
    assert (found.title, found.html) == ("关于修路 的公告", "<p>（示例）</p>")


def test_marks_and_lists_stay_and_deleted_text_does_not():
    made = docx.Document()
    line = made.add_paragraph("长 ")
    line.add_run("2").bold = True
    line.add_run("划").underline = True
    made.add_paragraph("一", style="List Number")
    made.add_paragraph("二", style="List Number")
    data = changed(
        saved(made), "word/document.xml",
        lambda xml: xml.replace(b"<w:sectPr", b'<w:p><w:del w:id="1"><w:r><w:delText>1380013</w:delText></w:r></w:del>'
                                b'<w:ins w:id="2"><w:r><w:t>added</w:t></w:r></w:ins></w:p><w:sectPr', 1),
    )  # fmt: skip
    html = read_article(data, "a.docx").html
    assert html == "<p>长 <b>2</b><u>划</u></p><ol><li>一</li><li>二</li></ol><p>added</p>"


def test_text_that_a_style_hides_is_not_shown():
    made = docx.Document()
    made.styles.add_style("Hidden", WD_STYLE_TYPE.CHARACTER).font.hidden = True
    made.add_paragraph("看得见").add_run("看不见").style = "Hidden"
    assert read_article(saved(made), "a.docx").html == "<p>看得见</p>"


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"c" * 50 + b'">]>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Office 或 WPS 文件，或加了密码"),
        (saved(docx.Document())[:2000], "已损坏"),
        (
            changed(saved(docx.Document()), "word/styles.xml", lambda xml: BOMB + xml.partition(b"?>")[2]),
            "文档类型声明",
        ),
        (changed(saved(docx.Document()), "word/document.xml", lambda _: b"<a/>"), "已损坏"),
        (b"%PDF-1.4 " + b"x" * 100, "已损坏"),
        (b" \n", "是空的"),
    ],
    ids=["old", "cut", "entities", "other", "pdf", "empty"],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path, data, said):
    path = tmp_path / "通知.docx"
    path.write_bytes(data)
    with pytest.raises(Refusal, match=said) as caught:
        article_in(path)
    assert len(caught.value.lines) == 1


def test_a_file_that_swells_when_unpacked_is_refused_before_it_does(tmp_path):
    path = tmp_path / "通知.docx"
    path.write_bytes(saved(docx.Document()))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file, file.open("word/more.xml", "w") as part:
        for _ in range(260):
            part.write(bytes(1_000_000) + bytes(50_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(Refusal, match="解开后太大"):
        article_in(path)

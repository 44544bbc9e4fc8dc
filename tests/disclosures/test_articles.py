"""An article from the file that somebody wrote it in, into a draft and onto the page."""

import io
import json
import re

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from PIL import Image

from tests.portal.published import ARTICLE, given_of
from villages.core.refusal import Refusal
from villages.disclosures.articles.files import article_in
from villages.disclosures.articles.word import read_article

COUNTY = "410923"


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.fixture
def document():
    """A notice as offices write it: number, centred title, headings, list, table, picture, what must not show."""
    made = docx.Document()
    made.add_paragraph("乐政〔2026〕3号").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.add_paragraph("关于修路的通知", style="Title")
    made.add_paragraph("　　各村：")
    made.add_heading("一、时间", 1)
    made.add_paragraph("九月", style="List Bullet")
    made.add_heading("（一）路段", 2)
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ("路段", "长度", "村东", "2 里"), strict=True):
        cell.text = text
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    picture.seek(0)
    made.add_picture(picture)
    hidden = made.add_paragraph("看得见").add_run("看不见")
    hidden.font.hidden = True
    made.add_comment(made.paragraphs[0].runs, text="批注不公开", author="示例")
    made.sections[0].header.paragraphs[0].text = "页眉不公开"
    return made


def test_a_word_file_gives_title_and_body(document):
    found = read_article(saved(document), "通知.docx")
    assert (found.title, found.pictures) == ("关于修路的通知", 1)
    assert "<h3>一、时间</h3><ul><li>九月</li></ul><h4>（一）路段</h4><table>" in found.html
    assert "<p>各村：</p>" in found.html
    assert "乐政〔2026〕3号" in found.html
    for kept_back in ("看不见", "批注", "页眉", "<img"):
        assert kept_back not in found.html
    assert "看得见" in found.html


@pytest.mark.parametrize("title", ["通知", ""])
def test_text_and_saved_pages_can_be_read_too(tmp_path, title):
    plain, page = tmp_path / "a.txt", tmp_path / "a.html"
    plain.write_text("修路的通知\n各村：\n九月开工。", encoding="gb18030")
    page.write_text(f"<html><head><title>{title}</title></head><body><p>九月开工。</p></body></html>", encoding="utf-8")
    assert article_in(plain).title == "修路的通知"
    assert "九月开工" in article_in(plain).html
    assert (article_in(page).title, article_in(page).html) == (title, "<p>九月开工。</p>")


def test_a_table_of_figures_or_a_missing_file_is_no_article(tmp_path):
    with pytest.raises(Refusal, match="打不开文件"):
        article_in(tmp_path / "没有.docx")
    picture = tmp_path / "a.docx"
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    with pytest.raises(Refusal, match="不是文章"):
        article_in(picture)


@pytest.fixture
def ready(villages):
    villages("init")
    for name, role in (
        ("示例录入", "editor"),
        ("示例审核", "reviewer"),
        ("示例终审", "reviewer"),
        ("示例发布", "publisher"),
    ):
        assert villages("accounts", "add", name, "--role", role, "--scope", COUNTY, "--password-stdin")[0] == 0
    return villages


@pytest.fixture
def stdin(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n" * 8))


def test_a_word_file_becomes_a_draft_by_command(stdin, ready, document, tmp_path):
    path = tmp_path / "通知.docx"
    document.save(path)
    names = [f"--set={field.label}={given_of(ARTICLE)[field.name]}" for field in ARTICLE.fields
             if field.required and field.block not in ("rich", "text", "table", "files")]  # fmt: skip
    names += [f"--set={field.label}=文字" for field in ARTICLE.fields
              if field.required and field.block == "text" and field.name != ARTICLE.short.title]  # fmt: skip
    status, out, err = ready(
        "disclosures", "article", ARTICLE.key, path, "--publisher", COUNTY, "--as", "示例录入", *names
    )
    assert (status, err) == (0, "")
    assert "“关于修路的通知”已写成草稿" in out
    assert "1 张图片没有带过来" in out


def test_every_wrong_pair_is_named(stdin, ready, document, tmp_path):
    path = tmp_path / "通知.docx"
    document.save(path)
    command = ("disclosures", "article", ARTICLE.key, path, "--publisher", COUNTY, "--as", "示例录入")
    status, _, err = ready(*command, "--set", "没有这个=1", "--set", "没有等号")
    assert status == 1
    assert len(err.splitlines()) == 2
    assert ready(*command[:4], "--publisher", "999999", "--as", "示例录入")[0] == 1
    assert ready(*command, "--period", "2026年9月")[0] == 1


def test_a_published_article_is_corrected_from_a_file(stdin, ready, document, tmp_path):
    first, second = tmp_path / "通知.docx", tmp_path / "更正.txt"
    document.save(first)
    second.write_text("修到村西。", encoding="utf-8")
    given = given_of(ARTICLE)
    names = [f"--set={field.label}={given[field.name] if field.block != 'text' else '文字'}" for field in ARTICLE.fields
             if field.required and field.block != "rich" and field.name != ARTICLE.short.title]  # fmt: skip
    made = ("disclosures", "article", ARTICLE.key, first, "--publisher", COUNTY, "--as", "示例录入")
    number = re.search(r"编号 (\d+)", ready(*made, *names)[1])[1]
    status, _, err = ready("disclosures", "emergency", number, "--as", "示例发布", "--reason", "防汛")
    assert (status, err) == (0, "")
    command = ("disclosures", "correct-article", number, second, "--as", "示例录入", "--note", "写错了地方")
    assert "已有更正稿" in ready(*command)[1]
    shown = json.loads(ready("disclosures", "show", number, "--format", "json")[1])
    assert shown["title"] == "关于修路的通知"
    assert shown["fields"][next(f.label for f in ARTICLE.fields if f.block == "rich")] == "修到村西。"
    assert [edition["note"] for edition in shown["editions"]] == [""]


def test_all_that_lacks_is_named_at_once(stdin, ready, tmp_path):
    path = tmp_path / "通知.txt"
    path.write_text("九月开工。", encoding="utf-8")
    status, _, err = ready("disclosures", "article", ARTICLE.key, path, "--publisher", COUNTY, "--as", "示例录入")
    lacking = [field.label for field in ARTICLE.fields if field.required and field.block != "rich"]
    assert status == 1
    assert err.splitlines() == [f"“{label}”不能空着，请填写" for label in lacking]

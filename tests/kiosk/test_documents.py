"""Attachments page by page."""

from __future__ import annotations

import io

from PIL import Image

from tests.disclosures.paperwork import pdf, photo, word
from tests.kiosk.conftest import links
from villages.core.clock import now
from villages.disclosures import actions


def token(address):
    return address.split("/")[2]


def test_a_pdf_is_read_page_by_page_without_a_viewer(ask, screen, draft, add, release):
    number = draft()
    (path,) = add(number, (pdf("甲", "乙", "丙"), "公报.pdf"))
    release(number)
    assert "公报.pdf（一页一页看）" in links(screen(f"/items/{number}"))
    tree = screen(f"/documents/{token(path)}?page=2")
    assert "第 2 页，共 3 页" in tree.text_content()
    assert links(tree)["下一页"].endswith("page=3")
    picture = ask(tree.find(".//main//img").get("src").removeprefix("/msgk/kiosk"))
    assert picture.mimetype == "image/webp"
    assert Image.open(io.BytesIO(picture.data)).width == 1600


def test_before_the_first_and_after_the_last_there_is_nothing(ask, screen, draft, add, release):
    number = draft()
    (path,) = add(number, (pdf("甲"), "公报.pdf"))
    release(number)
    for page in (0, 2, -1, 10**12):
        screen(f"/documents/{token(path)}?page={page}", status=404)
        assert ask(f"/documents/{token(path)}/{page}.webp").status_code == 404


def test_a_photograph_is_a_document_of_one_page(ask, screen, draft, add, release):
    number = draft()
    (path,) = add(number, (photo(), "合同.jpg"))
    release(number)
    assert "第 1 页，共 1 页" in screen(f"/documents/{token(path)}").text_content()
    assert ask(f"/documents/{token(path)}/1.webp").mimetype == "image/jpeg"


def test_a_word_file_becomes_a_code_for_the_phone(ask, screen, draft, add, release):
    number = draft()
    (path,) = add(number, (word("甲"), "合同.docx"))
    release(number)
    screen(f"/documents/{token(path)}", status=404)
    address = links(screen(f"/items/{number}"))["合同.docx（用手机看）"]
    assert "https://www.county.gov.cn/msgk/files/" in screen(address.removeprefix("/msgk/kiosk")).text_content()


def test_what_was_withdrawn_is_gone_at_once_though_its_pages_were_drawn(ask, draft, add, release, work):
    number = draft()
    (path,) = add(number, (pdf("甲"), "公报.pdf"))
    assert ask(f"/documents/{token(path)}/1.webp").status_code == 404
    release(number)
    assert ask(f"/documents/{token(path)}/1.webp").status_code == 200
    work(lambda session, item, by: actions.withdraw(session, item, reason="重复", by=by, at=now()), number)
    assert ask(f"/documents/{token(path)}/1.webp").status_code == 410

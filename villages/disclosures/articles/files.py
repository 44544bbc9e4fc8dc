"""An article from a file that somebody wrote it in: Word, a saved page, plain text. Pure but for reading the file."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from villages.core.refusal import Refusal
from villages.disclosures.articles import word
from villages.disclosures.articles.cleaning import clean, read
from villages.disclosures.articles.markup import Paragraph, plain, write
from villages.disclosures.articles.word import Article
from villages.disclosures.documents import MOST_BYTES, read_document
from villages.disclosures.wording import lines, one_line

LONGEST_TITLE = 60
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|[a-z][a-z0-9]*[ >])", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_ENCODINGS = ("utf-8-sig", "gb18030")


def article_in(path: Path) -> Article:
    """The article in a .docx, .html or .txt file. Raises Refusal with one line for what cannot be read."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b"\x00" * (MOST_BYTES + 1)
    except OSError as error:
        why = "文件不存在" if isinstance(error, FileNotFoundError) else (error.strerror or str(error))
        raise Refusal(f"打不开文件 {path}：{why}。请检查文件名和权限") from error
    kind = read_document(data, path.name).kind
    if kind == "docx":
        return word.read_article(data, path.name)
    if kind != "text":
        raise Refusal(f"文件 {path.name} 不是文章：只能从 .docx、.html 或纯文本写文章，PDF、表格和图片请作为附件")
    text = _decoded(data)
    is_page = path.suffix.lower() in (".html", ".htm") or _PAGE.match(text)
    return _page(text) if is_page else _text(text)


def _decoded(data: bytes) -> str:
    """The text; read_document has made sure that one of these can read it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode(_ENCODINGS[0])
    except UnicodeDecodeError:
        return data.decode(_ENCODINGS[1])


def _page(html: str) -> Article:
    """Its first heading, if it begins with one, else its title; pictures are counted as they are named."""
    blocks = read(html)
    named = _TITLE.search(html)
    title = one_line(unescape(named[1])) if named else ""
    if blocks and isinstance(blocks[0], Paragraph) and blocks[0].tag != "p":
        title, blocks = one_line(plain(blocks[:1])), blocks[1:]
    return Article(title, clean(write(blocks)), len(re.findall(r"<img\b", html, re.IGNORECASE)))


def _text(text: str) -> Article:
    """Its first line, if it is short and no sentence."""
    first, _, rest = lines(text).partition("\n")
    if rest.strip() and len(first) <= LONGEST_TITLE and not first.endswith(("。", "；", "，", "：", "！", "？")):
        return Article(first, rest)
    return Article("", lines(text))

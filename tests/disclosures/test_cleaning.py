"""What is pasted comes out clean: nothing that can do harm, nothing of a program's own, every word still there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from villages.disclosures.articles.cleaning import clean, text_of

ALLOWED = {
    "p": set(), "h3": set(), "h4": set(), "ul": set(), "ol": set(), "li": set(), "br": set(), "blockquote": set(),
    "b": set(), "i": set(), "u": set(), "sup": set(), "sub": set(), "a": {"href", "rel"}, "table": set(),
    "caption": set(), "thead": set(), "tbody": set(), "tr": set(), "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}  # fmt: skip
HARMFUL = [
    "<script>alert(1)</script>字",
    "<p onclick=alert(1)>字</p>",
    "<img src=x onerror=alert(1)>字",
    '<a href="javascript:alert(1)">字</a>',
    '<a href="java\nscript:alert(1)">字</a>',
    '<a href=" &#106;avascript:alert(1)">字</a>',
    '<a href="data:text/html,<script>alert(1)</script>">字</a>',
    '<a href="https://user:password@a.cn/">字</a>',
    "<svg><script>alert(1)</script></svg>字",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'></math>字",
    "<iframe src=https://a.cn></iframe>字",
    "<form action=https://a.cn><input name=q><button>去</button></form>字",
    "<style>body{display:none}</style><p style='position:fixed'>字</p>",
    "<p class=btn id=main>字</p>",
    "<!-- 13800138000 --><p>字</p>",
    "<p><<script>script>alert(1)</script>字",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>字",
    "<template><img src=x onerror=alert(1)></template>字",
    "<object data=x></object><embed src=x>字",
    "<base href=https://evil.cn/><meta http-equiv=refresh content=0><link rel=stylesheet href=x>字",
    "<details open ontoggle=alert(1)>字</details>",
    "<p>字</p></body></html><script>alert(1)</script>",
    "<table background=x><td background='javascript:alert(1)'>字",
    "<a href='tel:12345' target=_blank ping=https://a.cn>字</a>",
]
TIDIED = [
    ("<p>　　第一段&nbsp;&nbsp;</p><p>&nbsp;</p><p></p>", "<p>第一段</p>"),
    ("第一行<br><br>第二行", "<p>第一行</p><p>第二行</p>"),
    ("<h1>大</h1><p>字</p><h2>小</h2>", "<h3>大</h3><p>字</p><h4>小</h4>"),
    ("<p class=MsoNormal style='mso-x:1'><span><o:p>&nbsp;</o:p></span>字<font size=5>号</font></p>", "<p>字号</p>"),
    ("<section><section><p><span><span>公众号</span></span></p></section></section>", "<p>公众号</p>"),
    ("<p><strong>重</strong><em>点</em></p>", "<p><b>重</b><i>点</i></p>"),
    ("<ul><li>一<ul><li>二</li></ul></li></ul>", "<ul><li>一<ul><li>二</li></ul></li></ul>"),
    (
        "<table><tr><th>名<th>数<tr><td colspan=2>合</td></tr></table>",
        "<table><thead><tr><th>名</th><th>数</th></tr></thead><tbody><tr><td colspan='2'>合</td></tr></tbody></table>",
    ),
    ("<a href=https://a.cn/?b&c=2>链</a>", "<p><a href='https://a.cn/?b&amp;c=2' rel='noopener nofollow'>链</a></p>"),
    ("<table></table><blockquote></blockquote><ul></ul>", ""),
]  # fmt: skip


def only_allowed(html):
    for element in lxml_html.fragment_fromstring(html, create_parent="div").iterdescendants():
        assert element.tag in ALLOWED, html
        assert set(element.attrib) <= ALLOWED[element.tag], html
        for address in [element.get("href")] if element.tag == "a" else []:
            assert address is None or re.match(r"(https?://|mailto:|tel:)", address), html


@pytest.mark.parametrize("html", HARMFUL)
def test_nothing_harmful_comes_through_and_the_words_stay(html):
    found = clean(html)
    only_allowed(found)
    assert "字" in text_of(found)
    assert not re.search(r"alert|script|onerror|evil|password", found)


@pytest.mark.parametrize(("html", "wanted"), TIDIED)
def test_what_programs_add_is_taken_off(html, wanted):
    assert clean(html) == wanted.replace("'", '"')


TAGS = [
    "p",
    "b",
    "td",
    "tr",
    "table",
    "li",
    "ul",
    "a href='https://a.cn'",
    "h2",
    "blockquote",
    "script",
    "span",
    "th",
    "div",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag.split(' ')[0]}>" for tag in TAGS]),
    st.text("字a1 \u3000&<>\"'\n\x00", max_size=6),
    st.sampled_from(["<br>", "&nbsp;", "<!--", "-->", "<td colspan=99999>", "<td rowspan=3>", "&#60;"]),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_cleaning_never_fails_and_cleans_once_for_all(html):
    once = clean(html)
    only_allowed(once or "<p></p>")
    assert clean(once) == once
    assert text_of(once) == text_of(html)


def test_what_is_nested_without_end_is_read_all_the_same():
    assert "字" in clean("<div>" * 20_000 + "字")
    assert "字" in clean("<table><tr><td>" * 3_000 + "字")

"""An article's HTML: nothing harmful comes through, and what people paste comes out tidy."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from villages.disclosures.articles.cleaning import clean, text_of

ALLOWED = {
    *("h3", "h4", "p", "br", "ul", "ol", "li", "b", "i", "u", "sup", "sub", "blockquote", "a"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
HARMFUL = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a xlink:href=javascript:alert(1)>甲</a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href='javascript:alert(1)'>甲</a>",
    "<a href='JaVa\tScRiPt:alert(1)'>甲</a>",
    "<a href='&#106;avascript&colon;alert(1)'>甲</a>",
    "<a href=' \x01javascript:alert(1)'>甲</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>甲</a>",
    "<a href='vbscript:msgbox(1)'>甲</a>",
    "<a href='file:///etc/passwd'>甲</a>",
    "<a href='//evil.example'>甲</a>",
    "<a href='/admin/logout'>甲</a>",
    "<a href='https://county.gov.cn@evil.example/'>甲</a>",
    "<a href='https://[bad'>甲</a>",
    "<a href='https://a.example/\" onclick=\"alert(1)'>甲</a>",
    "<p onclick=alert(1) style='position:fixed' class=x id=money>甲</p>",
    "<div style='background:url(javascript:alert(1))'>甲</div>",
    "<iframe src=javascript:alert(1)></iframe><object data=x></object><embed src=x>",
    "<form action=//evil.example><input name=q><button>甲</button><textarea></textarea><script>x</script></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example><link rel=stylesheet href=x>",
    "<!--[if IE]><script>alert(1)</script><![endif]--><!-- 乙 -->甲",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img title='</textarea><img src onerror=alert(1)>'>",
    "<title></title><style>@import '//evil.example'</style><plaintext><script>alert(1)",
    "<table background=javascript:alert(1)><td colspan=1 onmouseover=alert(1)>甲",
    "<p>甲</p\x00><img src=x onerror\x00=alert(1)>",
    "<custom-tag onfocus=alert(1) autofocus tabindex=1>甲</custom-tag>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)><summary>甲</summary>乙</details>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'></math>",
    "<p>甲</p></body></html><script>alert(1)</script>",
    "<a href='tel:12345' target=_blank ping=https://a.cn>甲</a>",
    "<!-- 13800138000 -->",
]


class Strict(HTMLParser):
    """Refuses what may not be in an article."""

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED
        for name, value in attrs:
            assert (tag, name) in {("a", "href"), ("a", "rel")} or (
                tag in ("td", "th") and name in ("colspan", "rowspan")
            )
            assert name != "href" or re.match(r"(https?://[^@]*|mailto:.+|tel:.+)\Z", value)
            assert name != "rel" or value == "noopener nofollow"

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def refuse_harm(html):
    reader = Strict()
    reader.feed(html)
    reader.close()


@pytest.mark.parametrize("html", HARMFUL)
def test_nothing_harmful_comes_through(html):
    once = clean(f"<p>前</p>{html}<p>后</p>")
    refuse_harm(once)
    assert clean(once) == once
    assert "前" in once
    assert "evil" not in re.sub(r"<plaintext.*", "", once) or "&lt;" in once


WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><title>文档</title>"
    "<style>p.MsoNormal{margin:0}</style>"
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head><body>"
    "<p class=MsoTitle style='mso-style-next:Normal'>"
    "<b><span lang=EN-US style='font-size:22pt'><o:p>&nbsp;</o:p></span></b></p>"
    "<p class=MsoNormal style='text-indent:21.0pt'>"
    "<font face='宋体'><span>　　村里</span><span>&nbsp;&nbsp;修路</span></font>"
    "<o:p></o:p></p>"
    "<p class=MsoListParagraph>"
    "<!--[if !supportLists]--><span style='font-family:Wingdings'>l<span>&nbsp;&nbsp; </span></span>"
    "<!--[endif]-->第一条</p>"
    "<p class=MsoListParagraph>"
    "<![if !supportLists]><span>2、<span>&nbsp;</span></span><![endif]>第二条</p></body></html>"
)

WECHAT = (
    "<section data-tools=135><p style='visibility:hidden'><span leaf>微信</span></p><p><img data-src=x></p>"
    "<p><br></p><mp-style-type data-value=3></mp-style-type></section>"
)


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        (WORD, "<p>村里 修路</p><p>• 第一条</p><p>2、 第二条</p>"),
        ("<p>　　甲&nbsp;</p><p><br></p><p>&nbsp;</p><p>　</p><p>乙</p>", "<p>甲</p><p>乙</p>"),
        ("甲<br><br><br>乙<br>丙", "<p>甲</p><p>乙<br>丙</p>"),
        ("甲<div>乙<section>丙</section></div>丁", "<p>甲</p><p>乙</p><p>丙</p><p>丁</p>"),
        ("<h1>大</h1><h2>中</h2><h5>小</h5><p>文</p>", "<h3>大</h3><h4>中</h4><h4>小</h4><p>文</p>"),
        ("<h4><b>只有</b>一级<br>标题</h4>", "<h3>只有一级 标题</h3>"),
        (f"<h1>{'字' * 81}</h1>", f"<p>{'字' * 81}</p>"),
        ("<strong>甲</strong><em>乙</em>", "<p><b>甲</b><i>乙</i></p>"),
        ("<b><span><b>甲</b></span></b><b>乙</b>", "<p><b>甲乙</b></p>"),
        ("<p><b><i>甲</b>乙</i>丙</p>", "<p><b><i>甲</i></b><i>乙</i>丙</p>"),
        ("张　三　　　李四", "<p>张　三　李四</p>"),
        ("x<sup>2</sup>H<sub>2</sub>O<u>线</u>", "<p>x<sup>2</sup>H<sub>2</sub>O<u>线</u></p>"),
        ("<a href='https://a.cn/?b=1&c=2' target=_blank>甲</a>",
         '<p><a href="https://a.cn/?b=1&amp;c=2" rel="noopener nofollow">甲</a></p>'),
        ("<a href='tel:0393-0000000'>电话</a>", '<p><a href="tel:0393-0000000" rel="noopener nofollow">电话</a></p>'),
        ("<a href=javascript:alert(1)>甲</a>", "<p>甲</p>"),
        ("<ul><li><p>甲</p><p>乙</p><ol><li>丙</ol></ul><ol></ol>",
         "<ul><li>甲<br>乙<ol><li>丙</li></ol></li></ul>"),
        ("<blockquote><p>甲</p><h2>乙</h2></blockquote>", "<blockquote><p>甲</p><p>乙</p></blockquote>"),
        ("<table width=500><tr><th>甲<th>乙<tr><td><p>1</p><p>2</p><td>3</table>",
         "<table><thead><tr><th>甲</th><th>乙</th></tr></thead><tbody><tr><td>1<br>2</td><td>3</td></tr></tbody></table>"),
        ("<table><tr><td colspan=9999999999 rowspan=77>甲<td rowspan=0>乙<tr><td></table>",
         '<table><tbody><tr><td rowspan="2">甲</td><td>乙</td></tr><tr><td></td></tr></tbody></table>'),
        ("<table><caption>表</caption><tr><td>&nbsp;</td></tr><tr><td>甲</td></tr></table>",
         "<table><caption>表</caption><tbody><tr><td>甲</td></tr></tbody></table>"),
        ("<table><tr><td> </td></tr></table>", ""),
        ("<table><tr><td>外<table><tr><td>1<td>2</table></table>",
         "<table><tbody><tr><td>外<br>1<br>2</td></tr></tbody></table>"),
        (WECHAT, "<p>微信</p>"),
        ("<pre>甲\n  乙</pre>", "<p>甲<br>乙</p>"),
        ("1 < 2 & 3 &lt;b&gt;", "<p>1 &lt; 2 &amp; 3 &lt;b&gt;</p>"),
        ("甲\u200b乙&#8203;丙\ufeff", "<p>甲乙丙</p>"),
    ],
)  # fmt: skip
def test_what_people_paste_comes_out_tidy(given, tidy):
    assert clean(given) == tidy
    assert clean(tidy) == tidy


PIECES = st.sampled_from(
    [
        *(f"<{tag}>" for tag in sorted(ALLOWED | {"h1", "h6", "div", "strong", "pre", "section", "svg", "o:p", "hr"})),
        *(f"</{tag}>" for tag in sorted(ALLOWED | {"h1", "h6", "div", "strong", "pre"})),
        *("甲", "乙 ", " ", "　", "&nbsp;", "\n", "\r", "&amp;lt;", "<", "&", '"', "\u2028", "\x00", "\ud800", "。"),
        *(
            "<td colspan=3>",
            "<td rowspan=2>",
            "<th rowspan=9>",
            "<a href='https://a.cn/?x=\"&y'>",
            "<a href=x>",
            "<!--",
        ),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
@example("<b>甲 </b> <i> </i> <b> 乙</b>")
def test_cleaning_never_fails_and_cleans_once_for_all(html):
    once = clean(html)
    assert clean(once) == once
    refuse_harm(once)
    assert text_of(once) == text_of(html)


@pytest.mark.parametrize("html", ["<div>" * 100_000, "<b>" * 100_000, "<ul><li>" * 50_000, "<table><td>" * 50_000])
def test_elements_in_elements_without_end_take_no_time(html):
    begun = time.perf_counter()
    assert text_of(f"{html}甲") == "甲"
    assert time.perf_counter() - begun < 5


def test_the_plain_text_has_a_line_for_each_paragraph_item_and_row():
    html = "<h1>题</h1><p>甲<br>乙</p><ul><li>丙<ul><li>丁</ul></ul><table><tr><td>1<b>3</b><td>2</table>"
    assert text_of(html) == "题\n甲\n乙\n丙\n丁\n13\t2"

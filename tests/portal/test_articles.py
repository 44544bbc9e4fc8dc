"""How an article is drawn: cut between its elements, wide tables as cards, whatever was stored cleaned once more."""

from lxml import html as lxml_html

from tests.portal.published import ARTICLE, given_of
from villages.disclosures.models import Edition
from villages.portal.articles import fragments, joined

WIDE = "<table><tr><th>村</th><th>项目</th><th>金额</th><th>时间</th></tr>" + "".join(
    f"<tr><td>第{n}村</td><td>修路</td><td>{n}.00</td><td>九月</td></tr>" for n in range(1, 60)
)


def body(kind):
    return next(field.name for field in kind.fields if field.block == "rich")


def test_a_wide_table_is_a_card_for_each_row(visit, put):
    page = visit.get(f"/items/{put(given=given_of(ARTICLE, **{body(ARTICLE): WIDE}))}")
    cards = page.tree.xpath("//ul[@class='rows']/li")
    assert cards
    first = " ".join(cards[0].itertext())
    assert first.split()[0] == "第1村"
    for said in ("项目", "修路", "金额", "1.00"):
        assert said in first


def test_a_narrow_table_stays_one_and_its_head_is_repeated_on_each_page(visit, put):
    rows = "".join(f"<tr><td>第{n}村</td><td>{n}.00</td></tr>" for n in range(1, 900))
    number = put(given=given_of(ARTICLE, **{body(ARTICLE): f"<table><tr><th>村</th><th>金额</th></tr>{rows}</table>"}))
    for page in (1, 2):
        tree = visit.get(f"/items/{number}?part={body(ARTICLE)}&page={page}").tree
        assert [cell.text for cell in tree.xpath("//thead//th")] == ["村", "金额"]


def test_no_word_is_lost_or_doubled_when_an_article_is_cut():
    text = "".join(f"<p>{'长句子' * 90}。</p><ul><li>第{n}条</li></ul>" for n in range(40))
    drawn = joined(fragments(text))
    assert "".join(lxml_html.fromstring(f"<div>{drawn}</div>").itertext()) == "".join(
        lxml_html.fromstring(f"<div>{text}</div>").itertext()
    )


def test_what_was_stored_before_it_was_ever_cleaned_is_cleaned_when_drawn(visit, put, app):
    number = put()
    with app.extensions["storage"].transaction() as session:
        edition = session.get(Edition, (number, 1))
        edition.content = edition.content | {body(ARTICLE): "<p onclick=alert(1)>旧文<script>alert(1)</script></p>"}
    page = visit.get(f"/items/{number}")
    assert "旧文" in page.text
    assert "alert" not in page.response.text

"""What a visitor takes along on paper."""

from __future__ import annotations

import base64
import io
import re

import pytest
import zxingcpp
from lxml import html
from PIL import Image

from tests.factories import TESTER
from tests.kiosk.conftest import HERE, links
from tests.portal.published import ARTICLE, ROSTER, STATEMENT, given_of, statement_given
from villages.core.clock import now
from villages.disclosures.kinds import kinds
from villages.machines import actions as machines
from villages.registry.queries import unit_by_code

TABLE = "<table><tr><td>村民小组</td><td>户数</td></tr><tr><td>第一组</td><td>46</td></tr></table>"
pytestmark = pytest.mark.glass


def pages(answer):
    """The pictures of a paper, one for each sheet."""
    assert answer.status_code == 200
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', answer.text)
    return [Image.open(io.BytesIO(base64.b64decode(each))) for each in found]


@pytest.mark.parametrize("form", ["a4", "receipt"])
def test_an_item_comes_out_with_a_code_that_opens_it_on_the_phone(ask, put, form):
    number = put(STATEMENT, statement_given())
    codes = zxingcpp.read_barcodes(pages(ask(f"/items/{number}/paper/{form}"))[0])
    assert [code.text for code in codes] == [f"https://www.county.gov.cn/msgk/items/{number}"]


def test_a_strip_is_as_wide_as_its_printer_and_as_long_as_its_text(ask, put):
    short, long = (given_of(ARTICLE, body=f"<p>{text}</p>") for text in ("好", "村里的路修好了。" * 60))
    heights = [pages(ask(f"/items/{put(ARTICLE, given)}/paper/receipt"))[0].size for given in (short, long)]
    assert [width for width, _ in heights] == [576, 576]
    assert heights[1][1] > heights[0][1] + 500


def test_the_paper_says_its_size_to_the_printer(ask, put):
    number = put()
    assert "@page{size:210mm 297.0mm;margin:0}" in ask(f"/items/{number}/paper/a4").text
    assert re.search(r"@page\{size:72mm \d+\.\dmm;margin:0\}", ask(f"/items/{number}/paper/receipt").text)


def test_an_article_with_a_table_is_printed(ask, put):
    assert pages(ask(f"/items/{put(ARTICLE, given_of(ARTICLE, body=TABLE))}/paper/a4"))


@pytest.mark.parametrize("form", ["a4", "receipt"])
def test_no_roster_is_ever_printed(ask, screen, put, form):
    number = put(ROSTER)
    assert ask(f"/items/{number}/paper/{form}").status_code == 422
    tree = screen(f"/items/{number}/print")
    assert "上面有别人的名字，不能打印" in tree.text_content()
    assert not any("/paper/" in address for address in links(tree).values())


def test_every_kind_whose_notice_ends_is_a_roster_here(ask, put):
    rosters = [kind for kind in kinds().values() if kind.after_notice == "archive"]
    assert len(rosters) >= 8
    for kind in rosters:
        assert ask(f"/items/{put(kind, given_of(kind))}/paper/a4").status_code == 422


def test_what_is_too_long_is_not_printed_and_the_screen_says_what_to_do(ask, screen, put):
    body = "".join(f"<p>第{n}段。{'村里的路修好了。' * 30}</p>" for n in range(60))
    number = put(ARTICLE, given_of(ARTICLE, body=body))
    assert ask(f"/items/{number}/paper/a4").status_code == 422
    assert ask(f"/items/{number}/paper/receipt").status_code == 200
    keys = links(screen(f"/items/{number}/print"))
    assert not any("paper/a4" in address for address in keys.values())


def test_what_is_not_public_is_not_printed(ask, put):
    assert ask(f"/items/{put(public=False)}/paper/a4").status_code == 404
    assert ask("/items/99999999999/paper/a4").status_code == 404
    assert ask(f"/items/{put()}/paper/a5").status_code == 404


@pytest.mark.parametrize(("paper", "offered"), [("a4", {"a4"}), ("receipt", {"receipt"}), ("none", set())])
def test_a_machine_offers_what_its_printer_takes(app, put, paper, offered):
    number = put()
    token = "t" * 43
    with app.extensions["storage"].transaction() as session:
        machine = machines.ask(session, token=token, screen="1080x1920", at=now())
        place = {"unit": unit_by_code(session, "410923205"), "name": "", "orientation": "portrait", "paper": paper}
        machines.approve(session, machine, **place, by=TESTER, at=now())
    client = app.test_client()
    client.set_cookie("kiosk", token, domain="www.county.gov.cn", path="/msgk/kiosk")
    page = html.fromstring(client.get(f"/msgk/kiosk/items/{number}/print", base_url=HERE).text)
    assert {each.get("data-paper") for each in page.xpath("//a[@data-paper]")} == offered
    for form in ("a4", "receipt"):
        answer = client.get(f"/msgk/kiosk/items/{number}/paper/{form}", base_url=HERE)
        assert (answer.status_code == 200) is (form in offered)

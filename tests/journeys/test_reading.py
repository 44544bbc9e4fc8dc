"""An old person's way in a real browser: large type, reading aloud, and the page on paper."""

from datetime import date

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import expect

from tests.portal.published import DECISION, ROSTER, STATEMENT, given_of, publish, statement_given
from tests.service_process import served
from villages.core.db import Storage

VILLAGE = "410923205201"
pytestmark = pytest.mark.glass


@pytest.fixture
def service(make_settings, tmp_path):
    settings = make_settings("nanle")
    storage = Storage(settings.database_url)
    with storage.transaction() as session:
        made = [
            publish(session, VILLAGE, STATEMENT, statement_given(rows=30), period_start=date(2026, 9, 1)),
            *(publish(session, VILLAGE, kind, given_of(kind)) for kind in (DECISION, ROSTER)),
        ]
        items = [item.id for item in made]
    storage.close()
    with served(settings, tmp_path / "serve.log") as running:
        running.items = items
        yield running


def paths(service):
    return ["/", "/villages/", "/villages/410923205", f"/villages/{VILLAGE}", f"/villages/{VILLAGE}/affairs", "/map",
            *(f"/items/{number}" for number in service.items)]  # fmt: skip


def test_one_tap_reads_the_page_aloud_and_nothing_is_fetched_before(service, browser):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{service.base}/items/{service.items[0]}")
    assert len(asked) == 1
    expect(page.get_by_text("念给我听")).to_be_visible()
    heard = page.evaluate("""async () => {
        const player = document.querySelector("audio");
        player.muted = true;
        await player.play();
        await new Promise(done => player.ontimeupdate = () => player.currentTime > 0.2 && done());
        return player.duration;
    }""")
    assert 60 < heard < 220
    # One page in twenty tells how fast it opened.
    assert all(url.endswith(("/audio.mp3", "/page-speed")) for url in asked[1:])


@pytest.mark.parametrize("width", [360, 180])
def test_large_type_is_not_clipped_nor_at_twice_the_zoom(service, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in paths(service):
        page.goto(f"{service.base}{path}?type=large")
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
        assert size == (30 if width > 300 else 22), path
        wider = page.evaluate("""() => [...document.querySelectorAll("body *")]
            .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && !each.matches(".skip"))
            .map(each => each.outerHTML.slice(0, 80))""")
        assert wider == [], path
        box = page.locator("a.type").bounding_box()
        assert min(box["height"], box["width"]) >= 44, path


def test_the_choice_stays_with_whoever_follows_links(service, browser):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{service.base}/v/{service.number_of('西邵集村')}")
    page.get_by_role("link", name="换大字").click()
    page.get_by_role("link", name="知村事").click()
    page.get_by_role("link", name="回到西邵集村").click()
    page.get_by_role("link", name="西邵乡的其他村").click()
    page.get_by_role("link", name="换一个乡镇").click()
    page.get_by_label("找一个村").fill("xsj")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("html")).to_have_class("large")
    page.get_by_role("link", name="换回常用字").click()
    expect(page.locator("html")).not_to_have_class("large")
    expect(page.get_by_label("找一个村")).to_have_value("xsj")


def test_on_paper_a_page_is_black_on_white_without_buttons_and_says_where_it_comes_from(service, browser):
    page = browser.new_page()
    for path in (
        f"/villages/{VILLAGE}",
        f"/villages/{VILLAGE}/affairs",
        *(f"/items/{n}?whole=1" for n in service.items),
    ):
        page.goto(f"{service.base}{path}")
        sheets = pdfium.PdfDocument(page.pdf(format="A4", print_background=True))
        text = "".join(sheet.get_textpage().get_text_range() for sheet in sheets)
        assert "本页网址" in text, path
        assert not [word for word in ("换大字", "念给我听", "打印", "回到") if word in text], path
        for sheet in sheets:
            picture = sheet.render(scale=0.5).to_pil().convert("HSV")
            assert picture.getchannel("S").getextrema()[1] < 40, path  # no colour
            assert picture.getchannel("V").getextrema()[1] == 255, path
        sheets.close()

"""Whatever somebody tries at the glass or on a keyboard that they brought: the screen stays with the hall's pages.

What a page can not keep off (the browser's own keys, files, other hosts by address) is the policy's: kiosk/deploy.
"""

import re
from pathlib import Path

import pytest

from tests.kiosk.glass import Glass, Hall

pytestmark = pytest.mark.glass

TEMPLATES = Path(__file__).resolve().parents[2] / "kiosk" / "templates"
OUTSIDE = "https://www.example.org/"
LINKS = {
    "another site": f'<a href="{OUTSIDE}">x</a>',
    "another site in a new window": f'<a href="{OUTSIDE}" target="_blank">x</a>',
    "another site without a scheme": '<a href="//www.example.org/">x</a>',
    "our own page in a new window": '<a href="/kiosk/find" target="_blank" data-stays>x</a>',
    "staff pages": '<a href="/admin/">x</a>',
    "staff pages by a way round": '<a href="/kiosk/../admin/">x</a>',
    "public pages": '<a href="/">x</a>',
    "a file": '<a href="file:///etc/passwd">x</a>',
    "the source": '<a href="view-source:http://127.0.0.1/kiosk/">x</a>',
    "the browser's settings": '<a href="chrome://settings/">x</a>',
    "a script": "<a href=\"javascript:document.body.textContent = 'gone'\">x</a>",
    "a telephone": '<a href="tel:12345">x</a>',
    "a letter": '<a href="mailto:someone@example.org">x</a>',
    "data": '<a href="data:text/html,gone">x</a>',
    "a download": '<a href="/kiosk/pulse" download="x.json">x</a>',
    "a drawing's link": f'<svg width="99" height="99"><a href="{OUTSIDE}"><rect width="99" height="99"/></a></svg>',
    "an area of a picture": f'<map name="m"><area href="{OUTSIDE}" coords="0,0,99,99"></map>',
    "a form elsewhere": f'<form action="{OUTSIDE}" method="post"><button>x</button></form>',
    "a form's key elsewhere": f'<form><button formaction="{OUTSIDE}" formtarget="_blank">x</button></form>',
    "a form to staff": '<form action="/admin/sign-in" method="post"><button>x</button></form>',
}  # fmt: skip
KEYS = [
    "F1", "F3", "F5", "F6", "F10", "F11", "F12", "Control+r", "Control+w", "Control+t", "Control+n", "Control+p",
    "Control+s", "Control+o", "Control+u", "Control+l", "Control+f", "Control+j", "Control+h", "Control+d", "Control+a",
    "Control+c", "Control+v", "Control+Shift+i", "Control+Shift+Delete", "Control+Shift+n", "Control++", "Control+-",
    "Control+Tab", "Control+1", "Alt+ArrowLeft", "Alt+ArrowRight", "Alt+Home", "Alt+F4", "Alt+d", "Meta+r", "Backspace",
    "ContextMenu",
]  # fmt: skip
# What is asked of the browser itself: key, its number.
BROWSERS = [("BrowserBack", 166), ("BrowserForward", 167), ("BrowserRefresh", 168), ("BrowserHome", 172)]


class Watched(Glass):
    """A screen that notes whatever leaves it."""

    def __init__(self, page, hall):
        super().__init__(page, hall)
        self.left = []
        context = page.context
        self.devtools = context.new_cdp_session(page)
        context.on("page", lambda page: self.left.append(page.url))
        for name in ("download", "filechooser", "dialog"):
            page.on(name, lambda _, name=name: self.left.append(name))
        context.on("request", self.note)

    def note(self, request):
        if not request.url.startswith((self.hall.address, "data:")):
            self.left.append(request.url)

    def send(self, method, **given):
        return self.devtools.send(method, given)

    def put(self, markup):
        """Put something onto the screen, as a mistake of ours would."""
        self.page.evaluate("markup => document.querySelector('main').innerHTML = markup", markup)
        self.page.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")  # else, after 30 s, the idle loop begins

    def stays(self, name="home"):
        self.page.wait_for_timeout(250)
        assert self.left == []
        assert self.is_marked()
        assert self.page.url.startswith(self.hall.address)
        assert self.page.get_attribute("body", "data-screen") == name
        assert self.page.evaluate("[visualViewport.scale, devicePixelRatio, scrollX, scrollY]") == [1, 1, 0, 0]
        assert self.page.evaluate("String(getSelection())") == ""


@pytest.fixture(scope="module")
def hall(standing_app):
    hall = Hall(standing_app)
    yield hall
    hall.go_away()


@pytest.fixture
def watched(glass):
    screen = Watched(glass.page, glass.hall)
    screen.open()
    screen.mark()
    screen.page.wait_for_timeout(300)
    return screen


def test_no_link_and_no_form_leads_out(watched):
    for what, markup in LINKS.items():
        watched.put(markup)
        watched.page.locator("main").locator("a, area, button").first.dispatch_event("click")
        if "data-stays" in markup:
            watched.is_at("find")
            watched.page.evaluate("kiosk.go(kiosk.base)")
        else:
            watched.page.wait_for_timeout(150)
        assert (watched.left, watched.is_marked()) == ([], True), what
        watched.is_at("home")
    watched.stays()


@pytest.mark.parametrize("more", [{"modifiers": ["Control"]}, {"modifiers": ["Shift"]}, {"button": "middle"}])
def test_no_click_opens_a_window(watched, more):
    watched.page.locator("a.v").first.click(**more)
    watched.page.wait_for_timeout(300)
    assert watched.left == []
    assert watched.is_marked()


def test_no_script_opens_a_window(watched):
    assert watched.page.evaluate(f"window.open('{OUTSIDE}')") is None
    watched.stays()


def test_no_way_round_by_the_address_of_an_answer(watched):
    for path in ("../admin/", "../", "//www.example.org/"):
        assert watched.page.evaluate("path => kiosk.go(new URL(path, kiosk.base))", path) is False
    watched.left = [each for each in watched.left if not each.startswith(watched.hall.address.removesuffix("kiosk/"))]
    watched.stays()


def test_no_key_does_anything_but_write_and_move(watched):
    watched.page.evaluate("""() => {
      window.heard = [];
      window.addEventListener("keydown", event => heard.push([event.key, event.defaultPrevented]));
    }""")
    for key in KEYS:
        watched.page.keyboard.press(key)
    for key, code in BROWSERS:
        watched.send("Input.dispatchKeyEvent", type="rawKeyDown", key=key, code=key, windowsVirtualKeyCode=code)
    heard = watched.page.evaluate("heard")
    named = [key for key, is_stopped in heard if not is_stopped and key not in ("Control", "Alt", "Shift", "Meta")]
    assert named == []
    assert len(heard) >= len(KEYS) + len(BROWSERS)
    watched.stays()


def touch(watched, kind, *points):
    watched.send("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y} for x, y in points])


def test_a_long_press_does_nothing(watched):
    watched.page.evaluate("""() => {
      window.menus = [];
      window.addEventListener("contextmenu", event => menus.push(event.defaultPrevented));
    }""")
    box = watched.page.locator("h1").bounding_box()
    touch(watched, "touchStart", (box["x"] + 20, box["y"] + 20))
    watched.page.wait_for_timeout(1200)
    touch(watched, "touchEnd")
    watched.page.locator("h1").click(button="right")
    assert watched.page.evaluate("menus.length && menus.every(Boolean)")
    watched.stays()


def test_several_fingers_do_not_zoom(watched):
    watched.send("Input.synthesizePinchGesture", x=540, y=900, scaleFactor=3, gestureSourceType="touch")
    watched.stays()
    touch(watched, "touchStart", (400, 900), (600, 900))
    for step in range(1, 6):
        touch(watched, "touchMove", (400 - 50 * step, 900), (600 + 50 * step, 900))
    touch(watched, "touchEnd")
    watched.stays()
    watched.page.touchscreen.tap(540, 90)
    watched.page.touchscreen.tap(540, 90)
    watched.stays()


@pytest.mark.parametrize("by", [(800, 0), (-800, 0), (0, 800), (0, -800)])
def test_no_swipe_leads_anywhere(watched, by):
    watched.send(
        "Input.synthesizeScrollGesture", x=540, y=120, xDistance=by[0], yDistance=by[1], gestureSourceType="touch"
    )
    watched.stays()


def test_nothing_can_be_chosen_dragged_or_dropped(watched):
    link = watched.page.locator("a.v").first
    link.drag_to(watched.page.locator("h1"))
    watched.page.mouse.move(60, 80)
    watched.page.mouse.down()
    watched.page.mouse.move(900, 900)
    watched.page.mouse.up()
    assert (
        watched.page.evaluate("""() => {
      const given = new DataTransfer();
      given.items.add(new File(["x"], "x.html", {type: "text/html"}));
      const drop = new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: given});
      return document.querySelector("main").dispatchEvent(drop);
    }""")
        is False
    )
    watched.stays()


def test_no_screen_asks_for_a_file_or_another_window():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""type=["']?file|\btarget=|\bdownload\b""", text), path


def test_a_page_that_is_missing_or_in_trouble_keeps_the_words_of_the_hall(app):
    client = app.test_client()
    where = {"base_url": "https://www.county.gov.cn"}
    missing = client.get("/msgk/kiosk/items/99999999", **where)
    assert missing.status_code == 404
    assert "请人帮忙" in missing.text
    app.testing = False
    with app.extensions["storage"].writer.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE site_detail RENAME TO gone")
    trouble = client.get("/msgk/kiosk/", **where)
    assert trouble.status_code == 500
    assert "过一会儿自己就好" in trouble.text
    assert 'http-equiv="refresh"' in trouble.text

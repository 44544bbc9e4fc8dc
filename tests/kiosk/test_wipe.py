"""What a visitor leaves behind: nothing, on the screen, in what a page keeps, in the profile on the disk."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.chromium import CHROMIUM
from tests.kiosk.glass import COUNTDOWN, IDLE, PORTRAIT, QUIET, Glass
from tests.portal.published import STATEMENT, publish, statement_given

pytestmark = pytest.mark.glass

NAME, NUMBER, TEXT = "欧阳示例甲", "13987654320", "路灯示例"
SPELT = {NAME: (("ouyang", "欧阳"), ("shili", "示例"), ("jia", "甲")), TEXT: (("ludeng", "路灯"), ("shili", "示例"))}
VILLAGE = "410923101201"
# What careless scripts could keep; ours keep none of it.
CARELESS = """async ([name, number]) => {
  localStorage.setItem("asked", name);
  sessionStorage.setItem("asked", number);
  document.cookie = "asked=" + number;
  const cache = await caches.open("asked");
  await cache.put("/kiosk/asked", new Response(name + number));
  await new Promise(done => {
    const wish = indexedDB.open("asked", 1);
    wish.onupgradeneeded = () => wish.result.createObjectStore("asked");
    wish.onsuccess = () => {
      const act = wish.result.transaction("asked", "readwrite");
      act.objectStore("asked").put(name, number);
      act.oncomplete = () => { wish.result.close(); done(); };
    };
  });
}"""
LEFT = """async () => ({
  page: document.documentElement.outerHTML,
  fields: [...document.querySelectorAll("input, textarea")].map(field => field.value),
  local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie, name: window.name,
  databases: (await indexedDB.databases()).map(each => each.name), caches: await caches.keys(),
  history: JSON.stringify(history.state), address: location.href, chosen: String(getSelection()),
  players: document.querySelectorAll("audio, video").length, zoom: [visualViewport.scale, devicePixelRatio],
})"""
FIGURES = {"before", "touched", "beat", "renewed", "expelled", "skew", "printed", "errors", "error", "counts"}


@pytest.fixture
def item(hall):
    with hall.storage.transaction() as session:
        return publish(session, VILLAGE, STATEMENT, statement_given(), period_start=date(2026, 9, 1)).id


@pytest.fixture
def profile(tmp_path):
    return tmp_path / "profile"


@pytest.fixture
def worker():
    """Whether pages are kept for the time without a line."""
    return "block"


@pytest.fixture
def person(hall, item, profile, worker):
    """A visitor, at a browser whose profile lies on the disk."""
    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=QUIET, viewport=PORTRAIT, has_touch=True, service_workers=worker
        )
        context.clock.install()
        yield Glass(context.pages[0], hall)
        context.close()


def searches(glass):
    """Looks for a person by name, on the screen's own keyboard; and writes it once more without sending it."""
    glass.tap("搜一搜")
    for is_sent in (True, False):
        writes(glass, "#words", NAME)
        if is_sent:
            glass.page.tap('.board-keys button:text-is("搜索")')
            glass.sees(f"没有找到“{NAME}”")
    assert NAME in glass.page.input_value("#words")


def writes(glass, field, text):
    """Writes on the screen's own keyboard."""
    glass.page.tap(field)
    for letters, word in SPELT[text]:
        for letter in letters:
            glass.page.tap(f'[data-sign="{letter}"]', force=True)
        glass.page.tap(f'.words button:text-is("{word}")')


def complains(glass):
    """Sends a complaint with name and phone, prints the receipt, and writes another down to the last step but one."""
    for is_sent in (True, False):
        glass.page.evaluate(f"kiosk.go(new URL('tell/complaint?about={VILLAGE}', kiosk.base))")
        writes(glass, "textarea[name=text]", TEXT)
        for step in ("写好了", "下一步"):
            glass.tap(step)
        writes(glass, "input[name=name]", NAME)
        for step in ("写好了", "下一步"):
            glass.tap(step)
        types_the_number(glass)
        if is_sent:
            for step in ("下一步", "没有错，交上去"):
                glass.tap(step)
            glass.sees("收到了")
            glass.receipt = [digits.replace(" ", "") for digits in glass.page.locator(".receipt dd").all_inner_texts()]
            glass.page.locator("[data-paper]").first.click()
            glass.sees("正在打印")
    hidden = "[...document.querySelectorAll('main input')].map(field => field.value)"
    assert {NAME, NUMBER, TEXT} <= set(glass.page.evaluate(hidden))


def types_the_number(glass):
    for digit in NUMBER:
        glass.page.locator(f"button[name=press][value='{digit}']").click(force=True)
    expect(glass.page.locator("[data-typed]")).to_have_text(NUMBER)


def leaves_a_number(glass):
    """Has somebody called, leaves one number, begins another."""
    for is_sent in (True, False):
        glass.tap("请人帮忙")
        glass.tap("请工作人员过来")
        types_the_number(glass)
        if is_sent:
            glass.tap("请给我回电话")
            glass.sees("电话记下了")


def listens(glass, item):
    glass.page.evaluate(f"kiosk.go(new URL('items/{item}', kiosk.base))")
    glass.tap("念给我听")
    glass.sees("停下")


def zooms(glass):
    glass.page.keyboard.down("Control")
    glass.page.mouse.wheel(0, -600)
    glass.page.keyboard.press("+")
    glass.page.keyboard.up("Control")
    glass.page.context.new_cdp_session(glass.page).send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})


def is_in_use(glass, item):
    """Whatever a visitor does who has much to do."""
    glass.tap("换大字")
    searches(glass)
    listens(glass, item)
    leaves_a_number(glass)
    complains(glass)


def traces(glass, kept=()):
    """What is left on the screen and in what the page can reach. `kept`: the caches of public screens."""
    left = glass.page.evaluate(LEFT)
    told = str(left)
    digits = "".join(told.split())
    assert not any(text in told for text in (NAME, quote(NAME), NUMBER, NUMBER[:6], TEXT, quote(TEXT)))
    assert not any(each in digits for each in glass.receipt)
    assert not any(left["fields"])
    assert (left["local"], left["databases"], left["caches"], left["cookie"]) == ({}, [], [*kept], "")
    assert set(left["session"]) <= {"kiosk"}
    return left


def forms_of(text):
    """The bytes that a text may be written as."""
    return {text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")} | {quote(text).encode()}


def found_on(profile, glass):
    """The files of a profile in which something of the visitor lies."""
    kept = {path.relative_to(profile): path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert any(b"/kiosk/" in each for each in kept.values())  # this is where it would lie
    number, code = glass.receipt
    forms = set().union(*map(forms_of, (NAME, NUMBER, TEXT, number, code, f"{code[:4]} {code[4:]}")))
    return [path for path, each in kept.items() if any(form in each for form in forms)]


def test_the_next_person_finds_nothing_on_the_screen_by_going_back_or_on_the_disk(person, item, profile, capfd):
    glass = person.pair()
    before = glass.page.evaluate("history.length")
    is_in_use(glass, item)
    zooms(glass)
    glass.leaves()

    left = traces(glass)
    assert left["zoom"] == [1, 1]
    assert left["address"] == glass.hall.address
    assert 'class=""' in left["page"]
    assert glass.page.evaluate("history.length") == before
    assert set(glass.page.evaluate("JSON.parse(sessionStorage.getItem('kiosk') || '{}')")) <= FIGURES
    assert {each["name"] for each in glass.page.context.cookies()} == {"kiosk"}

    for key in ("Alt+ArrowLeft", "Alt+ArrowRight", "Backspace", "F5", "Control+z"):
        glass.page.keyboard.press(key)
        traces(glass)
    for key, code in (("BrowserBack", 166), ("BrowserForward", 167)):
        press = {"type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": code}
        glass.page.context.new_cdp_session(glass.page).send("Input.dispatchKeyEvent", press)
        traces(glass)
    swipe = {"x": 200, "y": 900, "xDistance": 700, "yDistance": 0, "gestureSourceType": "touch", "speed": 2000}
    glass.page.context.new_cdp_session(glass.page).send("Input.synthesizeScrollGesture", swipe)
    traces(glass)
    glass.page.reload()
    glass.is_at("home")
    traces(glass)
    glass.page.go_back()
    if glass.page.url == "about:blank":  # where the browser began
        glass.page.go_forward()
    glass.is_at("home")
    traces(glass)

    glass.page.context.close()
    assert found_on(profile, glass) == []
    said = capfd.readouterr()
    assert not any(text in said.out + said.err for text in (NAME, NUMBER, TEXT, *glass.receipt))


def test_whoever_takes_the_machine_away_in_the_middle_of_it_finds_nothing_on_the_disk(person, item, profile):
    person.open()
    is_in_use(person, item)
    person.page.context.close()
    assert found_on(profile, person) == []


def test_the_sound_ends_with_the_visit_and_with_the_screen(person, item):
    glass = person.open()
    glass.page.evaluate("""() => {
      window.players = [];
      const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = function () { players.push(this); return play.call(this); };
    }""")
    with glass.page.expect_request(lambda request: "audio.mp3" in request.url):
        listens(glass, item)
    glass.page.wait_for_timeout(500)
    assert glass.page.evaluate("players.map(each => each.paused)") == [False]
    glass.tap("停下")
    assert glass.page.evaluate("players.map(each => each.paused)") == [True]
    glass.tap("念给我听")
    glass.tap("首页")
    glass.is_at("home")
    assert glass.page.evaluate("players.map(each => each.paused)") == [True, True]
    listens(glass, item)
    glass.page.evaluate("kiosk.tell('wipe')")
    assert glass.page.evaluate("players.map(each => each.paused)") == [True, True, True]


def test_a_visit_that_ends_without_the_server_leaves_nothing_either(person, item):
    glass = person.open()
    is_in_use(glass, item)
    glass.page.evaluate(CARELESS, [NAME, NUMBER])
    glass.hall.go_away()
    try:
        glass.waits(IDLE + COUNTDOWN + 1)
        glass.is_at("home")
        glass.page.wait_for_selector("html:not(.ending)")
        traces(glass)
    finally:
        glass.hall.come_back()


KEPT = """async () => {
  const cache = await caches.open("kept-1");
  const texts = await Promise.all((await cache.keys()).map(each => cache.match(each).then(copy => copy.text())));
  return texts.join("\\n");
}"""


@pytest.mark.parametrize("worker", ["allow"])
def test_where_pages_are_kept_none_of_it_is_in_them_and_home_is_fresh_even_without_the_server(person, item):
    glass = person.pair()
    while "触摸查询" not in glass.page.evaluate(KEPT):
        glass.page.wait_for_timeout(250)
    is_in_use(glass, item)
    glass.page.evaluate(CARELESS, [NAME, NUMBER])
    zooms(glass)
    glass.hall.go_away()
    try:
        glass.leaves()
        assert traces(glass, ["kept-1"])["zoom"] == [1, 1]
        kept = glass.page.evaluate(KEPT)
        assert not any(text in kept for text in (NAME, NUMBER, TEXT, *glass.receipt))
    finally:
        glass.hall.come_back()

"""The back office by keyboard alone: every page is walked with Tab, and one item goes its whole way without a mouse."""

import re
from datetime import date
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.conftest import standing
from tests.factories import NOON, PASSWORD, STATEMENT, TESTER, make_item
from tests.service_process import served
from tests.staff import COUNTY, TOWNSHIP, VILLAGE
from tests.world import addresses, filled_world
from villages.accounts.actions import add_staff
from villages.accounts.permissions import permissions
from villages.calendar.periods import Period
from villages.core.access import may
from villages.registry.queries import publisher_by_code, unit_by_code

pytestmark = pytest.mark.glass

PEOPLE = {
    "示例管理员": ("administrator", COUNTY),
    "示例发布": ("publisher", TOWNSHIP),
    "示例录入": ("editor", VILLAGE),
    "示例审核一": ("reviewer", TOWNSHIP),
    "示例承办": ("handler", TOWNSHIP),
    "示例审核二": ("reviewer", TOWNSHIP),
}
LEVELS = {COUNTY: "county", TOWNSHIP: "township", VILLAGE: "village"}
AUGUST = Period(date(2026, 8, 1), "month")
SKIP = "跳到正文"
NO_PAGE = re.compile(r"\.(js|json|csv|xlsx|pdf|png|svg)$|/(photos|files|preview/page|audit/export)\b|sign-(in|out)")
NAME = (
    """const name = (e) => (e.id ? `#${e.id} ` : "") + (e.innerText || e.value || e.ariaLabel || e.tagName).trim();"""
)
# What should be reached below an element, in order, and what of it was; of radio buttons one stands for its group.
PLACES = """(within) => {
  const there = (e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true});
  const group = (e) => [...document.querySelectorAll(`[name="${e.name}"]`)];
  const stands = (e) => e.type !== "radio" || e === (group(e).find((each) => each.checked) || group(e)[0]);
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable]";
  const places = [...document.querySelectorAll(`${within} :is(${all})`)].filter((e) => there(e) && stands(e));
  const order = [...reached].map((e) => places.indexOf(e)).filter((at) => at >= 0);
  return places.map((e, at) => {
    const box = e.getBoundingClientRect();
    return {name: name(e), top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left + scrollX,
      reached: reached.has(e), inTurn: order.indexOf(at) === order.filter((each) => each < at).length};
  });
}"""
# Where the focus is, and whether it is seen: an outline of 2 px that stands out from its ground, in the window, on top.
FOCUS = """() => {
  const e = document.activeElement, faults = [];
  window.reached ??= new Set();
  if (!e || e === document.body || e.tagName === "IFRAME") return {name: "", faults, atEnd: e?.tagName !== "IFRAME"};
  reached.add(e);
  const shown = getComputedStyle(e).opacity === "0" ? e.nextElementSibling : e;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3)
    .map((part) => part / 255).map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [.2126, .7152, .0722][at], 0);
  let ground = parseFloat(style.outlineOffset) < 0 ? shown : shown.parentElement;
  while (parts(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
  const colours = [style.outlineColor, getComputedStyle(ground).backgroundColor];
  const [dark, bright] = colours.map(light).sort((a, b) => a - b);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("no outline");
  else if ((bright + .05) / (dark + .05) < 3) faults.push(`faint outline, ${style.outlineColor}`);
  const top = document.elementFromPoint(Math.max(box.left, 0) + 4, Math.max(box.top, 0) + 4);
  if (!top) faults.push("out of sight");
  else if (!e.contains(top) && !shown.contains(top) && !top.contains(shown)) faults.push(`under ${name(top)}`);
  return {name: name(e), faults, atEnd: false, folded: e.tagName === "SUMMARY" && !e.parentElement.open};
}"""


TAB = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}


@pytest.fixture(scope="module")
def app(databases, tmp_path_factory):
    with standing(databases, tmp_path_factory.mktemp("data")) as app:
        yield app


@pytest.fixture(scope="module")
def service(app, tmp_path_factory):
    things = filled_world(app)["own"]
    with app.extensions["storage"].transaction() as session:
        for name, (role, scope) in PEOPLE.items():
            unit = unit_by_code(session, scope)
            by = add_staff(session, name, role=role, unit=unit, password=PASSWORD, by=TESTER, at=NOON)
        draft = make_item(session, publisher_by_code(session, things["items/code"]), by, period=AUGUST)
        others = [
            {"item_id": draft.id},
            {"key": "announcement", "items/code": TOWNSHIP},  # an article
            {"key": "project", "items/code": VILLAGE},  # steps, files
        ]
    with served(app.extensions["settings"], tmp_path_factory.mktemp("log") / "serve.log", workers=1) as running:
        found = {each[0]: each for other in ({}, *others) for each in addresses(app, "GET", things | other)}
        running.pages = [each for path, each in found.items() if not NO_PAGE.search(path)]
        yield running


@pytest.fixture
def page(service, browser):
    page = browser.new_page(viewport={"width": 1366, "height": 768}, base_url=service.base)
    page.set_default_timeout(30_000)
    page.devtools = page.context.new_cdp_session(page)
    return page


def sign_in(page, name):
    """The name's field has the focus from the start."""
    page.goto("/admin/sign-in")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.insert_text(name)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="今天要办的事")).to_be_visible()


def tab(page):
    """Tab is put down, and so often that its coming up is not waited for."""
    page.devtools.send("Input.dispatchKeyEvent", TAB)


def look(page, script, *given):
    return page.evaluate(script.replace("=> {", f"=> {{ {NAME}", 1), *given)


def walk(page, *, skip, most=600):
    """What is wrong with the stops that Tab makes to the end; the first few folded parts are opened on the way."""
    page.keyboard.press("Tab")
    assert look(page, FOCUS)["name"] == SKIP
    if skip:
        page.keyboard.press("Enter")
    faults, opened, now = [], 0, {"name": "", "atEnd": False}
    for _ in range(most):
        tab(page)
        before, now = now["name"], look(page, FOCUS)
        if now["atEnd"] or now["name"] == SKIP:
            break
        if now["name"] != before:
            faults += [f"{now['name']}: {fault}" for fault in now["faults"]]
        if now.get("folded") and opened < 3:
            page.keyboard.press(("Enter", "Space")[opened % 2])
            opened += 1
            faults += [f"{now['name']}: does not open"] * look(page, FOCUS)["folded"]
    else:
        faults.append(f"no way out of {now['name']}")
    places = look(page, PLACES, "main" if skip else "body")
    faults += [f"not reached: {each['name']}" for each in places if not each["reached"] and each["name"] != SKIP]
    faults += [f"out of turn: {each['name']}" for each in places if not each["inTurn"]]
    return faults + goes_back(places)


def goes_back(places):
    """Places that are both above and left of the one before: against the order of reading."""
    return [
        f"{after['name']} after {before['name']}"
        for before, after in pairwise(places)
        if after["bottom"] <= before["top"] and after["left"] <= before["left"]
    ]


def test_tab_reaches_everything_on_every_page_in_order_and_is_seen(service, page):
    left, wrong = service.pages, {}
    for person in ("示例管理员", "示例发布", "示例录入", "示例承办"):
        role, scope = PEOPLE[person]
        granted = permissions(role, level=LEVELS[scope], is_separated=False)
        mine = [path for path, open_to, _ in left if may(granted, open_to)]
        left = [each for each in left if each[0] not in mine]
        sign_in(page, person)
        for path in mine:
            page.goto(path)
            if faults := walk(page, skip=path != mine[0]):
                wrong[path] = faults
        page.context.clear_cookies()
    assert left == []
    assert wrong == {}


def to(page, name, most=150):
    """Tab until a place of this name has the focus."""
    for _ in range(most):
        tab(page)
        if look(page, FOCUS)["name"].startswith(name):
            return
    raise AssertionError(f"{name} was not reached on {page.url}")


def press(page, name):
    to(page, name)
    with page.expect_event("domcontentloaded"):
        page.keyboard.press("Enter")


def writes(page, *texts):
    """Each text into the next place."""
    for text in texts:
        page.keyboard.press("Tab")
        page.keyboard.insert_text(text)


def test_an_item_goes_from_a_form_to_the_public_by_keyboard_alone(service, page):
    sign_in(page, "示例录入")
    press(page, "写一条")
    press(page, STATEMENT.label)
    to(page, "#period")
    while page.input_value("#period") != "2026年10月":
        page.keyboard.press("ArrowDown")
    to(page, "#f-opening")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("100")
    writes(page, "50", "20", "130")
    for row, texts in enumerate((("2026-10-03", "承包费", "50"), ("2026-10-09", "修路灯", "", "20"))):
        to(page, f"#f-lines-{row}-day")
        page.keyboard.insert_text(texts[0])
        writes(page, *texts[1:])
    press(page, "保存并送审")
    expect(page.get_by_text("已送审")).to_be_visible()
    press(page, "退出登录")

    for name, button, told in (
        ("示例审核一", "通过", "审核通过"),
        ("示例审核二", "通过", "审核通过"),
        ("示例发布", "通过并发布", "现在是已发布"),
    ):
        sign_in(page, name)
        press(page, "审核发布")
        press(page, f"{STATEMENT.label} 2026年10月")
        press(page, button)
        expect(page.get_by_text(told)).to_be_visible()
        press(page, "退出登录")

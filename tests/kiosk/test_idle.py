"""Nobody touches the screen; the line goes away; the machine is moved or revoked."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.kiosk.glass import COUNTDOWN, IDLE, LONGEST, SLIDE, UNTIL_LOOP
from tests.kiosk.hall import wait_for
from villages.core.clock import SHANGHAI, day_of, now
from villages.machines.queries import counts_on

pytestmark = pytest.mark.glass

YEAR = timedelta(days=365)


def china(moment):
    local = moment.astimezone(SHANGHAI)
    return f"{local.hour}:{local.minute:02}", f"{local.month}月{local.day}日"


def heard(hall):
    """When the machine was heard last."""
    with hall.storage.reading() as session:
        return hall.machine(session).heard_at


def test_an_approved_machine_goes_home_by_itself_and_is_heard(glass, hall):
    glass.pair()
    glass.sees("韩张镇便民大厅")
    wait_for(lambda: heard(hall), LONGEST)
    with hall.storage.reading() as session:
        row = hall.machine(session)
        assert now() - row.heard_at < timedelta(minutes=1)
        assert row.screen == "1080x1920"
        assert row.version == glass.page.evaluate("document.documentElement.dataset.version")


def test_a_code_that_lapses_is_followed_by_another(glass):
    glass.page.clock.install()
    glass.open("pair")
    first = glass.page.inner_text(".pair-code")
    glass.page.evaluate("document.querySelector('.pair-code').dataset.pairing = '1'; kiosk.tell('shown')")
    with glass.hall.storage.transaction() as session:
        glass.hall.machine(session).code_at -= timedelta(minutes=15)
    glass.waits(6)  # for the pause between two times of asking, too
    expect(glass.page.locator(".pair-code")).not_to_have_text(first)


def test_a_service_in_trouble_is_not_asked_for_codes_without_pause(glass):
    asked = []

    def trouble(route):
        if route.request.method == "POST":
            asked.append(route.request.url)
            route.fulfill(status=500, content_type="text/html", body="trouble")
        else:
            route.continue_()

    glass.page.route("**/kiosk/pair", trouble)
    glass.page.clock.install()
    glass.open("pair")
    wait_for(lambda: glass.page.wait_for_timeout(10) or asked, LONGEST)
    for _ in range(7):
        glass.page.clock.run_for(1000)
        glass.page.wait_for_timeout(50)  # for the answer
    assert 1 <= len(asked) <= 2


def test_a_countdown_is_seen_first_and_any_touch_goes_on_and_hits_nothing_else(glass):
    glass.page.clock.install()
    glass.open()
    glass.tap("按拼音找")
    glass.is_at("find")
    glass.mark()
    glass.waits(IDLE + 1)
    asks = glass.page.get_by_role("dialog")
    expect(asks).to_be_visible()
    expect(asks).to_contain_text("继续看")
    glass.page.touchscreen.tap(100, 1700)  # where 首页 is, behind the countdown
    expect(asks).to_be_hidden()
    glass.page.wait_for_timeout(700)
    glass.is_at("find")
    assert glass.is_marked()
    glass.leaves()
    assert glass.page.url == glass.hall.address


def test_at_home_untouched_the_loop_is_shown_and_a_touch_anywhere_leads_back_home(glass):
    glass.page.clock.install()
    glass.open()
    glass.page.clock.run_for((UNTIL_LOOP + 2) * 1000)
    glass.is_at("waiting")
    shown = glass.page.locator(".slide.on h2")
    first = shown.inner_text()
    glass.page.clock.run_for((SLIDE + 1) * 1000)
    expect(shown).not_to_have_text(first)
    glass.page.touchscreen.tap(100, 1700)
    glass.page.clock.run_for(200)
    glass.is_at("home")
    assert glass.page.evaluate("history.length") <= 2  # the blank page that a browser begins with


def test_without_the_server_a_visit_ends_in_place_and_never_on_an_error_page(glass, hall):
    glass.page.clock.install()
    glass.open()
    glass.tap("放低些")
    glass.is_in_reach_of_a_seated_person()
    glass.tap("换大字")
    glass.is_in_reach_of_a_seated_person()
    glass.tap("按拼音找")
    glass.is_at("find")
    hall.go_away()
    try:
        glass.waits(IDLE + COUNTDOWN + 1)
        glass.is_at("home")
        expect(glass.page.locator("[data-line]")).to_contain_text("网络断了，正在自动重连。以下为")
        assert not glass.page.evaluate("document.documentElement.classList.contains('low')")
        glass.mark()
    finally:
        hall.come_back()
    glass.asks_for_the_pulse()
    glass.is_fresh()
    glass.is_at("home")
    expect(glass.page.locator("[data-line]")).to_be_hidden()


def test_the_line_is_told_and_what_needs_it_waits_until_it_is_back(glass, hall):
    glass.open("help")
    hall.go_away()
    try:
        glass.tap("首页")
        line = glass.page.locator("[data-line]")
        expect(line).to_contain_text("网络断了")
        assert "的内容" in line.inner_text()
        glass.is_at("help")  # what was there stays
        ring = glass.page.locator(".ring button")
        expect(ring).to_have_attribute("aria-disabled", "true")
        ring.click(force=True)
        glass.sees("叫不到人")
        glass.sees("12345")
    finally:
        hall.come_back()
    glass.asks_for_the_pulse()
    expect(line).to_be_hidden()
    ring.click()
    glass.sees("工作人员马上来")


def test_without_the_line_help_still_says_whom_to_phone(glass, hall):
    with glass.page.expect_response("**/kiosk/help") as kept:
        glass.open()
    kept.value.finished()
    hall.go_away()
    try:
        glass.tap("请人帮忙")
        glass.is_at("help")
        glass.sees("12345")
    finally:
        hall.come_back()


@pytest.mark.parametrize("wrong", [YEAR, -YEAR])
def test_a_clock_that_is_wrong_by_a_year_is_not_shown(glass, wrong):
    glass.page.clock.install(time=datetime.now(UTC) + wrong)
    glass.open()
    glass.page.clock.run_for(3000)
    expect(glass.page.locator("[data-day]")).to_contain_text(china(now())[1])
    # Three seconds ahead by what was run, or a little behind: at a minute's end the next or the one before.
    assert glass.page.inner_text("[data-clock]") in {china(now() + timedelta(minutes=n))[0] for n in (-1, 0, 1)}


def test_without_the_server_ever_the_machines_clock_is_shown_unless_it_can_not_be(glass):
    glass.page.route("**/pulse", lambda route: route.abort())
    glass.page.clock.install(time=datetime.now(UTC) - YEAR)
    glass.open()
    expect(glass.page.locator("[data-clock]")).to_be_hidden()
    expect(glass.page.locator("[data-line]")).to_contain_text("网络断了")


def test_a_machine_that_was_moved_has_its_new_hall_once_nobody_is_there(glass, hall):
    glass.pair()
    hall.move("元村镇")
    glass.asks_for_the_pulse()
    glass.page.wait_for_selector("h1 + p:has-text('元村镇便民大厅')")


@pytest.mark.parametrize(("demanded", "shown"), [(0, "home"), (1, "pair")])
def test_a_revoked_machine_forgets_what_it_kept_and_its_hall(glass, hall, demanded, shown):
    hall.rule("kiosk_pairing", demanded)
    glass.pair()
    glass.tap("按拼音找")
    glass.page.evaluate("caches.open('kept-1').then(cache => cache.put('/kiosk/zone', new Response('韩张镇')))")
    glass.mark()
    hall.revoke()
    glass.asks_for_the_pulse()
    glass.is_fresh()
    glass.is_at(shown)
    assert "韩张镇便民大厅" not in glass.page.content()
    assert glass.page.evaluate("caches.keys()") == []
    glass.mark()
    glass.asks_for_the_pulse()
    glass.page.wait_for_timeout(1500)
    assert glass.is_marked()  # once, not again and again


def test_what_is_done_at_a_machine_is_counted_and_no_one_who_did(glass, hall):
    glass.pair()
    glass.page.evaluate("figures.beat = -60")
    for key, name in (("按拼音找", "find"), ("首页", "home"), ("带走阅读", "take")):
        glass.tap(key)
        glass.is_at(name)
    before = heard(hall)
    glass.page.evaluate("figures.beat = -60")
    glass.asks_for_the_pulse()
    wait_for(lambda: heard(hall) != before, LONGEST)
    with hall.storage.reading() as session:
        assert counts_on(session, day_of(now()))[hall.machine(session).id] == {"screen": 3, "take": 1}

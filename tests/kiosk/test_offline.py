"""The hall's screen while the line, the service or the database is away. The long trials are soaks."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.kiosk.hall import machine_of, opened, wait_for
from tests.kiosk.walk import locked, walk
from tests.portal.published import DECISION, given_of, publish
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.db import Storage
from villages.machines import actions
from villages.plates.queries import plates_of
from villages.registry.queries import township_named, village
from villages.settings import read_settings

LONGEST = 90  # seconds, on a machine that is busy; how soon is the soak's
VILLAGE = ".grid li:nth-child(2) a"
FOREIGN = "/kiosk/villages/410923205201"
SPOIL_CLOCK = "years => { const real = Date.now; Date.now = () => real() + years * 31557600000; return Date.now(); }"
pytestmark = pytest.mark.glass


@pytest.fixture(scope="module")
def hall(databases, few_villages, tmp_path_factory):
    """A hall whose screen has kept what it should; each trial leaves it whole."""
    folder = tmp_path_factory.mktemp("hall")
    url = databases.copy(few_villages)
    settings = read_settings({"VILLAGES_DATA_DIR": str(folder), "VILLAGES_DATABASE_URL": url})
    with opened(settings, folder) as found:
        found.switch_on()
        yield found
        found.switch_off()
    databases.drop(url)


@pytest.fixture
def screen(hall):
    """The hall at its home screen, all in order before and after."""
    hall.open()
    yield hall
    hall.line.mend()  # also where a trial broke off
    hall.is_fine()


@pytest.fixture
def storage(hall):
    storage = Storage(hall.settings.database_url, settings=hall.settings)
    yield storage
    storage.close()


def knows_that_the_line_is_away(hall):
    expect(hall.page.locator("[data-line]")).to_contain_text("以下为", timeout=LONGEST * 1000)


def comes_back(hall):
    """Wait until what was not kept can be read again."""
    wait_for(lambda: hall.screen() != "later", LONGEST)


def test_a_walk_goes_on_while_the_service_is_killed_and_started(screen):
    def between(number):
        if number % 8 == 4:
            screen.kill()
        if number % 8 == 0 and number:
            screen.restart()

    seen = walk(screen, 24, between=between)
    screen.restart()
    assert len(set(seen) - {"later"}) > 3
    screen.go(FOREIGN)
    wait_for(lambda: screen.path() == FOREIGN and screen.screen() == "village", LONGEST)


def test_with_the_line_cut_kept_screens_come_at_once_and_others_by_themselves_when_it_is_back(screen):
    screen.line.cut()
    assert screen.tap(VILLAGE) == "village"  # it takes the first tap to notice
    began = time.monotonic()
    assert [screen.tap(".tile.affairs"), screen.tap(".lines a")] == ["section", "item"]
    assert time.monotonic() - began < 3
    knows_that_the_line_is_away(screen)
    assert screen.page.locator(".keys [data-needs-line]").first.get_attribute("aria-disabled") == "true"
    screen.go(FOREIGN)
    wait_for(lambda: screen.screen() == "later", LONGEST)
    assert "这一页要等网络恢复" in screen.page.locator("main").inner_text()
    walk(screen, 10)
    screen.go(FOREIGN)
    time.sleep(1)
    screen.line.mend()
    comes_back(screen)
    assert screen.path() == FOREIGN


def test_a_visit_ends_without_the_line_in_a_fresh_document_at_home(screen):
    screen.line.cut()
    screen.tap(VILLAGE)
    screen.ask("document.documentElement.dataset.visitor = '1'; void visit.end()")
    screen.page.wait_for_selector("html:not([data-visitor]) body[data-screen=home]", timeout=LONGEST * 1000)
    knows_that_the_line_is_away(screen)
    screen.line.mend()
    wait_for(lambda: screen.page.locator("[data-line]").is_hidden(), LONGEST)


def test_letters_and_digits_lead_to_a_village_without_the_line(screen, storage):
    with storage.reading() as session:
        number = plates_of(session, village(session, "410923102201"))[0].number
    screen.tap(".ways a[href$=find]")
    screen.line.cut()
    for letter in "DZC":
        screen.page.locator(".letters a", has_text=letter).click()
    found = screen.page.locator(".grid.wide a").all_inner_texts()
    assert any("丁庄村" in each for each in found)
    screen.page.get_by_text("退一个").click()
    assert screen.page.locator(".typed b").inner_text() == "DZ"
    screen.go("/kiosk/number")
    wait_for(lambda: screen.screen() == "number", LONGEST)
    for digit in "00000000":
        screen.page.locator(".keypad a", has_text=digit).click()
    assert "没有这个码号" in screen.page.locator("[data-problem]").inner_text()
    screen.page.get_by_text("重来").click()
    for digit in number:
        screen.page.locator(".keypad a", has_text=digit).click()
    wait_for(lambda: screen.path() == "/kiosk/villages/410923102201", LONGEST)
    screen.line.mend()


def test_nothing_that_was_typed_or_asked_is_kept(screen):
    for path in ("find?letters=dz", "number?digits=1234", "take?of=/villages/&back=/kiosk/", "?large=1&low=1", "pulse"):
        screen.ask("path => fetch(path, {headers: {Accept: 'text/html'}})", f"/kiosk/{path}")
    assert not [url for url in screen.kept() if "=" in url and "column=" not in url and "?v=" not in url]


def test_a_copy_serves_whatever_the_visitor_s_view(screen):
    screen.line.cut()
    screen.open("/kiosk/?large=1")
    assert screen.screen() == "home"
    screen.line.mend()


def test_a_browser_that_starts_without_the_line_shows_content(hall):
    hall.switch_off()
    hall.line.cut()
    hall.switch_on(wait=False)
    hall.is_fine()
    assert hall.screen() == "home"
    assert [hall.tap(VILLAGE), hall.tap(".tile.affairs")] == ["village", "section"]
    hall.line.mend()


def test_a_browser_that_starts_without_the_service_shows_content(hall):
    hall.switch_off()
    hall.kill()
    hall.switch_on(wait=False)
    assert hall.tap(VILLAGE) == "village"
    hall.restart()


@pytest.mark.parametrize("years", [1, -1])
def test_a_clock_that_is_wrong_by_a_year_changes_nothing(screen, years):
    screen.ask(SPOIL_CLOCK, years)
    for worker in screen.context.service_workers:
        worker.evaluate(SPOIL_CLOCK, years)
    before = len(screen.kept())
    screen.ask("navigator.serviceWorker.controller.postMessage('look')")
    walk(screen, 4)
    screen.line.cut()
    assert set(walk(screen, 6, seed=2)) <= {"home", "village", "section", "item", "townships", "township", "find",
                                            "number", "zone", "later"}  # fmt: skip
    screen.line.mend()
    assert len(screen.kept()) >= before


def test_a_locked_database_stops_nobody(screen, storage):
    with locked(storage):
        assert [screen.tap(VILLAGE), screen.tap(".tile.affairs"), screen.tap("[data-back]")] == [
            "village", "section", "village",
        ]  # fmt: skip
        walk(screen, 6)
    screen.go(FOREIGN)
    wait_for(lambda: screen.screen() != "later" and screen.path() == FOREIGN, LONGEST)


def test_an_earlier_worker_gives_way_by_itself_and_its_copies_stay(screen):
    screen.ask("navigator.serviceWorker.register('/kiosk/sw.js?earlier=1')")
    running = "navigator.serviceWorker.getRegistration().then(found => found.active?.scriptURL || '')"
    wait_for(lambda: screen.ask(running).endswith("earlier=1"), LONGEST)
    screen.open()
    wait_for(lambda: screen.ask(running).endswith("sw.js"), LONGEST)
    assert "/kiosk/townships/410923102" in screen.kept()


def test_without_room_the_screen_goes_on_and_catches_up_when_there_is_some(screen, storage):
    session, origin = screen.context.new_cdp_session(screen.page), {"origin": screen.base}
    session.send("Storage.overrideQuotaForOrigin", origin | {"quotaSize": 1000})
    first = announce(storage)
    screen.open()
    walk(screen, 5)
    time.sleep(3)
    assert first not in screen.kept()
    session.send("Storage.overrideQuotaForOrigin", origin)
    second = announce(storage)
    screen.open()
    wait_for(lambda: {first, second} <= set(screen.kept()), LONGEST)


def announce(storage):
    """Publish something in a village of the hall; its screen's address."""
    with storage.transaction() as session:
        return f"/kiosk/items/{publish(session, '410923102201', DECISION, given_of(DECISION), at=now()).id}"


def test_what_was_published_is_in_the_copy_soon_after_the_line_is_back(screen, storage):
    screen.line.cut()
    screen.tap(VILLAGE)
    knows_that_the_line_is_away(screen)
    address = announce(storage)
    screen.line.mend()
    wait_for(lambda: address in screen.kept(), LONGEST)


def test_another_hall_and_a_revoked_machine_leave_nothing_of_the_old_one(screen, storage):
    with storage.transaction() as session:
        other = township_named(session, "410923205")
        actions.move(
            session, machine_of(session), unit=other, name="", orientation="portrait", by=COMMAND_LINE, at=now()
        )
    screen.open()
    wait_for(lambda: "/kiosk/villages/410923205201" in screen.kept(), LONGEST)
    assert not [url for url in screen.kept() if "/villages/410923102" in url]
    with storage.transaction() as session:
        actions.revoke(session, machine_of(session), by=COMMAND_LINE, at=now())
    screen.open()
    screen.is_fine()
    wait_for(lambda: screen.kept() and "/kiosk/villages/410923205201/affairs" not in screen.kept(), LONGEST)

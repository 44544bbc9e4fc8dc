"""The hall's screen while the line, the service or the database is away. The long trials are soaks."""

from __future__ import annotations

import time

import pytest

from tests.kiosk.hall import KEPT, machine_of, opened, wait_for
from tests.kiosk.walk import locked, walk
from tests.portal.published import DECISION, given_of, publish
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.db import Storage
from villages.machines import actions
from villages.registry.queries import township_named
from villages.settings import read_settings

VILLAGE = ".grid li:nth-child(2) a"
FOREIGN = "/kiosk/villages/410923205201"
SPOIL_CLOCK = "years => { const real = Date.now; Date.now = () => real() + years * 31557600000; return Date.now(); }"
pytestmark = pytest.mark.glass


@pytest.fixture(scope="module")
def hall(databases, tmp_path_factory):
    """A hall whose screen has kept what it should; each trial leaves it whole."""
    folder = tmp_path_factory.mktemp("hall")
    url = databases.copy("nanle")
    settings = read_settings({"VILLAGES_DATA_DIR": str(folder), "VILLAGES_DATABASE_URL": url})
    with opened(settings, folder) as found:
        found.switch_on()
        yield found
        found.switch_off()
    databases.drop(url)


@pytest.fixture
def screen(hall):
    """The hall at its home screen, all in order before and after."""
    hall.page.goto(f"{hall.base}/kiosk/")
    yield hall
    hall.is_fine()


@pytest.fixture
def storage(hall):
    storage = Storage(hall.settings.database_url, settings=hall.settings)
    yield storage
    storage.close()


def comes_back(hall):
    """Seconds until what was not kept can be read again."""
    return wait_for(lambda: hall.screen() != "later", 30)


def go(hall, path):
    hall.page.evaluate("path => kiosk.go(new URL(path, location.href))", path)


def test_a_walk_goes_on_while_the_service_is_killed_and_started(screen):
    def between(number):
        if number % 8 == 4:
            screen.kill()
        if number % 8 == 0 and number:
            screen.restart()

    seen = walk(screen, 24, between=between)
    screen.restart()
    assert len(set(seen) - {"later"}) > 3
    go(screen, FOREIGN)
    wait_for(lambda: FOREIGN in screen.page.url and screen.screen() == "village", 30)


def test_with_the_line_cut_kept_screens_come_at_once_and_others_by_themselves_when_it_is_back(screen):
    screen.line.cut()
    assert screen.tap(VILLAGE) == "village"  # it takes the first tap to notice
    began = time.monotonic()
    assert [screen.tap(".tile.affairs"), screen.tap(".lines a")] == ["section", "item"]
    assert time.monotonic() - began < 3
    wait_for(lambda: "以下为" in screen.page.locator("[data-line]").inner_text(), 15)
    assert screen.page.locator(".keys [data-needs-line]").first.get_attribute("aria-disabled") == "true"
    go(screen, FOREIGN)
    wait_for(lambda: screen.screen() == "later", 10)
    assert "这一页要等网络恢复" in screen.page.locator("main").inner_text()
    walk(screen, 10)
    go(screen, FOREIGN)
    time.sleep(8)
    screen.line.mend()
    assert comes_back(screen) < 30
    assert FOREIGN in screen.page.url


def test_a_visit_ends_without_the_line_in_a_fresh_document_at_home(screen):
    screen.line.cut()
    screen.tap(VILLAGE)
    screen.page.evaluate("document.documentElement.dataset.visitor = '1'; visit.end()")
    wait_for(lambda: screen.page.evaluate("!document.documentElement.dataset.visitor"), 15)
    wait_for(lambda: screen.screen() == "home", 15)
    wait_for(lambda: "以下为" in screen.page.locator("[data-line]").inner_text(), 15)
    screen.line.mend()
    wait_for(lambda: screen.page.locator("[data-line]").is_hidden(), 30)


def test_letters_and_digits_lead_to_a_village_without_the_line(screen, storage):
    number = screen.service.number_of("丁庄村")
    screen.tap(".ways a[href$=find]")
    screen.line.cut()
    for letter in "DZC":
        screen.page.locator(".letters a", has_text=letter).click()
    found = screen.page.locator(".grid.wide a").all_inner_texts()
    assert any("丁庄村" in each for each in found)
    screen.page.get_by_text("退一个").click()
    assert screen.page.locator(".typed b").inner_text() == "DZ"
    go(screen, "/kiosk/number")
    wait_for(lambda: screen.screen() == "number", 10)
    for digit in "00000000":
        screen.page.locator(".keypad a", has_text=digit).click()
    assert "没有这个码号" in screen.page.locator("[data-problem]").inner_text()
    screen.page.get_by_text("重来").click()
    for digit in number:
        screen.page.locator(".keypad a", has_text=digit).click()
    wait_for(lambda: screen.screen() in ("village", "later"), 10)
    screen.line.mend()


def test_nothing_that_was_typed_or_asked_is_kept(screen):
    for path in ("find?letters=dz", "number?digits=1234", "take?of=/villages/&back=/kiosk/", "?large=1&low=1", "pulse"):
        screen.page.evaluate("path => fetch(path, {headers: {Accept: 'text/html'}})", f"/kiosk/{path}")
    assert not [url for url in screen.kept() if "=" in url and "column=" not in url and "?v=" not in url]


def test_a_copy_serves_whatever_the_visitor_s_view(screen):
    screen.line.cut()
    screen.page.goto(f"{screen.base}/kiosk/?large=1")
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
    screen.page.evaluate(SPOIL_CLOCK, years)
    for worker in screen.context.service_workers:
        worker.evaluate(SPOIL_CLOCK, years)
    before = len(screen.kept())
    screen.page.evaluate("navigator.serviceWorker.controller.postMessage('look')")
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
    go(screen, FOREIGN)
    wait_for(lambda: screen.screen() != "later" and FOREIGN in screen.page.url, 30)


def test_an_earlier_worker_gives_way_by_itself_and_its_copies_stay(screen):
    screen.page.evaluate("navigator.serviceWorker.register('/kiosk/sw.js?earlier=1')")
    running = "navigator.serviceWorker.getRegistration().then(found => found.active?.scriptURL || '')"
    wait_for(lambda: screen.page.evaluate(running).endswith("earlier=1"), 30)
    screen.page.goto(f"{screen.base}/kiosk/")
    wait_for(lambda: screen.page.evaluate(running).endswith("sw.js"), 30)
    assert "/kiosk/townships/410923102" in screen.kept()


def test_without_room_the_screen_goes_on_and_catches_up_when_there_is_some(screen, storage):
    session, origin = screen.context.new_cdp_session(screen.page), {"origin": screen.base}
    session.send("Storage.overrideQuotaForOrigin", origin | {"quotaSize": 1000})
    first = announce(storage)
    screen.page.goto(f"{screen.base}/kiosk/")
    walk(screen, 5)
    time.sleep(5)
    assert first not in screen.kept()
    session.send("Storage.overrideQuotaForOrigin", origin)
    second = announce(storage)
    screen.page.goto(f"{screen.base}/kiosk/")
    wait_for(lambda: {first, second} <= set(screen.kept()), 40)


def announce(storage):
    """Publish something in a village of the hall; its screen's address."""
    with storage.transaction() as session:
        return f"/kiosk/items/{publish(session, '410923102201', DECISION, given_of(DECISION), at=now()).id}"


def test_what_was_published_is_in_the_copy_soon_after_the_line_is_back(screen, storage):
    screen.line.cut()
    screen.tap(VILLAGE)
    address = announce(storage)
    screen.line.mend()
    wait_for(lambda: address in screen.kept(), 40)


def test_another_hall_and_a_revoked_machine_leave_nothing_of_the_old_one(screen, storage):
    with storage.transaction() as session:
        other = township_named(session, "410923205")
        actions.move(
            session, machine_of(session), unit=other, name="", orientation="portrait", by=COMMAND_LINE, at=now()
        )
    screen.page.goto(f"{screen.base}/kiosk/")
    wait_for(lambda: "/kiosk/villages/410923205201" in screen.kept(), 60)
    assert not [url for url in screen.kept() if "/villages/410923102" in url]
    with storage.transaction() as session:
        actions.revoke(session, machine_of(session), by=COMMAND_LINE, at=now())
    screen.page.goto(f"{screen.base}/kiosk/")
    screen.is_fine()
    wait_for(lambda: screen.page.evaluate(KEPT) and "/kiosk/villages/410923205201/affairs" not in screen.kept(), 60)

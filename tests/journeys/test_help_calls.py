"""Somebody in a hall asks for a person: whoever sits at any staff page sees it without loading it anew."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select

from tests.factories import NOON, PASSWORD, TESTER
from tests.intake.cases import make_case
from tests.service_process import served
from tests.staff import TOWNSHIP
from villages.accounts.actions import add_staff
from villages.accounts.models import Staff
from villages.core.clock import now
from villages.core.db import Storage
from villages.intake import handling
from villages.intake.models import Case
from villages.machines.actions import answer_help, approve, ask, call_for_help
from villages.machines.models import HelpCall
from villages.machines.queries import kiosk_of_token
from villages.registry.queries import unit_by_code
from villages.settings import read_settings

WORDS = "有人请求帮助"
pytestmark = pytest.mark.glass


@pytest.fixture(scope="module")
def service(databases, tmp_path_factory):
    """A hall with its machine, a handler, and the running service."""
    url, folder = databases.copy("nanle"), tmp_path_factory.mktemp("hall")
    settings = read_settings({"VILLAGES_DATA_DIR": str(folder), "VILLAGES_DATABASE_URL": url})
    storage = Storage(settings.database_url, settings=settings)
    with storage.transaction() as session:
        unit = unit_by_code(session, TOWNSHIP)
        add_staff(session, "示例承办", role="handler", unit=unit, password=PASSWORD, by=TESTER, at=NOON)
        kiosk = ask(session, token="示例", screen="1080x1920", at=now())
        approve(session, kiosk, unit=unit, name="", orientation="portrait", by=TESTER, at=now())
    with served(settings, folder / "serve.log", workers=1) as running:
        running.storage = storage
        yield running
    storage.close()
    databases.drop(url)


@pytest.fixture
def hall(service):
    """Nobody has called yet."""
    with service.storage.transaction() as session:
        session.execute(delete(HelpCall))
    return service


@pytest.fixture
def ring(hall):
    def call(phone=""):
        with hall.storage.transaction() as session:
            machine = kiosk_of_token(session, "示例")
            return call_for_help(session, machine, screen="home", phone=phone, at=now() - timedelta(seconds=70)).id

    return call


@pytest.fixture
def page(hall, browser):
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(30_000)
    page.clock.install()
    page.goto(f"{hall.base}/admin/sign-in")
    page.fill("#name", "示例承办")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="今天要办的事")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page


def test_a_call_appears_by_itself_and_the_title_blinks_until_somebody_is_there(page, ring):
    title = page.title()
    ring()
    assert page.get_by_text(WORDS).count() == 0
    page.clock.run_for(15_000)
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert page.title() == WORDS
    page.clock.run_for(1_000)
    assert page.title() == title
    page.clock.run_for(1_000)
    assert page.title() == WORDS
    page.mouse.click(600, 600)
    assert page.title() == title
    page.clock.run_for(30_000)
    assert page.title() == title  # it is known now
    page.get_by_role("button", name="我去").click()
    expect(page.get_by_text("由您应答")).to_be_visible()
    assert page.get_by_text(WORDS).count() == 0


def test_what_another_answered_goes_away_by_itself(page, ring, hall):
    number = ring()
    page.reload()
    expect(page.get_by_text(WORDS)).to_be_visible()
    with hall.storage.transaction() as session:
        answer_help(session, session.get(HelpCall, number), by=TESTER, at=now())
    page.clock.run_for(15_000)
    expect(page.get_by_text(WORDS)).to_have_count(0)


def test_a_new_case_is_told_and_counted_until_somebody_else_has_begun_it(page, hall):
    title, line = page.title(), page.locator("#menu a", has_text="诉求和申请")
    with hall.storage.transaction() as session:
        township, at = unit_by_code(session, TOWNSHIP), now()
        number = make_case(session, unit=township, at=at).id
    page.clock.run_for(15_000)
    link = page.get_by_role("status").get_by_role("link", name="诉求和申请：新来 1 件，去看")
    expect(link).to_be_visible()
    assert page.title() == f"新来 1 件 · {title}"
    expect(line.locator(".count")).to_have_text("1 件要办")
    with hall.storage.transaction() as session:
        staff = session.scalar(select(Staff).where(Staff.name == "示例承办"))
        handling.accept(session, session.get(Case, number), by=staff, at=now())
    page.clock.run_for(15_000)
    expect(link).to_have_count(0)
    assert page.title() == title
    expect(line.locator(".count")).to_be_hidden()


def test_a_line_that_is_gone_breaks_nothing_and_what_came_meanwhile_is_shown_after(page, ring):
    page.context.set_offline(True)
    ring("13800000000")
    page.clock.run_for(45_000)
    assert page.get_by_text(WORDS).count() == 0
    page.context.set_offline(False)
    page.clock.run_for(15_000)
    page.get_by_role("link", name="留了电话，看号码").click()
    expect(page.get_by_text("13800000000")).to_be_visible()
    page.get_by_role("button", name="已经回了电话").click()
    expect(page.get_by_text("由您应答")).to_be_visible()

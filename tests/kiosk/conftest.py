"""Fixtures of the tests in the hall."""

from __future__ import annotations

import pytest
from lxml import html

from tests import chromium
from tests.conftest import standing
from tests.kiosk.glass import PORTRAIT, QUIET, Glass, Hall
from tests.kiosk.keyboard import keep_dictionary
from tests.portal.conftest import put
from tests.portal.test_files import add, draft, release, work
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.migration import migrate
from villages.plates.actions import issue_missing
from villages.registry.commands import read_county
from villages.registry.loading import load
from villages.service.commands import BUNDLED

__all__ = ["add", "draft", "put", "release", "work"]

FEW = ("410923102201", "410923102202", "410923102203", "410923205201", "410923104222")
HERE = "https://www.county.gov.cn"


@pytest.fixture
def ask(app):
    """Asks for an address below /kiosk; the answer."""
    client = app.test_client()
    return lambda path, **more: client.get(f"/msgk/kiosk{path}", base_url=HERE, **more)


@pytest.fixture
def screen(ask):
    """Opens a screen by its path below /kiosk: its tree."""

    def opened(path, status=200):
        answer = ask(path)
        assert answer.status_code == status, path
        return html.fromstring(answer.text)

    return opened


def links(tree):
    """Text -> address of every link, white space left out."""
    return {"".join("".join(a.itertext()).split()): a.get("href") for a in tree.iter("a")}


@pytest.fixture
def hall(make_app):
    """The service, reached by machines in a hall."""
    app = make_app(VILLAGES_PUBLIC_URL="http://127.0.0.1/")
    keep_dictionary(app)  # else the first page has one made, by a process that outlives the test
    hall = Hall(app)
    yield hall
    hall.go_away()


@pytest.fixture(scope="module")
def standing_app(databases, tmp_path_factory):
    """One application, with its dictionary, for all tests of a module that change nothing."""
    with standing(databases, tmp_path_factory.mktemp("data"), VILLAGES_PUBLIC_URL="http://127.0.0.1/") as app:
        keep_dictionary(app)
        yield app


@pytest.fixture(scope="session")
def few_villages(databases):
    """The real county, with so few of its villages that a screen has soon kept what it should."""

    def fill(storage):
        migrate(storage)
        few = [each for each in read_county(BUNDLED) if each.code.startswith(FEW)]
        with storage.transaction() as session:
            load(session, few, by=COMMAND_LINE, at=now())
            issue_missing(session, by=COMMAND_LINE, at=now())

    databases.make("few villages", fill)
    return "few villages"


@pytest.fixture(scope="module")
def browser():
    with chromium.started(QUIET) as opened:
        yield opened


@pytest.fixture
def glass(browser, hall):
    """A touchscreen; without the worker that keeps pages, since here it is tried what holds without it."""
    context = browser.new_context(viewport=PORTRAIT, has_touch=True, service_workers="block")
    screen = Glass(context.new_page(), hall)
    yield screen
    context.close()
    assert screen.errors == []

"""Where the keyboard's dictionary comes from: made off the request path, kept, made anew when a name changes."""

from __future__ import annotations

import gzip

import brotli
import pytest

from tests.kiosk.keyboard import keep_dictionary
from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.registry.actions import rename
from villages.registry.queries import unit_by_code

YUSHI = "410923100205"
pytestmark = pytest.mark.glass


@pytest.fixture
def made(app):
    """Waits for the process that makes a dictionary."""
    yield lambda: app.extensions["words"].wait(120)
    if "words" in app.extensions:
        app.extensions["words"].kill()
        app.extensions["words"].wait()


def address(screen):
    return screen("/").find(".//meta[@name='words']").get("content").removeprefix("/msgk/kiosk")


def test_nobody_waits_for_it_and_then_it_is_kept_for_good(app, ask, screen, made):
    first = ask(address(screen))
    assert (first.status_code, first.headers["Retry-After"]) == (202, "3")
    assert first.headers["Cache-Control"] == "no-store"
    assert made() == 0
    answer = ask(address(screen), headers={"Accept-Encoding": "br"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < 600_000
    text = brotli.decompress(answer.data).decode()
    assert "|nan le:南乐" in text
    packed = ask(address(screen), headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) < 600_000
    assert gzip.decompress(packed.data).decode() == text
    assert ask(address(screen), headers={"Accept-Encoding": "identity"}).text == text
    folder = app.extensions["settings"].data_dir / "words"
    assert {path.suffix for path in folder.iterdir()} == {".br", ".gz", ".lock"}


def test_after_a_renaming_the_one_before_serves_until_the_new_is_made(app, ask, screen, made):
    keep_dictionary(app)
    before = address(screen)
    with app.extensions["storage"].transaction() as session:
        rename(session, unit_by_code(session, YUSHI), "槐荫村", by=COMMAND_LINE, at=now())
    after = address(screen)
    assert after != before
    meanwhile = ask(after)
    assert (meanwhile.status_code, meanwhile.headers["Cache-Control"]) == (200, "no-cache")
    assert "槐荫村" not in meanwhile.text
    assert made() == 0
    assert "槐荫村" in ask(after).text
    assert "immutable" in ask(after).headers["Cache-Control"]
    assert ask(before).headers["Cache-Control"] == "no-cache"

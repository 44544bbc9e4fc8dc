"""Fixtures of the tests in the hall."""

from __future__ import annotations

import pytest
from lxml import html

from tests.portal.conftest import put
from tests.portal.test_files import add, draft, release, work

__all__ = ["add", "draft", "put", "release", "work"]

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

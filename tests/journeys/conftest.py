"""A browser for every journey."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import chromium


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser of the journey's own."""
    with chromium.started() as browser:
        yield browser

"""A fresh copy of one small county for every test of the intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.databases import Databases
from tests.intake.cases import make_county
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.settings import Settings
from wsgi import whole

TEMPLATE = "intake"


@pytest.fixture(scope="session")
def small_county(databases: Databases) -> str:
    databases.make(TEMPLATE, _fill)
    return TEMPLATE


def _fill(storage: Storage) -> None:
    migrate(storage)
    with storage.transaction() as session:
        make_county(session)


@pytest.fixture
def office(small_county: str, make_settings: Callable[..., Settings]) -> Iterator[Storage]:
    """A database with the county of tests/intake/cases.py, its calendar, and no case yet."""
    settings = make_settings(small_county)
    storage = Storage(settings.database_url, settings=settings)
    yield storage
    storage.close()


@pytest.fixture
def desk_app(small_county: str, make_settings: Callable[..., Settings]) -> Iterator[Flask]:
    """The application on the small county."""
    app = whole(make_settings(small_county))
    app.testing = True
    yield app
    for name in ("front", "scans", "counting", "storage"):
        app.extensions[name].close()

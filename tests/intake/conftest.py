"""A fresh copy of one small county for every test of the intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.intake.cases import County, county_in, make_county
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.settings import Settings

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
def begun(office: Storage) -> Iterator[tuple[Session, County]]:
    """An open transaction on that database, and the county."""
    with office.transaction() as session:
        yield session, county_in(session)

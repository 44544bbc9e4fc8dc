"""A fresh copy of one small county for every test of the intake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import applications
from tests.databases import Databases
from tests.intake.cases import County, county_in, make_county
from tests.intake.servers import MailServer, RobotServer, running
from tests.intake.writer import Writer
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.intake import flooding
from villages.settings import Settings

TEMPLATE = "intake"


@pytest.fixture(scope="session")
def small_county(databases: Databases) -> str:
    databases.make(TEMPLATE, fill)
    return TEMPLATE


def fill(storage: Storage) -> None:
    """The template's content."""
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


@pytest.fixture
def cases_app(small_county: str, make_settings: Callable[..., Settings]) -> Iterator[Flask]:
    """The whole service on that county."""
    with applications.running(make_settings(small_county)) as app:
        yield app


@pytest.fixture
def writer(cases_app: Flask) -> Writer:
    """Somebody with a telephone who writes to the government."""
    return Writer(cases_app)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Forms are sent as long after they were opened as a person takes; patient(0): at once."""

    def take(seconds: int) -> None:
        monkeypatch.setattr(flooding, "TOO_QUICK", timedelta(seconds=2 if not seconds else 0))

    take(5)
    return take


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that keeps what it is given."""
    server = MailServer()
    with running(server):
        yield server


@pytest.fixture
def robot() -> Iterator[RobotServer]:
    """A group's robot that keeps what it is told."""
    server = RobotServer()
    with running(server):
        yield server

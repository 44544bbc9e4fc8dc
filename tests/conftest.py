"""Real databases for every test, fresh copies, SQLite or PostgreSQL; and the ways to reach the service."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from playwright.sync_api import expect

from tests import applications
from tests.databases import Databases, PostgresDatabases, SqliteDatabases, in_memory
from tests.visit import Visitor
from villages.__main__ import run
from villages.accounts import passwords
from villages.audit.models import COMMAND_LINE
from villages.calendar.actions import seed
from villages.core.clock import now
from villages.core.db import Storage
from villages.core.migration import migrate
from villages.disclosures.sample import add_sample
from villages.plates.actions import issue_missing
from villages.registry.commands import read_county
from villages.registry.loading import load
from villages.service.commands import BUNDLED
from villages.settings import Settings, read_settings

# On a busy machine; whatever is to come comes sooner.
expect.set_options(timeout=30_000)
PUBLIC_URL = "https://www.county.gov.cn/msgk/"
# What the service hashes passwords with. Its cost is half of a test that signs somebody in, so tests pay the least.
SLOW_HASHER = passwords.HASHER
passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what reaches a database: all else is the same and has run beside SQLite."""
    if config.getoption("--database") == "postgresql":
        without = [
            item for item in items
            if "databases" not in getattr(item, "fixturenames", ()) or item.get_closest_marker("glass")
        ]  # fmt: skip
        items[:] = [item for item in items if item not in set(without)]
        config.hook.pytest_deselected(items=without)


def pytest_collection_finish() -> None:
    """What was loaded stays: else a quarter of the run goes into looking through it for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 5)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A folder of tests none of which reaches a database has nothing to run on PostgreSQL."""
    gc.unfreeze()
    none_left = exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
    if none_left and session.config.getoption("--database") == "postgresql":
        session.exitstatus = pytest.ExitCode.OK


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    kind = PostgresDatabases if request.config.getoption("--database") == "postgresql" else SqliteDatabases
    # Not pytest's own temporary folder: other runs on the machine take its older folders away, with a server in them.
    place = None if request.config.getoption("-m") == "soak" else in_memory()
    with tempfile.TemporaryDirectory(prefix="villages-tests-", dir=place) as folder, kind(Path(folder)) as made:
        made.make("blank", migrate)
        made.make("nanle", _load_nanle)
        yield made


def _load_nanle(storage: Storage) -> None:
    migrate(storage)
    with storage.transaction() as session:
        load(session, read_county(BUNDLED), by=COMMAND_LINE, at=now())
        issue_missing(session, by=COMMAND_LINE, at=now())


@pytest.fixture
def make_settings(databases: Databases, tmp_path: Path) -> Iterator[Callable[..., Settings]]:
    """Settings of a fresh installation: its database a copy of `template`, or none yet."""
    urls: list[str] = []

    def make(template: str | None, **given: str) -> Settings:
        urls.append(databases.copy(template))
        folder = tmp_path / f"data{len(urls)}"
        folder.mkdir()
        environment = {
            "VILLAGES_DATA_DIR": str(folder),
            "VILLAGES_DATABASE_URL": urls[-1],
            "VILLAGES_PUBLIC_URL": PUBLIC_URL,
        }
        return read_settings(environment | given)

    yield make
    for url in urls:
        databases.drop(url)


def _storage(settings: Settings) -> Storage:
    return Storage(settings.database_url, settings=settings)


@pytest.fixture
def blank(make_settings: Callable[..., Settings]) -> Iterator[Storage]:
    """A migrated database with nothing in it."""
    storage = _storage(make_settings("blank"))
    yield storage
    storage.close()


@pytest.fixture
def nanle(make_settings: Callable[..., Settings]) -> Iterator[Storage]:
    """The real county, every village with its plate."""
    storage = _storage(make_settings("nanle"))
    yield storage
    storage.close()


@pytest.fixture(scope="session")
def sample_template(databases: Databases) -> str:
    """The name of a database of the real county with its whole sample, made as late as now and once."""
    databases.templates["sampled"] = databases.copy("nanle")
    storage = Storage(databases.templates["sampled"])
    with storage.transaction() as session:
        seed(session, by=COMMAND_LINE, at=now())
        add_sample(session, by=COMMAND_LINE, at=now())
    storage.close()
    return "sampled"


@pytest.fixture
def sampled_county(make_settings: Callable[..., Settings], sample_template: str) -> Iterator[Storage]:
    """The real county with its whole sample."""
    storage = _storage(make_settings(sample_template))
    yield storage
    storage.close()


@pytest.fixture
def make_app(make_settings: Callable[..., Settings]) -> Iterator[Callable[..., Flask]]:
    """Applications on the real county, with settings as given."""
    apps: list[Flask] = []

    def make(**given: str) -> Flask:
        apps.append(applications.opened(make_settings("nanle", **given)))
        return apps[-1]

    yield make
    for app in apps:
        applications.close(app)


@contextmanager
def standing(databases: Databases, folder: Path, **given: str) -> Iterator[Flask]:
    """An application on the real county for a whole module, whose tests leave each other's things alone."""
    url = databases.copy("nanle")
    told = {"VILLAGES_DATA_DIR": str(folder), "VILLAGES_DATABASE_URL": url, "VILLAGES_PUBLIC_URL": PUBLIC_URL}
    with applications.running(read_settings(told | given)) as app:
        yield app
    databases.drop(url)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def visit(app: Flask) -> Visitor:
    """A villager with a browser: every page they open is checked."""
    return Visitor(app)


@pytest.fixture
def villages(make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, capfd: Any) -> Callable[..., Any]:
    """The command line on a fresh installation that was not set up yet: villages("init") -> status, out, err."""
    settings = make_settings(None)
    monkeypatch.setenv("VILLAGES_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("VILLAGES_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("VILLAGES_PUBLIC_URL", PUBLIC_URL)
    shutil.rmtree(settings.data_dir)

    def call(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return status, out, err

    return call

"""Brings the database to the newest form of its tables, and says whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from villages.core.db import Storage
from villages.core.refusal import Refusal

FOLDER = Path(__file__).resolve().parents[1] / "migrations"


def config(storage: Storage | None = None) -> Config:
    """Alembic's settings for our migrations; with a storage, they run on its database."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    if storage is not None:
        settings.attributes["engine"] = storage.writer
    return settings


def newest() -> str:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def current(storage: Storage) -> str:
    """The revision the database is at; empty before the first."""
    with storage.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def migrate(storage: Storage) -> None:
    """Create or upgrade every table, in one transaction. A new SQLite file is its owner's alone."""
    if storage.path is not None:
        storage.path.touch(mode=0o600)
    command.upgrade(config(storage), "head")


def need_newest(storage: Storage) -> None:
    """Raise Refusal unless the database is there and up to date."""
    if storage.path is not None and not storage.path.exists():
        raise Refusal(f"数据库还没有建立（{storage.path}），请先运行 villages init")
    if current(storage) != newest():
        raise Refusal("数据库的版本与程序不一致，请先运行 villages init")

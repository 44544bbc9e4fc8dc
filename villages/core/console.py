"""What commands share: the installation they work on, how they print, and how long work shows its progress."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import click

from villages.core.db import Storage
from villages.core.migration import need_newest
from villages.settings import Settings, read_settings


@dataclass
class Installation:
    """The installation a command works on, opened when first needed."""

    environment: dict[str, str]

    @cached_property
    def settings(self) -> Settings:
        """Its settings."""
        return read_settings(self.environment)

    @cached_property
    def unready_storage(self) -> Storage:
        """Its database, whatever state it is in."""
        storage = Storage(self.settings.database_url, settings=self.settings)
        storage.address = f"本机 {_user()}".strip()
        return storage

    def close(self) -> None:
        """Give the database's connections back, where it was opened."""
        if "unready_storage" in self.__dict__:
            self.unready_storage.close()

    @cached_property
    def storage(self) -> Storage:
        """Its database; raises Refusal unless it was set up by `villages init`."""
        need_newest(self.unready_storage)
        return self.unready_storage


def _user() -> str:
    """Whoever the machine says runs the command; '' where it does not know (such as in a container)."""
    try:
        return getpass.getuser()[:40]
    except (KeyError, OSError, ImportError):
        return ""


def installation() -> Installation:
    """The installation of the running command."""
    return cast("Installation", click.get_current_context().find_object(Installation))


def say(text: str) -> None:
    """Print one line for the person at the terminal."""
    click.echo(text)


def warn(text: str) -> None:
    """Print one line on standard error."""
    click.echo(text, err=True)


def print_json(document: Any) -> None:
    """Print one JSON document, and nothing else, on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", help="给人看的表格，或给程序用的 JSON"
)


class Progress:
    """A bar on a terminal, a line every tenth elsewhere; on standard error, so that output stays clean."""

    def __init__(self, title: str) -> None:
        self._title, self._shown = title, -1
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show how far the work is."""
        share = 100 if total == 0 else done * 100 // total
        step = share if self._live else share // 25 * 25
        if step == self._shown:
            return
        self._shown = step
        if self._live:
            bar = "█" * (share // 5) + "░" * (20 - share // 5)
            click.echo(f"\r{self._title} {bar} {done}/{total}", nl=done >= total, err=True)
        elif step:
            click.echo(f"{self._title} {done}/{total}", err=True)


def columns(rows: Iterable[Iterable[str]], header: Iterable[str]) -> str:
    """Rows as a table whose columns line up, Chinese characters counted as two."""
    table = [list(header), *[list(row) for row in rows]]
    widths = [max(_width(row[i]) for row in table) for i in range(len(table[0]))]
    pad: Callable[[str, int], str] = lambda cell, width: cell + " " * (width - _width(cell))  # noqa: E731
    return "\n".join("  ".join(pad(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in table)


def _width(cell: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in cell)  # noqa: PLR2004 - CJK starts here

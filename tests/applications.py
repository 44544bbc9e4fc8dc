"""The service as an application inside the tests: opened on a database, closed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from villages.settings import Settings
from wsgi import whole


class CompiledPages(BytecodeCache):
    """Templates once compiled serve every application of the run."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


class KnownRule(Rule):
    """An address; how links to it are written, most of the work of opening an application, is found out once a run."""

    known: ClassVar[dict[tuple[Any, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - as its parent
        key = (append_unknown, tuple(self._trace), repr(self.defaults))
        if key not in self.known:
            self.known[key] = super()._compile_builder(append_unknown)
        return self.known[key]


PAGES = CompiledPages()
Flask.url_rule_class = KnownRule


def opened(settings: Settings) -> Flask:
    """The whole service, both faces; to be closed."""
    app = whole(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = PAGES
    return app


def close(app: Flask) -> None:
    """End what an application keeps running."""
    for name in ("front", "scans", "counting", "storage"):
        app.extensions[name].close()


@contextmanager
def running(settings: Settings) -> Iterator[Flask]:
    """The whole service for as long as it is needed."""
    app = opened(settings)
    yield app
    close(app)

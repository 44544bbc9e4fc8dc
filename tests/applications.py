"""The service as an application inside the tests: opened on a database, closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

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


PAGES = CompiledPages()


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

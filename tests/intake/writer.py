"""Somebody who writes to the government with a telephone: opens forms, fills them in, sends them, keeps receipts."""

from __future__ import annotations

import io
import re
from typing import Any

from flask import Flask
from lxml import html
from PIL import Image
from werkzeug.test import TestResponse

from tests.intake.cases import TEXT
from tests.visit import Page, Visitor, check
from villages.core.db import Storage

FORM = "/cases/new?kind={kind}"


class Writer(Visitor):
    """A visitor who sends forms and has cookies; the pages are checked like all others."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.base += "/msgk"  # the cookies hold below it

    @property
    def storage(self) -> Storage:
        """The database behind the pages."""
        return self.client.application.extensions["storage"]

    def send(self, path: str, **form: Any) -> Page:
        """Send a form and read the page that answers it; `files` in lists."""
        response = self.client.post(path, base_url=self.base, data=form, content_type="multipart/form-data")
        page = Page(response, html.document_fromstring(response.text or "<p>"))
        if response.mimetype == "text/html" and response.status_code not in (302, 303):
            check(page, path)
        return page

    def form(self, kind: str, more: str = "") -> dict[str, Any]:
        """What a form of a kind holds when it is opened."""
        page = self.get(FORM.format(kind=kind) + more)
        return held_by(page)

    def write(self, kind: str, more: str = "", **typed: Any) -> Page:
        """Open a form, fill it in, send it."""
        return self.send(FORM.format(kind=kind), **{**self.form(kind, more), "text": TEXT, **typed})

    def receipt(self, sent: Page) -> tuple[str, str]:
        """The number and the code that the page after a form shows."""
        assert sent.response.status_code == 303, sent.text
        shown = self.get(sent.response.location.removeprefix("/msgk"))
        number, code = (re.sub(r"\s", "", "".join(dd.itertext())) for dd in shown.tree.xpath("//dl/div/dd")[:2])
        return number, code


def held_by(page: Page) -> dict[str, Any]:
    """The fields of a page's form with what stands in them."""
    form = page.tree.xpath("//form[@class='write']")[0]
    return {name: (value or "").removeprefix("\n") for name, value in form.form_values() if name}


def photo(colour: str = "red", size: tuple[int, int] = (60, 40)) -> tuple[io.BytesIO, str]:
    """A photograph as a telephone sends it."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    file.seek(0)
    return file, "IMG_示例.jpg"


def state(response: TestResponse) -> str:
    """Where an answer leads, without the prefix; '' for a page."""
    return (response.location or "").removeprefix("/msgk")

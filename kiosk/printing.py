"""What a visitor may take along on paper: an item on A4 or on a strip of a receipt printer, never a roster."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, abort, render_template
from markupsafe import Markup

from kiosk.machine import this_machine
from villages.core.clock import SHANGHAI, day_of, now
from villages.core.web import db
from villages.disclosures.kind import Kind
from villages.paper import notices, preview, receipts
from villages.paper.errors import PaperError
from villages.paper.notices import Notice
from villages.portal import showing
from villages.portal.notice_sheets import notice_of
from villages.registry.models import Unit

# Of one item, and of one visitor until the screen forgets them.
MOST_PAGES, MOST_OF_A_VISITOR = 4, 8


@dataclass(frozen=True)
class Form:
    """A sort of paper: how it is composed, the width that its printer takes, and how fine it draws."""

    label: str
    words: str
    compose: Any
    width_mm: int
    width_px: int

    def style(self, pictures: Sequence[bytes]) -> str:
        """The style sheet that puts one picture on each sheet; a strip is as long as its picture."""
        width, height = struct.unpack(">II", pictures[0][16:24])  # PNG's first chunk
        size = f"{self.width_mm}mm {self.width_mm * height / width:.1f}mm"
        page = f"@page{{size:{size};margin:0}}"
        return page + f"body{{margin:0}}img{{display:block;width:{self.width_mm}mm;break-inside:avoid}}"


# At 203 dots per inch (receipt printers) and at 150 (A4).
FORMS = {
    "a4": Form("A4 纸", "字大，能贴在墙上", notices.compose, 210, 1240),
    "receipt": Form("小票", "一小条，带在身上", receipts.compose, 72, 576),
}


def forms() -> dict[str, Form]:
    """What the machine's printer takes; all of it for a browser that is no machine of ours."""
    machine = this_machine()
    return FORMS if machine is None else {name: form for name, form in FORMS.items() if name == machine.paper}


def refusal(kind: Kind) -> str:
    """Why items of a kind are not printed here, in Chinese; '' where they are."""
    if not kind.listed:
        return "这是名单，上面有别人的名字，不能打印。要看自己的情况，请用“带走阅读”，或者问工作人员。"
    return ""


def paper(item_id: int, form: str) -> Response:
    """The pages of an item as pictures, one to a sheet, for the printer."""
    chosen = forms().get(form) or abort(404)
    return sheets(pages(item_id, chosen) or abort(422), chosen)


def sheets(pictures: Sequence[bytes], form: Form) -> Response:
    """What the browser sends to the printer."""
    style = form.style(pictures)
    page = render_template("kiosk/paper.html", pages=map(_address, pictures), style=Markup(style))  # noqa: S704 - ours
    answer = Response(page, mimetype="text/html")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; frame-ancestors 'self'"
    )
    return answer


def pages(item_id: int, form: Form) -> list[bytes]:
    """The pages as PNG; none where the item is not printed here or is longer than MOST_PAGES."""
    shown, unit = printed(item_id)
    if refusal(shown.kind):
        return []
    return drawn(notice_of(shown, unit), form, at=shown.edition.published_at)


def drawn(notice: Notice, form: Form, *, at: datetime) -> list[bytes]:
    """A notice as PNG, page by page; none where it cannot be set or is longer than MOST_PAGES."""
    try:
        pdf = form.compose(notice, stamp=at.astimezone(SHANGHAI))
    except PaperError:
        return []
    return preview.pages(pdf, width_px=form.width_px) if preview.page_count(pdf) <= MOST_PAGES else []


def _address(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def printed(item_id: int) -> tuple[showing.Shown, Unit]:
    """The latest edition of a public item, and whose it is; 404 where there is none."""
    unit = showing.unit_of_item(db(), item_id) or abort(404)
    found = showing.item_now(db(), item_id, day_of(now()))
    shown = showing.shown(found) if found is not None and found.is_public else None
    return (shown or abort(404)), unit

"""What a draft will look like on a phone and on the notice-board, for those who speak for it alone."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from villages.core.access import Permission, allow
from villages.core.clock import SHANGHAI, now
from villages.core.web import db
from villages.disclosures.admin.blueprint import item_of_mine, shown_to_me
from villages.disclosures.attachments import files_of
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.public_queries import label_of, period_told
from villages.disclosures.values import title_of, values_from_json
from villages.paper.errors import PaperError
from villages.paper.notices import compose
from villages.portal import drawing
from villages.portal.notice_sheets import notice_of
from villages.portal.sections import BY_KEY
from villages.portal.showing import Shown
from villages.registry.queries import contact_of

MARK = "预览，勿张贴"


class Coming(Shown):
    """What is not public yet, shown as the edition in force."""

    @property
    def is_latest(self) -> bool:
        """As it will be."""
        return True


bp = Blueprint("previewing", __name__, template_folder="templates")


@bp.get("/admin/items/<int:item_id>/preview")
@allow(Permission.WRITE, Permission.REVIEW, Permission.PUBLISH)
def phone(item_id: int) -> str:
    """The phone's page in a frame of its width."""
    return render_template("portal/preview.html", item=item_of_mine(item_id))


@bp.get("/admin/items/<int:item_id>/preview/page")
@allow(Permission.WRITE, Permission.REVIEW, Permission.PUBLISH)
def phone_page(item_id: int) -> Response:
    """The page as a villager would see it, drawn by the same template."""
    shown = _shown(shown_to_me(item_of_mine(item_id)))
    item, unit = shown.item, shown.item.unit
    return make_response(
        render_template(
            "portal/item.html", item=item, unit=unit, contact=contact_of(db(), unit.successor), shown=shown,
            kind=shown.kind, part=None, money=None, facts=drawing.facts(shown.kind, shown.values),
            parts=drawing.parts(shown.kind, shown.values), files=drawing.files(shown.kind, shown.values),
            attached=files_of(item), section=BY_KEY[shown.kind.section], related=(), indexed=False, has_whole=False,
            as_one=False,
        )
    )  # fmt: skip


@bp.get("/admin/items/<int:item_id>/preview/sheet.pdf")
@allow(Permission.WRITE, Permission.REVIEW, Permission.PUBLISH)
def sheet(item_id: int) -> Response:
    """The notice-board sheet, marked all over as a preview."""
    shown = _shown(shown_to_me(item_of_mine(item_id)))
    try:
        pdf = compose(notice_of(shown, shown.item.unit, mark=MARK), stamp=now().astimezone(SHANGHAI))
    except PaperError as error:
        return make_response(render_template("portal/no_sheet.html", item=shown.item, lines=error.lines), 422)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"preview-{item_id}.pdf")
    return answer


def _shown(item: Item) -> Shown:
    """The draft as if it were public from now on; the edition is made for this answer and never stored."""
    kind = kinds()[item.kind]
    values = values_from_json(kind, item.draft)
    edition = Edition(
        number=len(item.editions) + 1, title=title_of(kind, values), content=item.draft, published_at=now(), note=""
    )
    return Coming(item, kind, edition, values, label_of(period_told(kind, item)))

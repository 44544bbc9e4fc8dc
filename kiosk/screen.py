"""What every screen has: its frame, its keys, and addresses that carry the visitor's view along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request, url_for

from kiosk import files, words
from kiosk.machine import here, rules, state, this_machine
from villages.core.clock import SHANGHAI, now
from villages.core.web import settings
from villages.registry.models import Unit

# What a visitor may choose without scripts; with them the choice lives in the document until the wipe.
VIEWS = {"large": "大字", "low": "放低"}


def set_up(bp: Blueprint) -> None:
    """Give the templates of a blueprint what the frame needs."""
    shared = {"at": at, "scripts": files.elements, "version": files.version, "words": words.address}
    bp.context_processor(lambda: shared | {"view": view()})


def draw(
    name: str, *, sheet: str = "", up: str = "", take: str = "", aloud: str = "", **values: Any
) -> str:  # fmt: skip
    """Draw a screen. `sheet`: its template, where it has several. `up`: where 返回 leads, home unless given.

    `take`: the path of the same thing on a phone, for 带走阅读. `aloud`: where its sound is.
    """
    moment, g.is_drawn = now(), True
    return render_template(
        f"kiosk/{sheet or name}.html", name=name, up=up or at("home"), take=take, aloud=aloud, machine=this_machine(),
        hall=here(), made=moment.isoformat(timespec="seconds"), clock=moment.astimezone(SHANGHAI), switch=_switch(),
        state=state(), idle=rules()["kiosk_idle"], **values,
    )  # fmt: skip


def at(screen: str, **values: Any) -> str:
    """The address of a screen, in the view that the visitor has chosen."""
    return url_for(f"kiosk.{screen}", **values, **view())


def view() -> dict[str, Any]:
    """What the address chooses of VIEWS."""
    return {name: "1" for name in VIEWS if request.args.get(name) == "1"}


def public_address(path: str) -> str:
    """The whole address of a public page, as a code carries it. `path`: as `url_for` gives it, with our prefix."""
    return settings().base_url + path.removeprefix(settings().prefix).removeprefix("/")


def _switch() -> Mapping[str, str]:
    """For each view the address of this screen with it turned round."""
    if request.method != "GET" or request.endpoint is None:
        return {name: at("home", **{name: "1"}) for name in VIEWS if name not in view()}
    given = {**(request.view_args or {}), **request.args.to_dict()}
    turned = {name: given | {name: None if name in view() else "1"} for name in VIEWS}
    return {name: current_app.url_for(request.endpoint, **values) for name, values in turned.items()}


def path_of(unit: Unit) -> str:
    """The public page of a unit."""
    return url_for("portal.unit", code=unit.division_code)


def unkept(page: str) -> Response:
    """A screen of which nothing is kept anywhere."""
    answer = Response(page, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer

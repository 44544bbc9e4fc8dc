"""Our own scripts, served by us; they only improve pages that work without them. And the three of public pages."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

from villages.core.access import ANYBODY, allow

STATIC = Path(__file__).resolve().parents[2] / "static"
bp = Blueprint("scripts", __name__)


@bp.get("/admin/scripts/<name>.js")
@allow(ANYBODY)
def script(name: str) -> Response:
    """One of the staff's scripts."""
    return answer("admin", name)


def answer(audience: str, name: str) -> Response:
    """A script of an audience; kept for good by the browser under the digest in its address."""
    if name not in names(audience):
        abort(404)
    response = Response(_text(audience, name), mimetype="text/javascript")
    if request.args.get("v") == digest(audience, name):
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@cache
def names(audience: str = "admin") -> frozenset[str]:
    """The scripts there are for an audience."""
    return frozenset(path.stem for path in (STATIC / audience).glob("*.js"))


def element(name: str) -> Markup:
    """The element that loads one of the staff's scripts after the page has been read."""
    return tag(url_for("scripts.script", name=name, v=digest("admin", name)))


def tag(address: str) -> Markup:
    """The element that loads a script after the page has been read."""
    return Markup('<script src="{}" defer></script>').format(address)


@cache
def digest(audience: str, name: str) -> str:
    """What tells one version of a script from another."""
    return hashlib.sha256(_text(audience, name).encode()).hexdigest()[:12]


def speed_script() -> Markup:
    """Stands inside public pages and tells how fast a page opened (static/public/speed.js)."""
    return _inline("speed")


def keep_script() -> Markup:
    """Stands inside forms to the government and keeps what was typed until it arrived (static/public/keep.js)."""
    return _inline("keep")


def shrink_script() -> Markup:
    """Stands inside forms that take photographs and makes them smaller before they go (static/public/shrink.js)."""
    return _inline("shrink")


@cache
def _inline(name: str) -> Markup:
    text = (STATIC / "public" / f"{name}.js").read_text(encoding="utf-8")
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return Markup(re.sub(r"\s*\n\s*", "", text))  # noqa: S704 - our own file


@cache
def _text(audience: str, name: str) -> str:
    return (STATIC / audience / f"{name}.js").read_text(encoding="utf-8")

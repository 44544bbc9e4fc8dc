"""Codes on the screen, drawn as part of the page: filters that give an SVG's box, ground and dark modules."""

from __future__ import annotations

from flask import Blueprint

from villages.paper.qr import QUIET_MODULES, matrix, path


def set_up(bp: Blueprint) -> None:
    """Give a blueprint's templates the filters."""
    bp.add_app_template_filter(lambda text: "{0} {0} {1} {1}".format(-QUIET_MODULES, _side(text)), "code_box")
    bp.add_app_template_filter(lambda text: "M{0} {0}h{1}v{1}h-{1}z".format(-QUIET_MODULES, _side(text)), "code_ground")
    bp.add_app_template_filter(lambda text: path(matrix(text)), "code_path")


def _side(text: str) -> int:
    return matrix(text).size_with_quiet

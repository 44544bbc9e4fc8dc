"""Doors for programs: the interface and its description. Open to pages of other sites, as they only read."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from villages.core.clock import day_of, now
from villages.core.web import db, settings
from villages.data.conditional import dated, not_modified, state_of, unchanged
from villages.data.openapi import openapi
from villages.data.operations import LICENCE, OPERATIONS, Answer, Asked, Operation
from villages.data.parameters import Parameter, read_given
from villages.data.problems import Problem, bad, unknown

bp = Blueprint("data", __name__, template_folder="templates")
OPEN = ("/api/", "/feeds/")
ANY = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")


def address(endpoint: str, **values: Any) -> str:
    """The absolute address of a page, as the public reaches it."""
    return urljoin(settings().base_url, url_for(endpoint, **values))


def as_json(document: Any, status: int = 200) -> Response:
    """A JSON answer in UTF-8."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(text + "\n", status, mimetype="application/json")


def _answer(operation: Operation, in_path: dict[str, str]) -> Response:
    given = read_given(request.args.to_dict(flat=False), operation.parameters)
    given |= {each.name: _in_path(each, in_path) for each in operation.parameters if each.in_path}
    if operation.dated:
        _, at = state_of(db())
        if unchanged(at):
            return not_modified(at)
    answer = operation.answer(Asked(db(), day_of(now()), given, address))
    response = as_json(answer.whole if answer.whole is not None else _page(operation, answer, in_path))
    if answer.cursor is not None:
        response.headers["Link"] = f'<{_next(operation, answer.cursor, in_path)}>; rel="next"'
    return dated(response, at) if operation.dated else response


def _in_path(parameter: Parameter, in_path: dict[str, str]) -> Any:
    try:
        return parameter.read(in_path[parameter.name])
    except ValueError as error:
        raise unknown(f"地址里的“{parameter.words}”不对，请{parameter.hint}") from error


def _page(operation: Operation, answer: Answer, in_path: dict[str, str]) -> dict[str, Any]:
    further = _next(operation, answer.cursor, in_path) if answer.cursor is not None else None
    return {"data": answer.rows, "next": further, "licence": LICENCE}


def _next(operation: Operation, cursor: str, in_path: dict[str, str]) -> str:
    given = {name: text for name, text in request.args.items() if name != "cursor"}
    return address(f"data.{operation.name}", **in_path, **given, cursor=cursor)


def _route(operation: Operation) -> None:
    def view(**in_path: str) -> Response:
        return _answer(operation, in_path)

    path = operation.path.replace("{", "<").replace("}", ">")
    bp.add_url_rule(path, operation.name, view)


for _each in OPERATIONS:
    _route(_each)


@bp.get("/api/openapi.json")
def description() -> Response:
    """What the interface is, for programs."""
    return as_json(openapi(settings().base_url))


@bp.route("/api/<path:rest>", methods=ANY)
def elsewhere(rest: str) -> Response:
    """Any other address below /api/, and every method but reading."""
    if request.method in ("GET", "HEAD"):
        raise unknown(f"没有 /api/{rest[:60]} 这个地址，请看 /api/openapi.json")
    response = as_json({"error": {"code": "read_only", "message": "这里只能读取（GET），不能改动"}}, 405)
    response.headers["Allow"] = "GET, HEAD, OPTIONS"
    return response


@bp.errorhandler(404)
def _unseen(_error: NotFound) -> Any:
    """What is refused at every door, characters that nobody sees, in the shape that programs read."""
    in_query = b"%00" in request.query_string
    return _problem(bad("参数里有看不见的字符（%00），请去掉") if in_query else unknown("没有这个地址，请检查后再打开"))


@bp.errorhandler(Problem)
def _problem(problem: Problem) -> Any:
    if not request.path.startswith(OPEN):
        return render_template("parts/error.html", title="打不开这一页", text=problem.message), problem.status
    return as_json({"error": {"code": problem.code, "message": problem.message}}, problem.status)


@bp.after_request
def _open(response: Response) -> Response:
    if not request.path.startswith(OPEN):
        return response
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
    headers["X-Robots-Tag"] = "noindex"
    if request.method == "OPTIONS":
        headers["Allow"] = headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        headers["Access-Control-Max-Age"] = "86400"
    return response

"""The OpenAPI 3.1 document, made from the table that routes and reads. Pure."""

from __future__ import annotations

from typing import Any

from villages.data.operations import LICENCE, OPERATIONS, Operation
from villages.data.parameters import Parameter
from villages.data.schemas import ref, schemas

VERSION = "1.0.0"
PROMISE = (
    "只读接口，不用登录。v1 里，已有的地址、参数和字段不会去掉，也不会改变意思；"
    "可能增加新的地址、可选的参数、字段和类别，"
    "程序遇到不认识的字段请忽略。要改变已有的，会另开 v2，v1 至少再保留 12 个月。"
    "日期是北京时间的日期，时刻是 UTC；金额是整数分。翻页只用 next 里的地址。"
    "请带 If-None-Match 或 If-Modified-Since 再次访问。"
)


def openapi(base_url: str) -> dict[str, Any]:
    """The document, for an installation at an address that ends in a slash."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "码上公开 公开数据接口", "version": VERSION, "description": PROMISE,
            "license": {"name": LICENCE, "url": f"{base_url}data"},
        },
        "servers": [{"url": base_url.rstrip("/")}],
        "paths": {operation.path: {"get": _get(operation)} for operation in OPERATIONS},
        "components": {"schemas": schemas()},
    }  # fmt: skip


def _get(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {
            "description": "找到了",
            "headers": {
                "ETag": {"description": "内容的标记", "schema": {"type": "string"}},
                "Last-Modified": {"description": "内容最后变化的时刻", "schema": {"type": "string"}},
            },
            "content": {"application/json": {"schema": ref(operation.schema)}},
        },
        "304": {"description": "没有变化"},
        "400": _error("参数不对"),
    }
    if any(each.in_path for each in operation.parameters):
        answers["404"] = _error("没有，或者不公开")
    if operation.name == "item":
        answers["410"] = _error("已经撤回")
    return {
        "operationId": operation.name, "summary": operation.words,
        "parameters": [_parameter(each) for each in operation.parameters], "responses": answers,
    }  # fmt: skip


def _parameter(each: Parameter) -> dict[str, Any]:
    place = {"in": "path", "required": True} if each.in_path else {"in": "query", "required": False}
    return {"name": each.name, **place, "description": f"{each.words}（{each.hint}）", "schema": each.described()}


def _error(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": ref("Error")}}}

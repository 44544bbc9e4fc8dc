"""Who may enter a staff page, and where it stands in the menu. A page without a mark is refused to everybody.

This is the one list of what staff can be allowed to do; which role is allowed what stands in accounts/permissions.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

ANYBODY = "anybody"
SIGNED_IN = "signed in"


class Permission(StrEnum):
    """What somebody may do; the value is how people say it."""

    SEE_WORK = "看自己要办的事"
    WRITE = "填写公开内容"
    IMPORT = "用表格导入"
    REVIEW = "审核"
    PUBLISH = "发布和撤回"
    HANDLE_CASES = "办理诉求和申请"
    INSPECT_PLATES = "巡查码牌"
    PRINT_PLATES = "打印和管理码牌"
    SEE_CONTROL_ROOM = "看公开进度"
    MANAGE_ACCOUNTS = "管理账号"
    READ_AUDIT = "看操作日志"
    MANAGE_REGISTRY = "管理村庄名册"
    MANAGE_CONTACTS = "改办公电话和办公时间"
    MANAGE_MACHINES = "管理一体机"
    ANSWER_HELP = "应答大厅的求助"
    MANAGE_SITE = "改网站设置"
    MANAGE_LAW = "改法定期限和节假日"
    CONFIRM_LAW = "复核法定期限、节假日、邮件服务器"
    SEE_CHECK = "看系统自检"


class Group(StrEnum):
    """The parts of the menu, in their order."""

    WORK = "办事"
    PLATES = "码牌"
    WATCH = "督查"
    SETTINGS = "管理"


@dataclass(frozen=True)
class Entry:
    """A line of the menu; `count` tells how much of it waits for who is signed in, where that can be told."""

    endpoint: str
    label: str
    group: Group
    order: int
    allowed: frozenset[str]
    count: Callable[[], int] | None = None


def allow(*permissions: str) -> Callable[[View], View]:
    """Mark a staff view as open to whoever has one of some permissions, or is SIGNED_IN, or to ANYBODY."""

    def mark(view: View) -> View:
        view.allowed = frozenset(permissions)  # type: ignore[attr-defined]
        return view

    return mark


def allowed(view: Callable[..., Any] | None) -> frozenset[str]:
    """What a view is open to; nobody where it is not marked."""
    return getattr(view, "allowed", frozenset())


def unattended(view: View) -> View:
    """Mark what a page asks by itself every so often, without anybody there: it keeps nobody signed in."""
    view.unattended = True  # type: ignore[attr-defined]
    return view


def is_unattended(view: Callable[..., Any]) -> bool:
    """Whether a page asks this by itself."""
    return getattr(view, "unattended", False)


def with_key(purpose: str) -> Callable[[View], View]:
    """Mark a staff view as open also to a program that sends the key of a purpose, and then for the whole county."""

    def mark(view: View) -> View:
        view.key_purpose = purpose  # type: ignore[attr-defined]
        return view

    return mark


def key_purpose(view: Callable[..., Any]) -> str:
    """The purpose whose key opens a view; '' where none does."""
    return getattr(view, "key_purpose", "")


def menu(
    label: str, *, group: Group, order: int, count: Callable[[], int] | None = None
) -> Callable[[View], View]:  # fmt: skip
    """Have a staff view stand in the menu, for whoever may open it; with how much waits there, by `count`."""

    def mark(view: View) -> View:
        view.menu = (label, group, order, count)  # type: ignore[attr-defined]
        return view

    return mark


def entries(views: Mapping[str, Callable[..., Any]]) -> list[Entry]:
    """Every line of the menu, in order, from the views themselves."""
    lines = []
    for endpoint, view in views.items():
        if hasattr(view, "menu"):
            label, group, order, count = view.menu
            lines.append(Entry(endpoint, label, group, order, allowed(view), count))
    return sorted(lines, key=lambda line: (list(Group).index(line.group), line.order))


def may(permissions: Iterable[str], open_to: frozenset[str]) -> bool:
    """Whether somebody who is signed in and has some permissions may enter what is open to others."""
    return bool(open_to & {ANYBODY, SIGNED_IN, *permissions})

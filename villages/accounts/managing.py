"""Who may manage whose account, and which role and area they may give. Asks only what it is handed. Pure but for names.

Nobody gives more than they have: an area no wider than their own, and a role of administration only where it holds
nothing that theirs lacks. Nobody manages their own account. Under the rule `separation` it is the security
administrator who manages accounts, of whatever role; what they do is the auditor's to read.
"""

from __future__ import annotations

from villages.accounts.models import ROLES, Staff
from villages.accounts.permissions import ROLES_OF
from villages.audit.models import Actor
from villages.core.access import Permission
from villages.core.refusal import Refusal
from villages.registry.models import Publisher, Unit

# What is handed out without being held: the work itself.
WORK = frozenset(
    {
        Permission.SEE_WORK,
        Permission.WRITE,
        Permission.IMPORT,
        Permission.REVIEW,
        Permission.PUBLISH,
        Permission.HANDLE_CASES,
        Permission.INSPECT_PLATES,
        Permission.SEE_CONTROL_ROOM,
    }
)


def is_within(manager: Staff, unit: Unit, department: Publisher | None) -> bool:
    """Whether an area is no wider than a manager's own."""
    if manager.publisher_id is not None:
        return department is not None and department.id == manager.publisher_id
    return manager.covers(unit)


def roles_to_give(manager: Staff, *, is_separated: bool) -> tuple[str, ...]:
    """The roles that a manager may give; none where they manage no accounts."""
    if Permission.MANAGE_ACCOUNTS not in manager.permissions(is_separated=is_separated):
        return ()
    if is_separated:
        return tuple(ROLES)
    own = _administration(manager.role)
    return tuple(role for role in ROLES if _administration(role) <= own)


def manages(manager: Staff, person: Staff, *, is_separated: bool) -> bool:
    """Whether somebody may change another's account at all."""
    return (
        manager.id != person.id
        and is_within(manager, person.unit, person.department)
        and person.role in roles_to_give(manager, is_separated=is_separated)
    )


def refuse_other_than_manager(by: Staff | Actor, person: Staff, *, is_separated: bool) -> None:
    """Raise Refusal unless `by` may change a person's account; a command on the machine itself may."""
    if isinstance(by, Actor):
        return
    if by.id == person.id:
        raise Refusal("自己的账号不能自己管：改密码、换手机请到“我的账号”，其他的请找另一位管理员")
    if not manages(by, person, is_separated=is_separated):
        raise Refusal(f"{person.name}是{person.area}的{person.role_title}，不归您管；要改请找上一级的管理员")


def refuse_to_give(
    by: Staff | Actor, role: str, unit: Unit, department: Publisher | None, *, is_separated: bool
) -> None:  # fmt: skip
    """Raise Refusal unless `by` may give a role and an area."""
    if isinstance(by, Actor):
        return
    problems = []
    if role not in roles_to_give(by, is_separated=is_separated):
        problems.append(f"您不能给“{ROLES.get(role, role)}”这个角色，它能做的事有您自己不能做的；请找上一级的管理员")
    if not is_within(by, unit, department):
        problems.append(f"范围不能比您自己的（{by.area}）更大")
    if problems:
        raise Refusal(*problems)


def _administration(role: str) -> frozenset[Permission]:
    return frozenset(permission for permission, roles in ROLES_OF.items() if role in roles) - WORK

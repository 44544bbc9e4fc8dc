"""Who may do what: the one table. docs/permissions.md shows it, and a test holds the two together. Pure.

Source: GB/T 22239—2019 §8.1.5 (等级保护): system, security and audit administration lie with three people. While the
rule `separation` is on, no administrator manages accounts or reads the audit.
"""

from __future__ import annotations

from villages.core.access import Permission

ROLES_OF: dict[Permission, tuple[str, ...]] = {
    Permission.SEE_WORK: ("administrator", "security", "auditor", "publisher", "reviewer", "editor", "handler"),
    Permission.WRITE: ("publisher", "reviewer", "editor"),
    Permission.IMPORT: ("publisher", "reviewer", "editor"),
    Permission.REVIEW: ("publisher", "reviewer"),
    Permission.PUBLISH: ("publisher",),
    Permission.HANDLE_CASES: ("handler",),
    Permission.INSPECT_PLATES: ("administrator", "publisher", "reviewer", "editor"),
    Permission.PRINT_PLATES: ("administrator",),
    Permission.SEE_CONTROL_ROOM: ("administrator", "auditor", "publisher", "reviewer", "editor"),
    Permission.MANAGE_ACCOUNTS: ("administrator", "security"),
    Permission.READ_AUDIT: ("administrator", "auditor"),
    Permission.MANAGE_REGISTRY: ("administrator",),
    Permission.MANAGE_CONTACTS: ("administrator",),
    Permission.MANAGE_MACHINES: ("administrator",),
    Permission.ANSWER_HELP: ("administrator", "publisher", "reviewer", "editor", "handler"),
    Permission.MANAGE_SITE: ("administrator",),
    Permission.MANAGE_LAW: ("administrator",),
    Permission.CONFIRM_LAW: ("administrator", "security"),
    Permission.SEE_CHECK: ("administrator", "security", "auditor"),
}
# What three people share where the rule is on: not the administrator's then.
SEPARATED = frozenset({Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT})
# What concerns the whole county; an account of a township, a village or a department never has it.
COUNTY_WIDE = frozenset(
    {
        Permission.MANAGE_REGISTRY,
        Permission.MANAGE_SITE,
        Permission.MANAGE_LAW,
        Permission.CONFIRM_LAW,
        Permission.SEE_CHECK,
    }
)
# What concerns places; an account of a department, which has none, never has it.
OF_PLACES = frozenset(
    {
        Permission.PRINT_PLATES,
        Permission.INSPECT_PLATES,
        Permission.MANAGE_CONTACTS,
        Permission.MANAGE_MACHINES,
        Permission.ANSWER_HELP,
    }
)


def permissions(role: str, *, level: str, is_separated: bool) -> frozenset[Permission]:
    """What a role may do at a level: that of the account's unit, or 'department'."""
    granted = frozenset(permission for permission, roles in ROLES_OF.items() if role in roles)
    if is_separated and role == "administrator":
        granted -= SEPARATED
    if level not in ("province", "city", "county"):
        granted -= COUNTY_WIDE
    return granted - OF_PLACES if level == "department" else granted

"""Role and area of an account as its forms ask for them, from what the manager may give.

The area comes in two steps, county, department or township first, then a village of the township: 322 villages in one
list are no choice. What was not chosen stays unchosen: the first line of a list is nobody's account by accident.
"""

from __future__ import annotations

from typing import Any

from flask import abort

from villages.accounts.door import me
from villages.accounts.managing import roles_to_give
from villages.accounts.models import ROLES, Staff
from villages.accounts.queries import area_with, departments_of
from villages.core.web import db
from villages.registry.models import Publisher, Unit
from villages.registry.queries import counties, townships, unit_by_code, villages_of
from villages.site.queries import rules_of

UNCHOSEN = ("", "请选")
WHOLE = ("", "不到村，管整个乡镇")


def with_choices(form: Any) -> Any:
    """A form of role and area with what I may choose from; the villages are those of the township that is chosen."""
    roles = [(role, ROLES[role]) for role in roles_to_give(me(), is_separated=bool(rules_of(db())["separation"]))]
    areas = _areas()
    form.role.choices = [UNCHOSEN, *roles]
    form.area.choices = areas if len(areas) == 1 else [UNCHOSEN, *areas]
    if len(areas) == 1 and not form.area.data:
        form.area.data = areas[0][0]
    chosen = unit_by_code(db(), form.area.data or "")
    near = villages_of(db(), chosen) if chosen is not None and chosen.level == "township" else []
    form.village.choices = [WHOLE, *((each.division_code, each.name) for each in near if me().covers(each))]
    return form


def area_of(staff: Staff) -> dict[str, str]:
    """An account's area as the form has it, in its two steps."""
    if staff.department is not None:
        return {"area": staff.department.code, "village": ""}
    unit, parent = staff.unit, staff.unit.parent
    if unit.level == "village" and parent is not None and me().covers(parent):
        return {"area": parent.division_code, "village": unit.division_code}
    return {"area": unit.division_code, "village": ""}


def chosen_area(form: Any) -> tuple[Unit, Publisher | None]:
    """The area that a valid form names."""
    return area_with(db(), form.village.data or form.area.data) or abort(404)


def _areas() -> list[tuple[str, str]]:
    """Every area within my own but for the villages of my townships, the widest first."""
    department = me().department
    if department is not None:
        return [(department.code, department.name)]
    if me().unit.level == "village":
        return [(me().unit.division_code, me().unit.name)]
    found: list[tuple[str, str]] = []
    for county in counties(db()):
        if me().covers(county):
            found += [(county.division_code, county.name)]
            found += [(each.code, each.name) for each in departments_of(db(), county)]
    return found + [(each.division_code, each.name) for each in townships(db()) if me().covers(each)]

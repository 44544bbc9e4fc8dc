"""Questions to the registry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, CompoundSelect, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from villages.core.refusal import Refusal
from villages.registry.codes import VILLAGE_DIGITS, is_code
from villages.registry.models import Contact, FormerCode, FormerName, Publisher, Spelling, Unit


def unit_by_code(session: Session, code: str) -> Unit | None:
    """The unit that has a division code now."""
    return session.scalar(select(Unit).where(Unit.division_code == code))


def unit_by_former_code(session: Session, code: str) -> Unit | None:
    """The unit that had a division code last, before it was recoded."""
    query = select(Unit).join(FormerCode, FormerCode.unit_id == Unit.id).where(FormerCode.division_code == code)
    return session.scalar(query.order_by(FormerCode.until.desc(), FormerCode.id.desc()).limit(1))


def village(session: Session, code: str) -> Unit:
    """The village with a code, for staff who typed it; raises Refusal when there is none."""
    unit = unit_by_code(session, code)
    if unit is None or unit.level != "village":
        raise Refusal(f"没有区划代码为 {code} 的村（社区），请核对 12 位代码")
    return unit


def is_empty(session: Session) -> bool:
    """Whether no unit was ever loaded."""
    return session.scalar(select(Unit.id).limit(1)) is None


def counties(session: Session) -> Sequence[Unit]:
    """All counties, by code."""
    return session.scalars(select(Unit).where(Unit.level == "county").order_by(Unit.division_code)).all()


def townships(session: Session, county: Unit | None = None) -> Sequence[Unit]:
    """All townships, or those of one county, by code."""
    query = select(Unit).where(Unit.level == "township").order_by(Unit.division_code)
    return session.scalars(query if county is None else query.where(Unit.parent_id == county.id)).all()


def township_named(session: Session, text: str) -> Unit:
    """The township that a person means by a name or a 9-digit code; raises Refusal when none or several."""
    condition = Unit.division_code == text if is_code(text, 9) else Unit.name == text
    found = session.scalars(select(Unit).where(Unit.level == "township", condition)).all()
    if len(found) == 1:
        return found[0]
    if found:
        codes = "、".join(unit.division_code for unit in found)
        raise Refusal(f"叫“{text}”的乡镇有 {len(found)} 个，请改用 9 位代码：{codes}")
    raise Refusal(f"没有叫“{text}”的乡镇，请核对名称，或改用 9 位代码（villages registry list 可以查看）")


def villages_of(session: Session, township: Unit | None = None, *, scope_only: bool = True) -> Sequence[Unit]:
    """The villages of a township, or of all, by code; merged ones left out, and by default those out of scope."""
    query = select(Unit).where(Unit.level == "village", Unit.merged_into_id.is_(None)).order_by(Unit.division_code)
    if scope_only:
        query = query.where(Unit.in_scope)
    return session.scalars(query if township is None else query.where(Unit.parent_id == township.id)).all()


def villages_in(session: Session, within: Unit) -> Sequence[Unit]:
    """The villages in scope of a unit's subtree, by code, their townships loaded; merged ones left out."""
    query = select(Unit).where(Unit.level == "village", Unit.in_scope, Unit.merged_into_id.is_(None))
    query = query.where(is_below(within.division_code))
    return session.scalars(query.options(joinedload(Unit.parent)).order_by(Unit.division_code)).all()


def units_below(session: Session, unit: Unit) -> Sequence[Unit]:
    """All units whose division code lies under a unit's, itself included."""
    return session.scalars(select(Unit).where(is_below(unit.division_code)).order_by(Unit.division_code)).all()


def is_below(code: str, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """That a unit's division code begins with these digits: as a range, since no LIKE is answered by an index."""
    return unit.division_code.between(code, code.ljust(VILLAGE_DIGITS, "9"))


def merged_into(session: Session, unit: Unit) -> Sequence[Unit]:
    """The villages that were merged into a unit, directly or by way of others, latest first."""
    found: list[Unit] = []
    ids = [unit.id]
    while ids:
        near = session.scalars(select(Unit).where(Unit.merged_into_id.in_(ids))).all()
        found += near
        ids = [each.id for each in near]
    return sorted(found, key=lambda each: (each.merged_at or datetime.min.replace(tzinfo=UTC), each.id), reverse=True)


def contact_of(session: Session, unit: Unit) -> tuple[Unit, Contact] | None:
    """Whom to call about a unit: its own telephone, else that of the nearest unit above which has one."""
    above: Unit | None = unit
    while above is not None:
        contact = session.get(Contact, above.id)
        if contact is not None:
            return above, contact
        above = above.parent
    return None


def find_villages(session: Session, text: str, *, most: int = 60) -> Sequence[Unit]:
    """Villages whose name, township's name, former name, code or pinyin a person may mean by `text`, best first."""
    text = "".join(text.split()).lower()
    if not text:
        return []
    return session.scalars(
        select(Unit)
        .where(Unit.id.in_(_meant_by(text)), func.length(Unit.division_code) == VILLAGE_DIGITS, Unit.in_scope)
        .order_by(Unit.name != text, ~Unit.name.startswith(text, autoescape=True), Unit.division_code)
        .limit(most)
    ).all()


def _meant_by(text: str) -> CompoundSelect[int]:
    """The ids of units that a text may mean: a question for each way to mean one, which its own index answers."""
    township = aliased(Unit)
    ways = [
        select(Unit.id).where(Unit.level == "village", Unit.name.contains(text, autoescape=True)),
        select(FormerName.unit_id).where(FormerName.name.contains(text, autoescape=True)),
        select(Unit.id).join(township, Unit.parent).where(township.level == "township", township.name == text),
    ]
    if text.isascii() and text.isdigit():
        ways.append(select(Unit.id).where(is_below(text)))
    if text.isascii() and text.isalnum():
        typed = or_(Spelling.letters.startswith(text), Spelling.initials.startswith(text))
        ways.append(select(Spelling.unit_id).where(typed))
    return union_all(*ways)


def publisher_by_code(session: Session, code: str) -> Publisher | None:
    """The publisher with a code: a division code, or a department's own."""
    return session.scalar(select(Publisher).where(Publisher.code == code))


def publishers_of(session: Session, unit: Unit) -> Sequence[Publisher]:
    """The bodies that publish for a unit."""
    return session.scalars(select(Publisher).where(Publisher.unit_id == unit.id).order_by(Publisher.id)).all()


def all_publishers(session: Session) -> Sequence[Publisher]:
    """Every body that publishes, with its unit and the one above."""
    return session.scalars(
        select(Publisher).options(joinedload(Publisher.unit).joinedload(Unit.parent)).order_by(Publisher.id)
    ).all()

"""Published items put straight into the database, with values that any kind's fields accept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.factories import NOON
from villages.core.freshness import raise_versions
from villages.disclosures.facets import renew
from villages.disclosures.kinds import kinds
from villages.disclosures.models import Edition, Item
from villages.disclosures.values import read_values, title_of, values_to_json
from villages.registry.models import EVERYTHING, Publisher
from villages.registry.queries import unit_by_code

STATEMENT = next(kind for kind in kinds().values() if kind.check == "statement")
ROSTER = next(kind for kind in kinds().values() if "C12" in kind.items)
DECISION = next(kind for kind in kinds().values() if any(f.block == "steps" for f in kind.fields))
ARTICLE = next(kind for kind in kinds().values() if any(f.block == "rich" and f.required for f in kind.fields))

TEXTS = {
    "text": "修村东水泥路",
    "lines": "第一段话。\n第二段话。",
    "rich": "<p>村里的路修好了，长 <b>2</b> 里。</p><p>&lt;script&gt;不会运行</p>",
    "money": "1234.50",
    "number": "12",
    "area": "12.34",
    "date": "2026年9月1日",
    "days": "2026年9月1日至2026年9月30日",
    "person": "张三",
    "phone": "0393-0000000",
    "link": "https://www.county.gov.cn/page?id=1&name=2",
    "yesno": "是",
}
DIGEST = "0" * 64
MEETING = {"place": "村室", "expected": "30", "attended": "28", "favour": "27", "against": "1", "abstain": "0"}


def given_for(field, rows=2):
    """What a person could type into a field."""
    if field.block == "choice":
        return field.choices[0]
    if field.block == "several":
        return "、".join(field.choices[:2])
    if field.block == "files":
        return [{"digest": DIGEST, "name": "通知.pdf"}]
    if field.block == "table":
        return [{column.name: given_for(column) for column in field.columns} for _ in range(rows)]
    if field.block == "steps":
        return [step_given(field.steps[at], at) for at in range(field.least)]
    return TEXTS[field.block]


def step_given(step, at):
    meeting = {**MEETING, "meeting": step.meetings[0].label} if step.meetings else {}
    return {"step": step.name, "held_on": f"2026-09-0{at + 1}", "minutes": "大家都同意", **meeting}


def given_of(kind, **given):
    """Values for every field of a kind."""
    return {field.name: given_for(field) for field in kind.fields} | given


def statement_given(income=320000, expenditure=185000, opening=1246000, rows=2):
    """A statement that adds up; in fen."""
    rent = {"day": "2026-09-03", "summary": "机动地承包费", "income": str(income / 100), "source": "承包户"}
    lines = [rent]
    lines += [
        {
            "day": "2026-09-09",
            "summary": "修路灯",
            "expenditure": str(expenditure / 100),
            "handler": "张三",
            "approver": "李四",
        }
    ] * (rows - 1)
    return {
        "opening": opening, "income": income, "expenditure": expenditure, "closing": opening + income - expenditure,
        "lines": lines, "note": "", "vouchers": None,
    }  # fmt: skip


def publisher_of(session, unit, kind):
    """A body of a unit that may publish a kind."""
    sort = next((s for s in kind.publishers if (s in ("committee", "collective")) == (unit.level == "village")), None)
    code = f"{unit.division_code}-{sort or 'x'}"
    found = session.scalar(select(Publisher).where(Publisher.code == code[:20]))
    if found is None:
        found = Publisher(code=code[:20], kind=sort or kind.publishers[0], name=f"{unit.name}的单位", unit=unit)
        session.add(found)
    return found


def publish(session, code, kind, given=None, *, at=NOON, public=True, **more):
    """An item of a unit with one edition; `public=False` leaves it a draft."""
    unit = unit_by_code(session, code)
    values = read_values(kind, given if given is not None else given_of(kind))
    title, content = title_of(kind, values), values_to_json(kind, values)
    item = Item(
        kind=kind.key, publisher=publisher_of(session, unit, kind), unit=unit, draft=content, created_at=at,
        **{"title": title, "state": "published" if public else "draft", "is_public": public,
           "published_at": at if public else None} | more,
    )  # fmt: skip
    session.add(item)
    if public:
        item.editions.append(Edition(number=1, title=item.title, content=content, published_at=at))
    session.flush()
    renew(session, item, today=at.date())
    raise_versions(session, {unit.scope, f"item:{item.id}", EVERYTHING}, at=at)
    return item


def correct(session, item, kind, given, *, note, at=NOON + timedelta(days=2)):
    """A further edition."""
    values = read_values(kind, given)
    edition = Edition(
        number=len(item.editions) + 1, title=title_of(kind, values), content=values_to_json(kind, values),
        note=note, published_at=at,
    )  # fmt: skip
    item.editions.append(edition)
    raise_versions(session, {item.unit.scope, f"item:{item.id}"}, at=at)

"""THE table of the interface's addresses: what routes, reads, answers and describes each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from villages.data import documents
from villages.data import parameters as ask
from villages.data.changes import changes
from villages.data.cursors import cursor_of
from villages.data.documents import Address, Document
from villages.data.parameters import Parameter
from villages.data.problems import Problem, bad, unknown
from villages.data.queries import Wanted, exported_keys, newest, one, publishers_after, villages_after, withdrawn
from villages.disclosures.due_queries import duties_of
from villages.disclosures.kinds import kinds
from villages.registry.models import Unit
from villages.registry.queries import contact_of, publisher_by_code, unit_by_code, unit_by_former_code

LICENCE = "数据来自各单位公开的内容，引用请注明来源"
# How many bodies one page of duties looks at; a page may so be short, or empty, and still have a next one.
MOST_BODIES = 20


@dataclass(frozen=True)
class Asked:
    """What is asked: by whom does not matter. `given` are the values of path and query."""

    session: Session
    today: date
    given: Mapping[str, Any]
    address: Address

    @property
    def limit(self) -> int:
        """How many rows are wanted at most."""
        return int(self.given.get("limit", ask.ROWS))


@dataclass(frozen=True)
class Answer:
    """A page of a list, and the cursor of the next; or one document, whole."""

    rows: Sequence[Document] = ()
    cursor: str | None = None
    whole: Document | None = None


@dataclass(frozen=True)
class Operation:
    """One address. `dated`: nothing but what is published, the registry and the day change its answer."""

    name: str
    path: str
    words: str
    schema: str
    answer: Callable[[Asked], Answer]
    parameters: tuple[Parameter, ...] = ()
    dated: bool = True


def area(session: Session, code: str | None) -> Unit | None:
    """The unit that a code means or meant; None for no code. Raises Problem when there is none."""
    if code is None:
        return None
    unit = unit_by_code(session, code) or unit_by_former_code(session, code)
    if unit is None:
        raise bad(f"没有区划代码为 {code} 的地方，请到 /api/v1/villages 查对")
    return unit


def _page(rows: Sequence[Any], limit: int, draw: Callable[[Any], Document], place: Callable[[Any], str]) -> Answer:
    """The rows up to the limit, of one more than that."""
    shown = rows[:limit]
    return Answer([draw(row) for row in shown], place(shown[-1]) if len(rows) > limit else None)


def villages(asked: Asked) -> Answer:
    """Villages by code."""
    after = asked.given.get("cursor", ("",))[0]
    within = area(asked.session, asked.given.get("within"))
    found = villages_after(asked.session, within, after, asked.limit + 1)
    return _page(
        found, asked.limit, lambda unit: documents.village(unit, asked.address),
        lambda unit: cursor_of(unit.division_code),
    )  # fmt: skip


def village(asked: Asked) -> Answer:
    """One village."""
    code = asked.given["code"]
    unit = unit_by_code(asked.session, code) or unit_by_former_code(asked.session, code)
    if unit is None or unit.level != "village":
        raise unknown(f"没有区划代码为 {code} 的村（社区），请到 /api/v1/villages 查对 12 位代码")
    return Answer(whole=documents.village_whole(unit, contact_of(asked.session, unit.successor), asked.address))


def items(asked: Asked) -> Answer:
    """Items, the newest first."""
    given, session = asked.given, asked.session
    if "publisher" in given and publisher_by_code(session, given["publisher"]) is None:
        raise bad("没有这个代码的公开单位，请用结果里 publisher.code 的值")
    keys = [
        key for key in exported_keys()
        if given.get("kind", key) == key and given.get("section", kinds()[key].section) == kinds()[key].section
    ]  # fmt: skip
    wanted = Wanted(
        keys, area(session, given.get("within")), given.get("publisher"), given.get("from"), given.get("to"),
        given.get("period"),
    )  # fmt: skip
    found = newest(session, wanted, asked.today, limit=asked.limit + 1, before=_moment(given.get("cursor")))
    return _page(
        found, asked.limit, lambda row: documents.item(row[0], row[1], asked.address),
        lambda row: cursor_of(row[0].published_at, row[0].id),
    )  # fmt: skip


def item(asked: Asked) -> Answer:
    """One item with all its editions."""
    number = asked.given["id"]
    found = one(asked.session, number, asked.today)
    if found is None or not found.editions:
        gone = withdrawn(asked.session, number)
        if gone is not None:
            raise Problem(410, "withdrawn", f"这一条已经撤回，原因：{gone.withdrawn_note}。请不要再引用")
        raise unknown(f"没有编号为 {number} 的公开事项，或者它不提供下载，请到 /api/v1/items 查对")
    return Answer(whole=documents.item_whole(found, asked.address))


def duties(asked: Asked) -> Answer:
    """Duties by publisher: cursor is the body, and how many of its duties were given."""
    on = asked.given.get("on", asked.today)
    if on > asked.today:
        raise bad("参数“on”不能晚于今天，请改正")
    state, within = asked.given.get("state"), area(asked.session, asked.given.get("within"))
    start, skip = asked.given.get("cursor", (0, 0))
    bodies = publishers_after(asked.session, within, start, MOST_BODIES + 1)
    rows: list[Document] = []
    for body in bodies[:MOST_BODIES]:
        found = [s for s in duties_of(asked.session, body, on=on) if state is None or s.state == state]
        done = max(skip, 0) if body.id == start else 0
        room = asked.limit - len(rows)
        rows += [documents.duty(each, body, asked.address) for each in found[done : done + room]]
        if len(found) > done + room:
            return Answer(rows, cursor_of(body.id, done + room))
    more = bodies[MOST_BODIES:]
    return Answer(rows, cursor_of(more[0].id, 0) if more else None)


def catalogue(asked: Asked) -> Answer:
    """All kinds."""
    return Answer([documents.kind(kind, asked.address) for kind in kinds().values()])


def log(asked: Asked) -> Answer:
    """The log of publications, corrections and withdrawals."""
    given = asked.given
    found = changes(
        asked.session, asked.today, within=area(asked.session, given.get("within")), first=given.get("from"),
        last=given.get("to"), before=_moment(given.get("cursor")), limit=asked.limit + 1,
    )  # fmt: skip
    return _page(
        found, asked.limit, lambda entry: documents.change(entry, asked.address), lambda entry: cursor_of(*entry.place)
    )


def _moment(place: Any) -> Any:
    """A place with its first part as a moment."""
    return None if place is None else (datetime.fromisoformat(place[0]), *place[1:])


OPERATIONS = (
    Operation("villages", "/api/v1/villages", "村（社区）名单，按区划代码排列", "Villages", villages,
              (ask.WITHIN, ask.LIMIT, ask.BY_CODE)),
    Operation("village", "/api/v1/villages/{code}", "一个村（社区）", "Village", village, (ask.CODE_IN_PATH,)),
    Operation("items", "/api/v1/items", "公开事项，最近公开的在前；有公示期的名单不在其中", "Items", items,
              (ask.WITHIN, ask.KIND, ask.SECTION, ask.PUBLISHER, ask.FROM, ask.TO, ask.PERIOD, ask.LIMIT, ask.BY_TIME)),
    Operation("item", "/api/v1/items/{id}", "一个公开事项，带所有公开过的版本和每一项内容", "Item", item,
              (ask.ID_IN_PATH,)),
    Operation("duties", "/api/v1/duties", "谁该公开什么、到哪天为止、公开了没有；一页可能不满，看 next", "Duties",
              duties, (ask.WITHIN, ask.STATE, ask.ON, ask.LIMIT, ask.BY_DUTY), dated=False),
    Operation("catalogue", "/api/v1/catalogue", "公开目录：有哪些类别，每类有哪些内容", "Catalogue", catalogue,
              dated=False),
    Operation("log", "/api/v1/changes", "公开记录：每一次公开、更正、撤回，最近的在前", "Changes", log,
              (ask.WITHIN, ask.FROM, ask.TO, ask.LIMIT, ask.BY_CHANGE)),
)  # fmt: skip

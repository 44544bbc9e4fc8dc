"""The JSON schemas (2020-12) of every answer. Pure."""

from __future__ import annotations

from typing import Any

from villages.data.changes import TYPES
from villages.data.values import DAY, NUMBER, SCHEMAS, TEXT
from villages.disclosures.duties import STATES
from villages.disclosures.kinds import SECTIONS

Schema = dict[str, Any]
YES = {"type": "boolean"}
URL = {"type": "string", "format": "uri"}
MOMENT = {"type": "string", "format": "date-time"}


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """A value that may be absent."""
    return {"oneOf": [schema, {"type": "null"}]}


def thing(optional: tuple[str, ...] = (), /, **properties: Any) -> Schema:
    """An object. More may be added to it within the version, so that programs must not mind what they do not know."""
    return {
        "type": "object", "properties": properties, "required": [name for name in properties if name not in optional]
    }  # fmt: skip


def many(schema: Schema) -> Schema:
    """An array."""
    return {"type": "array", "items": schema}


def page_of(name: str) -> Schema:
    """A page of a list: `next` is the address of the page after it, null on the last."""
    return thing(data=many(ref(name)), next=or_null(URL), licence=TEXT)


COLUMN = {"name": TEXT, "label": TEXT, "type": TEXT, "unit": TEXT, "choices": many(TEXT)}
DESCRIBED = thing(("unit", "choices", "columns"), **COLUMN, columns=many(ref("Column")))
PERIOD = thing(**{"from": DAY, "to": DAY, "label": TEXT})
UNIT = thing(code=TEXT, name=TEXT, level=TEXT)
VILLAGE = {
    "code": TEXT, "name": TEXT, "level": TEXT, "kind": TEXT, "committee": TEXT, "township": TEXT, "county": TEXT,
    "former_names": many(TEXT), "merged_into": or_null(TEXT), "url": URL, "api": URL,
}  # fmt: skip
ITEM = {
    "id": NUMBER, "title": TEXT, "kind": TEXT, "kind_label": TEXT,
    "section": {"type": "string", "enum": list(SECTIONS)}, "column": TEXT, "period": or_null(ref("Period")),
    "publisher": ref("Publisher"), "unit": ref("Unit"), "published_on": DAY, "published_at": MOMENT,
    "updated_at": MOMENT, "edition": NUMBER, "elsewhere_on": or_null(DAY), "notice_until": or_null(DAY),
    "is_emergency": YES, "is_sample": YES, "url": URL, "api": URL,
}  # fmt: skip
CONTACT = thing(office=TEXT, phone=TEXT, hours=TEXT, is_sample=YES)
EDITION = thing(number=NUMBER, title=TEXT, note=TEXT, published_at=MOMENT, fields=many(ref("Field")))
DUTY = thing(
    publisher=ref("Publisher"), kind=TEXT, kind_label=TEXT, period=or_null(ref("Period")), formed_on=or_null(DAY),
    due_on=DAY, is_provisional=YES, state={"type": "string", "enum": list(STATES)}, settled_on=or_null(DAY),
    late_by=NUMBER, is_on_time=YES, text=TEXT, url=URL,
)  # fmt: skip
KIND = thing(
    key=TEXT, label=TEXT, words=TEXT, section=TEXT, column=TEXT, publishers=many(TEXT), cycle=TEXT, due_days=NUMBER,
    due_unit=TEXT, law=TEXT, valid_from=DAY, is_exported=YES,
    fields=many(thing(("unit", "choices", "columns"), **COLUMN, columns=many(ref("Column")), required=YES)),
    csv=or_null(URL), xlsx=or_null(URL),
)  # fmt: skip
CHANGE = thing(
    at=MOMENT, on=DAY, type={"type": "string", "enum": list(TYPES)}, type_label=TEXT, kind=or_null(TEXT), title=TEXT,
    period=or_null(TEXT), note=TEXT, publisher=ref("Publisher"), unit=ref("Unit"), item=or_null(NUMBER),
    is_sample=YES, url=or_null(URL),
)  # fmt: skip


def _field() -> Schema:
    """A field: what its value is depends on its type; a type that is not told apart here has a text for value."""
    rules = [
        {
            "if": {"properties": {"type": {"const": name}}},
            "then": {"properties": {"value": dict(schema)}},
        }
        for name, schema in SCHEMAS.items()
    ]
    plain = {
        "if": {"properties": {"type": {"not": {"enum": list(SCHEMAS)}}}},
        "then": {"properties": {"value": TEXT}},
    }
    shape = thing(
        ("unit", "text", "columns"), name=TEXT, label=TEXT, type=TEXT, unit=TEXT, text=TEXT,
        columns=many(ref("Column")), value={},
    )  # fmt: skip
    return shape | {"allOf": [*rules, plain]}


def schemas() -> dict[str, Schema]:
    """All schemas by name."""
    return {
        "Error": thing(error=thing(code=TEXT, message=TEXT)),
        "Column": DESCRIBED,
        "Period": PERIOD,
        "Unit": UNIT,
        "Publisher": thing(code=TEXT, name=TEXT, kind=TEXT),
        "Field": _field(),
        "VillageLine": thing(**VILLAGE),
        "Village": thing(**VILLAGE, contact=or_null(CONTACT), items=URL, feed=URL),
        "Villages": page_of("VillageLine"),
        "ItemLine": thing(**ITEM),
        "Item": thing(**ITEM, editions=many(EDITION)),
        "Items": page_of("ItemLine"),
        "Duty": DUTY,
        "Duties": page_of("Duty"),
        "Kind": KIND,
        "Catalogue": page_of("Kind"),
        "Change": CHANGE,
        "Changes": page_of("Change"),
    }

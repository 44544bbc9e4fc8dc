"""An installation that has been at work is upgraded with everything in it: accounts, items and what refers to them."""

from alembic import command
from sqlalchemy import MetaData, insert, inspect, select

from tests.factories import NOON
from villages.core.db import Storage
from villages.core.migration import config, current, migrate, newest

# The last form before the back office: what the first installations have.
BEFORE = "0010"


def rows_of_before(connection, tables):
    """A unit, a body, an account that is signed in, an item that it wrote, its edition, a plate and its print run."""
    for name, row in (
        ("unit", {"id": 1, "division_code": "410999", "level": "county", "kind": "", "name": "示例县"}),
        ("publisher", {"id": 1, "code": "410999", "kind": "county", "name": "示例县人民政府", "unit_id": 1}),
        ("staff", {"id": 1, "name": "示例员工", "role": "editor", "unit_id": 1, "password_hash": "x"}),
        ("sign_in", {"digest": "a" * 64, "staff_id": 1}),
        ("item", {"id": 1, "kind": "x", "publisher_id": 1, "unit_id": 1, "state": "draft", "title": "示例"}),
        ("edition", {"item_id": 1, "number": 1, "title": "示例", "content": {}}),
        ("step", {"id": 1, "item_id": 1, "verb": "write", "staff_id": 1}),
        ("plate", {"id": 1, "number": "12345678", "unit_id": 1, "place": "门口"}),
        ("print_run", {"id": 1, "actor": "x", "layout": "door-a4", "base_url": "https://a.cn/", "is_test": False}),
        ("printed_plate", {"run_id": 1, "plate_id": 1}),
        ("audit_entry", {"id": 1, "act": "account.add", "subject": "staff:1", "actor": "x", "detail": {}}),
    ):
        table = tables[name]
        connection.execute(insert(table).values({**needed(table), **row}))


def needed(table):
    """Something in every column that must have a value."""
    kinds = {"INTEGER": 0, "BOOLEAN": False, "DATETIME": NOON, "TIMESTAMP": NOON, "JSON": {}}
    return {
        column.name: kinds.get(str(column.type).split("(")[0], "")
        for column in table.columns
        if not column.nullable and not column.primary_key
    }


def test_an_installation_at_work_is_upgraded_with_everything_in_it(make_settings):
    storage = Storage(make_settings(None).database_url)
    command.upgrade(config(storage), BEFORE)
    tables = MetaData()
    tables.reflect(storage.writer)
    with storage.writer.begin() as connection:
        rows_of_before(connection, tables.tables)
    migrate(storage)
    assert current(storage) == newest()
    after = MetaData()
    after.reflect(storage.writer)
    with storage.writer.connect() as connection:
        assert connection.execute(select(after.tables["staff"].c.name)).scalars().all() == ["示例员工"]
        assert connection.execute(select(after.tables["step"].c.staff_id)).scalars().all() == [1]
        assert connection.execute(select(after.tables["printed_plate"])).all() == [(1, 1)]
        keys = inspect(connection).get_foreign_keys("step")
        assert {key["referred_table"] for key in keys} == {"item", "staff"}
        if storage.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    storage.close()

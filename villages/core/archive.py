"""One file with the whole database and the stored files: a zip, the same from and to both databases.

A table is a member of JSON lines; a stored file is the member `files/<digest>`. What was written before files were
stored has none of them.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlalchemy.orm import Session

from villages.core.clock import now
from villages.core.db import Base, Storage
from villages.core.files import FileStore, digest_of
from villages.core.migration import current, migrate, newest
from villages.core.refusal import Refusal

FORMAT = 1
ABOUT = "about.json"
FILES = "files/"
BATCH = 500
# Who is signed in or about to be belongs to the moment, not to the archive; what is found by searching is made anew;
# what people looked for is to be gone after a month, and archives are kept longer; what waits to be sent would be sent
# twice.
LEFT_OUT = {"sign_in", "sign_in_address", "guess_wait", "one_time_link", "search_entry", "vain_search", "outbox"}
# A table that refuses to be emptied has, under this key of its `info`, the statement after which it lets go.
OPENED_BY = "opened by"


def tables() -> list[Table]:
    """Every table that is archived, those referred to first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


@dataclass(frozen=True)
class Content:
    """What an archive holds: rows, files, and the digests of files that were damaged and are not in it."""

    rows: int
    files: int
    damaged: tuple[str, ...] = ()


def write_archive(storage: Storage, path: Path, *, at: datetime, files: FileStore | None = None) -> Content:
    """Write a consistent copy of the database, and the stored files, to a new file, while others read and write.

    The file appears whole or not at all. Raises Refusal when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    rows = 0
    damaged: tuple[str, ...] = ()
    try:
        with (
            os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
            storage.snapshot() as connection,
        ):
            about: dict[str, Any] = {"format": FORMAT, "revision": current(storage), "at": at.isoformat(), "rows": {}}
            for table in tables():
                about["rows"][table.name] = _write_table(archive, connection, table)
                rows += about["rows"][table.name]
            # After the rows: each file that they refer to was there before them.
            about["files"], damaged = _write_files(archive, files) if files else (0, ())
            archive.writestr(ABOUT, json.dumps(about))
        draft.replace(path)
    except OSError as error:
        raise Refusal(f"备份写不进 {path}：{error.strerror or error}。请检查目录、权限和磁盘空间") from error
    finally:
        draft.unlink(missing_ok=True)
    return Content(rows, about["files"], damaged)


def _write_files(archive: zipfile.ZipFile, files: FileStore) -> tuple[int, tuple[str, ...]]:
    """Add every stored file; returns how many, and those whose content is no longer what it was."""
    count, damaged = 0, []
    for digest in files.digests():
        try:
            data = files.path(digest).read_bytes()
        except FileNotFoundError:  # nothing refers to it any more
            continue
        if digest_of(data) != digest:
            damaged.append(digest)
            continue
        archive.writestr(FILES + digest, data, compress_type=zipfile.ZIP_STORED)
        count += 1
    return count, tuple(damaged)


def _write_table(archive: zipfile.ZipFile, connection: Connection, table: Table) -> int:
    count = 0
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
        for row in connection.execution_options(yield_per=BATCH).execute(select(table).order_by(*table.primary_key)):
            line = json.dumps([_plain(value) for value in row], ensure_ascii=False)
            member.write(line.encode() + b"\n")
            count += 1
    return count


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def read_archive(
    storage: Storage, path: Path, *, files: FileStore | None = None, then: Callable[[Session], Any] | None = None
) -> Content:
    """Put the content of an archive in place of the database's, in one transaction, and its files beside the stored.

    `then` makes anew, in the same transaction, what is not in archives as it follows from what is. The archive must be
    of this version of the program. Raises Refusal, and changes nothing, when it is not or when it cannot be read whole.
    """
    with _opened(path) as (archive, about):
        migrate(storage)
        members = _file_members(archive) if files else []
        for member in members:  # first: a row is only there when its file is
            files.put(archive.read(member))  # type: ignore[union-attr]
        return Content(_replace(storage, archive, about["rows"], then), len(members))


def _file_members(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if name.startswith(FILES)]


def _are_files_whole(archive: zipfile.ZipFile, about: dict[str, Any]) -> bool:
    """Whether all files are there, under the names that their contents have."""
    members = _file_members(archive)
    return len(members) == about.get("files", 0) and all(
        digest_of(archive.read(member)) == member.removeprefix(FILES) for member in members
    )


def check_archive(path: Path) -> None:
    """Raise Refusal unless a file is a whole archive of this version of the program."""
    with _opened(path):
        return


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(ABOUT))
            if about["format"] != FORMAT or about["revision"] != newest():
                raise Refusal(
                    f"备份 {path.name} 是另一个版本的程序做的（{about['revision']}），请用那个版本恢复后再升级"
                )
            whole = set(about["rows"]) == {table.name for table in tables()} and archive.testzip() is None
            if not (whole and _are_files_whole(archive, about)):
                raise Refusal(f"备份 {path.name} 已损坏，请换一份；现有数据没有改动")
            yield archive, about
    except OSError as error:
        raise Refusal(f"打不开备份 {path}：{error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError) as error:
        raise Refusal(f"{path.name} 不是完整的备份文件，请换一份；现有数据没有改动") from error


def _replace(
    storage: Storage, archive: zipfile.ZipFile, counts: dict[str, int], then: Callable[[Session], Any] | None
) -> int:
    total = 0
    with storage.transaction() as session:
        connection = session.connection()
        if storage.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:  # nobody may write into what is being replaced; reading goes on
            names = ", ".join(table.name for table in Base.metadata.sorted_tables)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        versions = _versions(connection)
        for table in reversed(Base.metadata.sorted_tables):
            if OPENED_BY in table.info:
                connection.execute(table.info[OPENED_BY])
            _forget_own_references(connection, table)
            connection.execute(table.delete())
        for table in tables():
            total += _read_table(connection, archive, table, counts[table.name])
        _raise_above(connection, versions)
        if not storage.is_sqlite:
            _restart_sequences(connection)
        if then is not None:
            then(session)
    return total


def _forget_own_references(connection: Connection, table: Table) -> None:
    """Rows that refer to rows of the same table can only go once they do not."""
    for column in table.columns:
        if column.nullable and any(key.column.table is table for key in column.foreign_keys):
            connection.execute(table.update().values({column: None}))


def _read_table(connection: Connection, archive: zipfile.ZipFile, table: Table, expected: int) -> int:
    own = [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]
    later: list[dict[str, Any]] = []
    count = 0
    for rows in _batches(archive, table):
        count += len(rows)
        later += [row.copy() for row in rows if any(row[name] is not None for name in own)]
        connection.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in rows])
    for row in later:
        key = [column == row[column.name] for column in table.primary_key]
        connection.execute(table.update().where(*key).values({name: row[name] for name in own}))
    if count != expected:
        raise ValueError(table.name)
    return count


def _batches(archive: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    columns = list(table.columns)
    batch: list[dict[str, Any]] = []
    with archive.open(f"{table.name}.jsonl") as member:
        for line in TextIOWrapper(member, encoding="utf-8"):
            values = json.loads(line)
            batch.append({c.name: _typed(c.type.python_type, v) for c, v in zip(columns, values, strict=True)})
            if len(batch) >= BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _typed(kind: type, value: Any) -> Any:
    return kind.fromisoformat(value) if value is not None and kind in (date, datetime) else value


def _versions(connection: Connection) -> dict[str, int]:
    freshness = Base.metadata.tables["freshness"]
    return {row.scope: row.version for row in connection.execute(select(freshness))}


def _raise_above(connection: Connection, before: dict[str, int]) -> None:
    """Every version must be one that no kept page was made from."""
    freshness = Base.metadata.tables["freshness"]
    above = max([*before.values(), *_versions(connection).values(), 0]) + 1
    missing = before.keys() - _versions(connection).keys()
    connection.execute(freshness.update().values(version=above))
    if missing:  # their units may come again, under the same ids
        at = now()
        connection.execute(
            insert(freshness), [{"scope": scope, "version": above, "raised_at": at} for scope in sorted(missing)]
        )


def _restart_sequences(connection: Connection) -> None:
    for table in tables():
        column = table.autoincrement_column
        if column is not None and not column.foreign_keys:
            most = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, most, text("false"))))

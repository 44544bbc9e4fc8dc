"""All that the intake keeps sealed, brought under the data key in use: in batches, each whole, again after any stop.

A sealed text names its key, so nothing has to be remembered of how far it got. Digests of telephones and names go with
the body that they are of. Counts of wrong guesses begin anew; a form's token is kept under no key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from villages.accounts.models import Staff
from villages.core.files import FileStore
from villages.core.sealing import NAME as NAME_LENGTH
from villages.core.sealing import Unreadable, key_of, name_of, seal, seal_bytes, unseal, unseal_bytes
from villages.intake.enclosures import store_of
from villages.intake.models import Case, CaseStep, Enclosure, MailServer, NoticeChannel, Outbox
from villages.intake.sealed import NAME, PHONE, digest, keys, opened_values
from villages.machines.models import HelpCall


@dataclass(frozen=True)
class Sealed:
    """A column of sealed texts: of which table, and what binds a row's text to its place."""

    model: type[Any]
    column: str
    about: Callable[[Any], str]


# Every column that is sealed, of this subject and of those below; tests/intake/test_rotating.py looks whether it is.
# What rosters keep is brought over by disclosures/rosters.py.
SEALED = (
    Sealed(Case, "code", lambda case: case.about("code")),
    Sealed(Case, "body", lambda case: case.about("body")),
    Sealed(Case, "reply", lambda case: case.about("reply")),
    Sealed(CaseStep, "note", lambda step: step.about),
    Sealed(NoticeChannel, "address", lambda channel: channel.about),
    Sealed(MailServer, "address", lambda row: row.about),
    Sealed(Outbox, "content", lambda row: row.about),
    Sealed(HelpCall, "phone_sealed", lambda call: call.about),
    Sealed(Staff, "factor", lambda staff: f"factor:{staff.id}"),
)


@dataclass(frozen=True)
class Done:
    """How far one batch got: the last row's id (None where there is no more), how many texts, how many unreadable."""

    last: int | None
    count: int = 0
    unreadable: int = 0


def reseal_rows(session: Session, model: type[Any], *, after: int, most: int) -> Done:
    """Bring the next rows of a table under the key in use."""
    columns = [each for each in SEALED if each.model is model]
    query = select(model).where(model.id > after, or_(*(_is_old(session, each) for each in columns)))
    rows = session.scalars(query.order_by(model.id).limit(most).with_for_update(of=model)).all()
    count = unreadable = 0
    for row in rows:
        had_old_body = model is Case and _key_name(row.body) not in ("", name_of(keys(session)[0]))
        for each in columns:
            try:
                count += _reseal(session, row, each)
            except Unreadable:
                unreadable += 1
        if had_old_body and _key_name(row.body) == name_of(keys(session)[0]):
            _renew_digests(session, row)
    session.flush()
    return Done(rows[-1].id if rows else None, count, unreadable)


def reseal_files(session: Session, *, after: int, most: int) -> Done:
    """Bring the next stored files of cases under the key in use; the former ones go with the unused."""
    store, newest = store_of(session), keys(session)[0]
    query = select(Enclosure).where(Enclosure.id > after).order_by(Enclosure.id).limit(most)
    rows = session.scalars(query.with_for_update(of=Enclosure)).all()
    count = unreadable = 0
    for row in rows:
        if file_key(store, row.digest) in ("", name_of(newest)):
            continue
        about, sealed = row.case.about(row.field), store.path(row.digest).read_bytes()
        try:
            data = unseal_bytes(key_of(keys(session), sealed), sealed, about=about)
        except Unreadable:
            unreadable += 1
            continue
        row.digest, count = store.put(seal_bytes(newest, data, about=about)), count + 1
    session.flush()
    return Done(rows[-1].id if rows else None, count, unreadable)


def count_old(session: Session) -> int:
    """How much is still sealed under keys that are no longer the one in use, but in force."""
    former = {name_of(key) for key in keys(session)[1:]}
    count = 0
    for each in SEALED:
        start = func.substr(getattr(each.model, each.column), 1, NAME_LENGTH)
        count += session.scalar(select(func.count()).select_from(each.model).where(start.in_(former))) or 0
    store = store_of(session)
    return count + sum(file_key(store, digest) in former for digest in session.scalars(select(Enclosure.digest)))


def file_key(store: FileStore, digest: str) -> str:
    """The name of the key that a stored file was sealed with; '' where it is gone."""
    try:
        with store.path(digest).open("rb") as file:
            return file.read(NAME_LENGTH).decode("ascii", "replace")
    except FileNotFoundError:
        return ""


def _is_old(session: Session, each: Sealed) -> Any:
    column = getattr(each.model, each.column)
    return (column != "") & (func.substr(column, 1, NAME_LENGTH) != name_of(keys(session)[0]))


def _key_name(sealed: str) -> str:
    return sealed[:NAME_LENGTH]


def _reseal(session: Session, row: Any, each: Sealed) -> bool:
    sealed, newest = getattr(row, each.column), keys(session)[0]
    if not sealed or _key_name(sealed) == name_of(newest):
        return False
    text = unseal(key_of(keys(session), sealed), sealed, about=each.about(row))
    setattr(row, each.column, seal(newest, text, about=each.about(row)))
    return True


def _renew_digests(session: Session, case: Case) -> None:
    values = opened_values(session, case.body, about=case.about("body"))
    if case.phone_digest:
        case.phone_digest = digest(session, PHONE, values.get("phone", ""))
    if case.name_digest:
        case.name_digest = digest(session, NAME, values.get("name", ""))

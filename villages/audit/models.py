"""The tables of the audit, and the actor that every verb asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import JSON, Index, String, Table, event, insert
from sqlalchemy.orm import Mapped, mapped_column

from villages.core.archive import OPENED_BY
from villages.core.db import Base, Moment

LAST_SEQ = 2_147_483_647


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff by account name, or a command run on the machine itself; and from where.

    `address`: the client's IP address; '' leaves it to the session, which knows the request's.
    """

    name: str
    staff_id: int | None = None
    address: str = ""


COMMAND_LINE = Actor("命令行")


class AuditEntry(Base):
    """One act: who, from where, what, on which subject, when. Rows are only ever added; triggers hold that.

    `seq`, `signature` and `digest` come right before the commit (villages/audit/sealing.py): the entry's number without
    gaps, the keyed hash of its content, and of the whole chain up to it. An entry without them was never vouched for.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject"),
        Index("ix_audit_entry_act_id", "act", "id"),
        Index("ix_audit_entry_actor_id", "actor", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(index=True)
    address: Mapped[str | None] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60))
    refused: Mapped[bool] = mapped_column(default=False)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    seq: Mapped[int | None] = mapped_column(index=True, unique=True)
    signature: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))


class AuditCheckpoint(Base):
    """Where the kept part of the chain begins: everything up to `seq` was pruned, signed with the key.

    The triggers of the entries let go what a checkpoint covers, and nothing else.
    """

    __tablename__ = "audit_checkpoint"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    signature: Mapped[str] = mapped_column(String(64))


ENTRIES = cast("Table", AuditEntry.__table__)
# A restore replaces everything: an unsigned checkpoint behind the last entry opens the table, and goes with it.
ENTRIES.info[OPENED_BY] = insert(AuditCheckpoint).values(
    seq=LAST_SEQ, digest="", at=datetime(2000, 1, 1, tzinfo=UTC), signature=""
)
ENTRIES.add_is_dependent_on(cast("Table", AuditCheckpoint.__table__))


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(_mapper: object, _connection: object, entry: AuditEntry) -> None:
    raise TypeError(f"audit entries are only added; {entry.act} cannot be changed")

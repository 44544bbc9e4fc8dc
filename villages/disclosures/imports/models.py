"""Tables of the imports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from villages.accounts.models import Staff
from villages.core.db import Base, Moment

# What a run is at, with the words people use. The first three have their file in the waiting room.
STATES = {
    "checking": "正在检查",
    "checked": "等您确认",
    "writing": "正在导入",
    "done": "已导入",
    "undone": "已撤销",
    "dropped": "没有导入",
}
WAITING = ("checking", "checked", "writing")


class ImportRun(Base):
    """One file that somebody brought to make drafts of, from its check to its undoing.

    `items` is how many drafts it holds or made, `problems` how many places are wrong in it, `moved_at` when it came
    into its state; `submits` whether the drafts are to go to review at once. What the file says is never in here.
    """

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(12))
    moved_at: Mapped[datetime] = mapped_column(Moment)
    items: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    submits: Mapped[bool] = mapped_column(default=False)
    submitted: Mapped[int] = mapped_column(default=0)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    staff: Mapped[Staff] = relationship(foreign_keys=staff_id)
    undone_by: Mapped[Staff | None] = relationship(foreign_keys=undone_by_id)

    @property
    def waits(self) -> bool:
        """Whether its file is still needed."""
        return self.state in WAITING


class ImportedItem(Base):
    """A draft that a run made; gone with the draft when the run is undone."""

    __tablename__ = "imported_item"

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)

"""Is the chain whole? Reads every entry once, in their order, and says what was done to which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.audit.anchors import HEAD, LINES, Anchor, Anchors
from villages.audit.chain import FIELDS, Chain, Head
from villages.audit.models import ENTRIES, AuditCheckpoint
from villages.audit.sealing import head_of

BATCH = 2_000
MOST_FINDINGS = 50
# (content is ours, place is ours) -> what must have happened.
DAMAGE = {
    (False, True): "内容被改动过",
    (False, False): "被改动后又重新签过，或者是伪造的（签名不是用本系统的密钥做的）",
    (True, False): "的次序被动过（移动、调换，或从别处插入）",
}


@dataclass(frozen=True)
class Verdict:
    """What a verification found: how many entries, the end, and a line in Chinese per kind of damage and place."""

    at: datetime
    entries: int
    head: Head
    findings: tuple[str, ...] = ()


@dataclass
class _Run:
    """Neighbouring entries with the same damage are one finding."""

    found: list[str] = field(default_factory=list)
    damage: str = ""
    first: int = 0
    last: int = 0

    def note(self, seq: int, damage: str) -> None:
        if damage == self.damage and seq == self.last + 1:
            self.last = seq
            return
        self.end()
        self.damage, self.first, self.last = damage, seq, seq

    def end(self) -> None:
        if self.damage:
            self.found.append(f"操作日志{numbers(self.first, self.last)}{self.damage}")
        self.damage = ""


def numbers(first: int, last: int) -> str:
    """Entries in words: 第 3 条, or 第 3 条到第 5 条（共 3 条）."""
    return f"第 {first} 条" if first == last else f"第 {first} 条到第 {last} 条（共 {last - first + 1} 条）"


def verify(session: Session, anchors: Anchors, *, at: datetime) -> Verdict:
    """Check every entry, the checkpoint and the anchors; findings that were accepted before are left out.

    Asks in a session of its own: the anchors must be older than what is read, or a commit in between looks like a cut.
    """
    in_force = anchors.in_force()
    with Session(session.get_bind()) as own:
        start, found = _start(own, anchors.chain)
        wanted = {anchor.head.seq: anchor for anchor in in_force if anchor.is_ours}
        entries, head, damage = _walk(own, anchors.chain, start, wanted)
        found += [*damage, *_unsealed(own)]
    found += _against_anchors(in_force, head, entries)
    known = {text for anchor in in_force if anchor.is_ours for text in anchor.known}
    return Verdict(at, entries, head, tuple(each for each in found if each not in known))


def _start(session: Session, chain: Chain) -> tuple[Head, list[str]]:
    row = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.seq.desc()).limit(1)).first()
    if row is None:
        return Head(), []
    if row.signature != chain.checkpoint(row.seq, row.digest, row.at):
        return Head(), [f"操作日志里“第 {row.seq} 条以前已按期清理”的记号是伪造的（签名不是用本系统的密钥做的）"]
    return Head(row.seq, row.digest), []


def _walk(session: Session, chain: Chain, start: Head, wanted: dict[int, Anchor]) -> tuple[int, Head, list[str]]:
    """Every sealed entry in order: how many, the end, and what is wrong with them."""
    run, head, entries = _Run(), start, 0
    columns = [ENTRIES.c[name] for name in (*FIELDS, "seq", "signature", "digest")]
    query = select(*columns).where(ENTRIES.c.seq.is_not(None)).order_by(ENTRIES.c.seq)
    for row in session.execute(query.execution_options(yield_per=BATCH)).mappings():
        seq = row["seq"]
        entries += 1
        is_next = seq == head.seq + 1
        if seq <= head.seq:
            run.note(seq, "应当已按期清理，却又出现了")
        elif not is_next:
            run.end()
            run.note(head.seq + 1, "不见了（被删除）")
            run.last = seq - 1
        damage = _damage(chain, row, head.digest if is_next else None)
        if damage:
            run.note(seq, damage)
        elif seq in wanted and wanted[seq].head.digest != row["digest"]:
            run.note(seq, "与系统另外记下的签名不符，从头到这里的记录可能整个被换过")
        head = Head(seq, row["digest"] or "")
    run.end()
    return entries, head, run.found


def _damage(chain: Chain, row: Any, before: str | None) -> str:
    """What was done to an entry, '' for nothing; without the digest `before` it, its place cannot be told."""
    is_content = row["signature"] == chain.signature(row["seq"], row)
    is_place = before is None or row["digest"] == chain.digest(row["seq"], before, row["signature"] or "")
    return DAMAGE.get((is_content, is_place), "")


def _unsealed(session: Session) -> Iterator[str]:
    count, first = session.execute(select(func.count(), func.min(ENTRIES.c.id)).where(ENTRIES.c.seq.is_(None))).one()
    if count and head_of(session).seq == 0:
        yield f"操作日志有 {count} 条还没有签名（升级前的记录），请运行 villages init"
    elif count:
        yield f"操作日志里有 {count} 条没有编号和签名（如内部编号 {first}），不是本系统写进去的"


def _against_anchors(in_force: list[Anchor], head: Head, entries: int) -> Iterator[str]:
    """What the files beside the database know better."""
    if any(not anchor.is_ours for anchor in in_force):
        yield f"数据目录里记录操作日志末尾的文件（{HEAD}、{LINES}）被改动过，或者密钥换过"
    last = max((anchor.head.seq for anchor in in_force if anchor.is_ours), default=0)
    if last > head.seq and not entries:
        yield f"操作日志全部不见了：原来有到第 {last} 条"
    elif last > head.seq:
        yield f"操作日志末尾被截去：{numbers(head.seq + 1, last)}不见了"
    if entries and not in_force:
        yield f"数据目录里没有记录操作日志末尾的文件（{HEAD}），末尾的记录有没有被截去无从核对"


def some(found: Sequence[str]) -> list[str]:
    """The first findings, and how many more there are."""
    more = len(found) - MOST_FINDINGS
    return [*found[:MOST_FINDINGS], *([f"操作日志另有 {more} 处问题"] if more > 0 else [])]

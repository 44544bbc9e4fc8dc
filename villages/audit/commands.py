"""`villages audit …`: verify the chain, give entries out, accept what was looked into."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from villages.audit.actions import record
from villages.audit.checking import some
from villages.audit.keeping import accept, verify_whole
from villages.audit.models import COMMAND_LINE
from villages.audit.queries import HEADINGS, Wanted, rows
from villages.core.clock import now
from villages.core.console import installation, say
from villages.core.refusal import Refusal, refuse_if
from villages.core.sheets import as_csv, as_xlsx

FORMS = {".csv": as_csv, ".xlsx": as_xlsx}
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """操作日志：核对有没有被改动，导出。"""


@audit.command("verify")
def verify_() -> None:
    """核对操作日志有没有被改动、删除、调换、截去；有问题的逐条列出，退出码为 1。"""
    verdict = verify_whole(installation().storage, at=now())
    say(f"操作日志核对了 {verdict.entries} 条，末尾是第 {verdict.head.seq} 条，签名 {verdict.head.digest}")
    refuse_if(some(verdict.findings))
    say("没有发现问题")


@audit.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "first", type=DAY, help="从哪一天起（含），如 2026-01-01")
@click.option("--to", "last", type=DAY, help="到哪一天止（含）")
def export(file: Path, first: datetime | None, last: datetime | None) -> None:
    """把操作日志导出成 .csv 或 .xlsx 文件；导出本身也记一条。"""
    write = FORMS.get(file.suffix.lower())
    if write is None:
        raise Refusal(f"{file.name} 要以 .csv 或 .xlsx 结尾")
    storage = installation().storage
    wanted = Wanted(first=first.date() if first else None, last=last.date() if last else None)
    _write(file, write(HEADINGS, rows(storage, wanted)))
    with storage.transaction() as session:
        told = wanted.told() | {"form": file.suffix.lower()[1:]}
        record(session, "audit.export", "audit", by=COMMAND_LINE, at=now(), what=told)
    say(f"操作日志已导出到 {file}（只有您能读）")


def _write(file: Path, pieces: Iterator[bytes]) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.writelines(pieces)
    except FileExistsError as error:
        raise Refusal(f"{file} 已经存在，请换一个文件名") from error
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Refusal(f"写不了文件 {file}：{error.strerror}。请检查目录、权限和磁盘空间") from error


@audit.command("accept")
@click.option("--note", required=True, help="查明的原因，如“2026年3月数据库按备份重建”")
def accept_(note: str) -> None:
    """把核对出的问题记为已查明：以后自检只报新的问题，旧的仍留在记录里。"""
    accepted = accept(installation().storage, note, by=COMMAND_LINE, at=now())
    say(f"已记下 {len(accepted)} 处问题查明了，自检不再报这些")

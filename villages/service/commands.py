"""`villages init`, `serve`, `run-due`, `check`, `backup`, `restore`, `keys`, `search`, `sample`."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from villages.audit.actions import record
from villages.audit.keeping import begin_again, keep_daily, note_head
from villages.audit.models import COMMAND_LINE
from villages.audit.sealing import head_of, seal_old
from villages.calendar.actions import seed
from villages.core.archive import check_archive, read_archive, write_archive
from villages.core.clock import SHANGHAI, moment_text, now
from villages.core.console import FORMAT, installation, print_json, say, warn
from villages.core.files import FileStore
from villages.core.keys import NAMES, key, whole_key
from villages.core.migration import migrate
from villages.core.refusal import Refusal, refuse_if
from villages.disclosures.facets import renew_all
from villages.disclosures.imports.process import room_of
from villages.disclosures.indexing import is_whole, rebuild
from villages.intake.sending import send_due
from villages.office import marks
from villages.office.findings import findings, slow_answers
from villages.office.sample import add_sample, remove_sample
from villages.plates.actions import issue_missing
from villages.registry.bodies import make_missing
from villages.registry.commands import read_county, report
from villages.registry.loading import load
from villages.registry.queries import is_empty
from villages.service import rotating
from villages.service.due import jobs
from villages.service.due import run as run_job
from villages.service.server import run
from villages.site.queries import rules_of

BUNDLED = Path(__file__).resolve().parents[1] / "registry" / "data" / "nanle-villages.csv"


@click.command()
@click.option("--county", type=click.Path(path_type=Path), help="别的县（市）的村庄名单，格式同自带的名单")
@click.option("--sample", "with_sample", is_flag=True, help="加上标明“示例”的内容")
def init(county: Path | None, with_sample: bool) -> None:  # noqa: FBT001
    """建立或升级数据库，载入村庄名单，给每个村发码牌；可以反复运行。"""
    settings = installation().settings
    entries = read_county(county) if county else None
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f"建不了数据目录 {settings.data_dir}：{error.strerror}。请用 VILLAGES_DATA_DIR 换一个") from error
    for name in NAMES:
        key(settings.data_dir, name, getattr(settings, f"{name}_key"))
    migrate(installation().unready_storage)
    with installation().storage.transaction(alone=True) as session:
        if entries is None and is_empty(session):
            entries = read_county(BUNDLED)
        if entries is not None:
            report(load(session, entries, by=COMMAND_LINE, at=now()), most=20)
        say(f"新发码牌 {len(issue_missing(session, by=COMMAND_LINE, at=now()))} 块")
        if made := make_missing(session, by=COMMAND_LINE, at=now()):
            say(f"新登记公开单位 {made} 个")
        if days := seed(session, by=COMMAND_LINE, at=now()):
            say(f"新载入放假安排 {days} 天")
        if renewed := renew_all(session):
            say(f"新登记查找用的词 {renewed} 个")
        if with_sample:
            say(f"新加示例 {add_sample(session, by=COMMAND_LINE, at=now())} 条")
        _catch_up(session)


def _catch_up(session: Session) -> None:
    """What older versions did not do: an index, a chain."""
    if not is_whole(session):
        say(f"搜索索引已重建，收入 {rebuild(session)} 条")
    if sealed := seal_old(session):
        say(f"操作日志已签名 {sealed} 条")


@click.command()
@click.option("--host", default="127.0.0.1", help="监听地址，默认只听本机")
@click.option("--port", type=click.IntRange(1, 65535), help="端口，默认取 PORT 或 8000")
@click.option("--workers", type=click.IntRange(1, 64), help="进程数，默认等于处理器核数")
def serve(host: str, port: int | None, workers: int | None) -> None:
    """启动服务。"""
    _ = installation().storage
    run(host=host, port=port or installation().settings.port, workers=workers)


@click.command("run-due")
def run_due() -> None:
    """把现在该做的事做完；可以每分钟运行，重复运行也不要紧。"""
    settings = installation().settings
    for title, job in jobs(FileStore(settings.files_dir), room_of(settings)).items():
        say(f"{title}：{run_job(installation().storage, job, now)}")
    with installation().storage.reading() as session:
        days = rules_of(session)["audit_days"]
    say(f"清理到期的操作日志：{keep_daily(installation().storage, days=days, at=now())}")
    marks.note(settings.data_dir, marks.LAST_RUN, now())
    say(f"发出通知：{send_due(installation().storage, now())}")
    if marks.is_old(settings.data_dir, now()):
        with installation().storage.reading() as session:
            answers = slow_answers(session, settings)
        marks.keep(settings.data_dir, answers, now())
        say(f"自检：{sum(map(len, answers.values()))}")


@click.command()
@FORMAT
def check(form: str) -> None:
    """检查这套系统能不能对外服务；有问题的逐条列出，退出码为 1。"""
    with installation().storage.reading() as session:
        found = list(findings(session, installation().settings))
        head = head_of(session)
    if form == "json":
        told = [{"part": each.question.part, "key": each.question.key, "text": each.text} for each in found]
        audit = {"entry": head.seq, "digest": head.digest}
        print_json({"findings": [each.text for each in found], "told": told, "audit": audit})
    else:
        say(f"操作日志的末尾是第 {head.seq} 条，签名 {head.digest}")
    refuse_if([each.text for each in found])
    if form != "json":
        say("没有发现问题")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """把全部数据备份成一个文件，服务不用停。密钥不在里面（见 villages keys export）。"""
    if file.exists():
        raise Refusal(f"{file} 已经存在，请换一个文件名，以免盖掉旧备份")
    at = now()
    content = write_archive(installation().storage, file, at=at, files=FileStore(installation().settings.files_dir))
    with installation().storage.transaction() as session:
        record(session, "service.backup", "service", by=COMMAND_LINE, at=at, rows=content.rows)
    note_head(installation().storage, "backup", at=at)
    marks.note(installation().settings.data_dir, marks.LAST_BACKUP, at)
    say(f"已备份 {content.rows} 条记录、{content.files} 个附件到 {file}（{moment_text(at)}）")
    for digest in content.damaged:
        warn(f"文件 {digest[:12]} 的内容已损坏，没有备份进去，请运行 villages check 看是哪一条的附件")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """用备份替换现有的全部数据；替换前自动把现有数据另存一份。"""
    settings, storage = installation().settings, installation().unready_storage
    files = FileStore(settings.files_dir)
    if not file.exists():
        raise Refusal(f"打不开备份 {file}：文件不存在")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_archive(file)
    migrate(storage)
    with storage.reading() as session:
        worth_keeping = not is_empty(session)
    if worth_keeping:
        kept = settings.data_dir / f"before-restore-{now().astimezone(SHANGHAI):%Y%m%d-%H%M%S-%f}.zip"
        write_archive(storage, kept, at=now(), files=files)
        say(f"现有数据已另存到 {kept}")
    content = read_archive(storage, file, files=files, then=_after_restore)
    with storage.transaction() as session:
        record(session, "service.restore", "service", by=COMMAND_LINE, at=now(), rows=content.rows)
    say(f"已恢复 {content.rows} 条记录、{content.files} 个附件。所有工作人员需要重新登录")


def _after_restore(session: Session) -> None:
    rebuild(session)
    begin_again(session, at=now())


@click.group()
def keys() -> None:
    """系统的密钥。"""


@keys.command()
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """把密钥存成一个文件，和备份分开保管。"""
    settings = installation().settings
    lines = [
        f"VILLAGES_{name.upper()}_KEY={whole_key(settings.data_dir, name, getattr(settings, f'{name}_key'))}"
        for name in NAMES
    ]
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
    except FileExistsError as error:
        raise Refusal(f"{file} 已经存在，请换一个文件名") from error
    except OSError as error:
        raise Refusal(f"写不了文件 {file}：{error.strerror}。请检查目录和权限") from error
    say(f"密钥已存到 {file}（只有您能读），请和备份分开放好")


@keys.command()
@click.option("--drop-old", is_flag=True, help="全部换好以后，去掉旧密钥")
def rotate(drop_old: bool) -> None:  # noqa: FBT001
    """换一个数据密钥，把封存的内容全部用新密钥重新封好；中途停了，再运行一次就接着做。"""
    storage, settings = installation().storage, installation().settings
    if drop_old:
        path = rotating.drop_old(storage, settings, at=now())
        say(f"已去掉旧密钥，现在的在 {path}。去掉以前做的备份，要用旧密钥才读得出里面封存的内容")
        return
    draft = rotating.begin(storage, settings)
    if draft is not None:
        raise Refusal(
            f"密钥在 VILLAGES_DATA_KEY 里，要由您来换：先停下服务，把它改成 {draft} 里的那一行，"
            "再运行一次这条命令，最后启动服务"
        )
    count = rotating.reseal(storage, at=now(), told=lambda done: warn(f"已重新封好 {done} 处"))
    say(f"已用新密钥重新封好 {count.done} 处。请马上用 villages keys export 另存，再加上 --drop-old 去掉旧的")
    if count.unreadable:
        raise Refusal(f"有 {count.unreadable} 处现有的密钥都读不出，没有动。它们是用更早的密钥封的")


@click.group()
def search() -> None:
    """搜索索引。"""


@search.command("rebuild")
def rebuild_index() -> None:
    """按现在公开的内容重建搜索索引；服务不用停。"""
    with installation().storage.transaction(alone=True) as session:
        found = rebuild(session)
        record(session, "search.rebuild", "search", by=COMMAND_LINE, at=now(), count=found)
    say(f"搜索索引已重建，收入 {found} 条")


@click.group()
def sample() -> None:
    """示例内容。"""


@sample.command()
def remove() -> None:
    """去掉全部示例内容（正式上线那天用）。"""
    with installation().storage.transaction() as session:
        say(f"已去掉 {remove_sample(session, by=COMMAND_LINE, at=now())} 条示例内容")

"""Is this installation fit to serve? Each question returns lines in Chinese: what, where, what to do.

Quick questions are asked whenever somebody wants to know. Slow ones read files or all content: `villages check` asks
them, and so does `run-due` once an hour; pages show what was found then (`marks.py`).
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.accounts.queries import count_role
from villages.audit.anchors import Anchors
from villages.audit.checking import some, verify
from villages.core.clock import day_of, day_text, moment_text, now
from villages.core.files import FileStore
from villages.core.keys import NAMES
from villages.core.refusal import Refusal
from villages.disclosures.attachments import digests_in_use, using
from villages.disclosures.emergencies import overdue
from villages.disclosures.gate import mask
from villages.disclosures.indexing import is_whole
from villages.intake.enclosures import digests_in_use as enclosures_in_use
from villages.office import cases, content, halls, marks
from villages.office.sample import count_sample
from villages.paper.errors import PaperError
from villages.paper.fonts import missing_characters
from villages.plates.layouts import layouts
from villages.plates.numbers import has_right_check_digit
from villages.plates.printing import Job, read_back_sheets
from villages.plates.queries import (
    all_plates,
    astray,
    plates_to_print,
    villages_without_active_plate,
    villages_without_plate,
)
from villages.plates.watching import photos_in_use
from villages.registry.models import Contact
from villages.registry.queries import is_empty, villages_of
from villages.settings import Settings, is_private_host
from villages.site.queries import missing
from villages.speech.voice import PACKAGE, program

LEAST_FREE = 1024**3
MOST_FILES = 20
OLDEST_BACKUP, LONGEST_PAUSE = timedelta(days=7), timedelta(minutes=10)
Ask = Callable[[Session, Settings], Iterator[str]]


@dataclass(frozen=True)
class Question:
    """One question. `part`: of what. `good`: what is so where nothing is found.

    `endpoint`: the page where it is mended, '' where that is a command's work. `is_slow`: its answer is kept.
    `is_live`: what it finds must be mended before going live.
    """

    key: str
    part: str
    good: str
    ask: Ask
    endpoint: str = ""
    is_slow: bool = False
    is_live: bool = False


@dataclass(frozen=True)
class Finding:
    """One line, and the question that found it."""

    question: Question
    text: str


def findings(session: Session, settings: Settings) -> Iterator[Finding]:
    """Every finding of every question, the slow ones too."""
    for question in QUESTIONS:
        yield from (Finding(question, text) for text in question.ask(session, settings))


def quick_findings(session: Session, settings: Settings, kept: Mapping[str, Iterable[str]]) -> Iterator[Finding]:
    """Every finding, those of slow questions as `kept` has them."""
    for question in QUESTIONS:
        texts = kept.get(question.key, ()) if question.is_slow else question.ask(session, settings)
        yield from (Finding(question, text) for text in texts)


def slow_answers(session: Session, settings: Settings) -> dict[str, list[str]]:
    """What every slow question finds now, by its key."""
    return {each.key: list(each.ask(session, settings)) for each in QUESTIONS if each.is_slow}


def _address(_session: Session, settings: Settings) -> Iterator[str]:
    url = settings.public_url
    if not url:
        yield "还没有设置 VILLAGES_PUBLIC_URL：码牌只能打印测试版。请设成正式的 https 网址"
    elif url.startswith("http://"):
        yield f"VILLAGES_PUBLIC_URL 是不加密的 http（{url}）：码牌只能打印测试版。请改用 https"
    elif is_private_host(url):
        yield f"VILLAGES_PUBLIC_URL 是内部地址（{url}）：村民的手机打不开。请改成公网域名"


def _registry(session: Session, _settings: Settings) -> Iterator[str]:
    if is_empty(session):
        yield "还没有村庄名单，请运行 villages init"
        return
    lacking = villages_without_plate(session)
    if lacking:
        yield f"有 {len(lacking)} 个村还没有码牌（如{lacking[0].name}），请运行 villages init"
    odd = missing_characters([unit.name for unit in villages_of(session)])
    if odd:
        yield f"打印字体里没有这些字：{'、'.join(sorted(odd))}。带这些字的村打印不了码牌，请核对村名"
    if session.scalar(select(func.count()).select_from(Contact).where(~Contact.is_sample)) == 0:
        yield "还没有登记任何办公电话，村民没有地方问。请在“办公电话”里登记（或用 villages registry contact）"


def _sample(session: Session, _settings: Settings) -> Iterator[str]:
    if samples := count_sample(session):
        yield f"还有 {samples} 条示例内容，上线前请去掉（“上线准备”里的按钮，或运行 villages sample remove）"


def _plates(session: Session, settings: Settings) -> Iterator[str]:
    bare = villages_without_active_plate(session)
    if bare:
        yield f"有 {len(bare)} 个村没有在用的码牌（如{bare[0].name}），请用 villages plates issue 补发"
    wrong = [plate.number for plate in all_plates(session) if not has_right_check_digit(plate.number)]
    if wrong:
        yield f"有 {len(wrong)} 个码号的校验位不对（如 {wrong[0]}），数据库可能被改动过，请用备份核对"
    lost = astray(session, settings.base_url)
    if lost:
        plate, url = lost[0]
        yield (
            f"墙上有 {len(lost)} 块码牌印的是旧网址（如 {plate.unit.name} {plate.number}，印着 {url}）："
            f"请保证旧网址仍能转到 {settings.base_url}，或重新打印"
        )


def _site(session: Session, _settings: Settings) -> Iterator[str]:
    for detail in missing(session):
        yield f"网站信息缺“{detail.label}”：{detail.empty}。请在“网站设置”里填写（或用 villages site set {detail.key}）"


def _staff(session: Session, _settings: Settings) -> Iterator[str]:
    if count_role(session, "administrator") == 0:
        yield "还没有系统管理员账号，请运行 villages accounts add 名字 --role administrator --scope 县代码"


def _emergencies(session: Session, _settings: Settings) -> Iterator[str]:
    late = overdue(session, day_of(now()))
    if late:
        yield (
            f"有 {len(late)} 条紧急发布过了一个工作日还没有人确认（如编号 {late[0].id}，{late[0].publisher.name}），"
            "请另一个人看过以后运行 villages disclosures confirm 编号"
        )


def _voice(_session: Session, _settings: Settings) -> Iterator[str]:
    if not program():
        yield (
            f"没有安装 {PACKAGE}（1.51 或更新的版本），页面上没有“念给我听”。Debian、Ubuntu 请运行 "
            f"apt-get install --no-install-recommends {PACKAGE}，再重新启动服务"
        )


def _machine(_session: Session, settings: Settings) -> Iterator[str]:
    free = shutil.disk_usage(settings.data_dir).free
    if free < LEAST_FREE:
        yield f"数据目录 {settings.data_dir} 只剩 {free // 1024**2} MB 空间，请清理磁盘"
    if stat.S_IMODE(settings.data_dir.stat().st_mode) & 0o077:
        yield f"数据目录 {settings.data_dir} 别人也能进，请运行 chmod 700 {settings.data_dir}"
    for path in (*(settings.data_dir / f"{name}.key" for name in NAMES), *settings.data_dir.glob("*.sqlite3")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"{path} 别人也能读，请运行 chmod 600 {path}"


def _files(session: Session, settings: Settings) -> Iterator[str]:
    store = FileStore(settings.files_dir)
    lost = [digest for digest, size in digests_in_use(session).items() if store.size(digest) != size]
    for digest in lost[:MOST_FILES]:
        for found in using(session, digest):
            yield (
                f"公开事项编号 {found.item_id} 的附件“{mask(found.name)}”的文件丢失或不完整，"
                f"请用备份恢复，或去掉后重新上传（文件编号 {digest[:12]}）"
            )
    others = {"张码牌照片": photos_in_use(session), "份诉求材料": enclosures_in_use(session)}
    for what, used in others.items():
        if gone := sum(store.size(digest) != size for digest, size in used.items()):
            yield f"有 {gone} {what}的文件丢失或不完整，请用备份恢复"
    if len(lost) > MOST_FILES:
        yield f"另有 {len(lost) - MOST_FILES} 个附件的文件丢失或不完整，请用备份恢复"


def _backup(_session: Session, settings: Settings) -> Iterator[str]:
    last, how = marks.moment(settings.data_dir, marks.LAST_BACKUP), "villages backup 文件名"
    if last is None:
        yield f"还没有做过备份，请运行 {how}，并把备份和密钥（villages keys export）分开放好"
    elif now() - last > OLDEST_BACKUP:
        days = (now() - last).days
        yield f"上一次备份是 {day_text(day_of(last))}，已经过了 {days} 天。请运行 {how}，最好每天定时运行"


def _jobs(_session: Session, settings: Settings) -> Iterator[str]:
    last = marks.moment(settings.data_dir, marks.LAST_RUN)
    how = "请让系统的定时任务每分钟运行一次 villages run-due"
    if last is None:
        yield f"定时的工作从来没有运行过：到时间的不会发布，到期的名单不会收起。{how}"
    elif now() - last > LONGEST_PAUSE:
        yield f"定时的工作 {moment_text(last)} 以后没有运行过：到时间的不会发布。{how}"


def _search(session: Session, _settings: Settings) -> Iterator[str]:
    if not is_whole(session):
        yield "搜索索引与公开的内容不一致，有的内容可能搜不到。请运行 villages search rebuild"


def _audit(session: Session, settings: Settings) -> Iterator[str]:
    yield from some(verify(session, Anchors.of(settings), at=now()).findings)


def _readable(session: Session, settings: Settings) -> Iterator[str]:
    plates = plates_to_print(session)[:1]
    for layout in layouts().values() if plates else ():
        try:
            read_back_sheets(Job(layout, plates, settings, is_test=True), progress=_silent)
        except (Refusal, PaperError) as error:
            yield f"按“{layout.title}”试印的码读不回来：{error}。请先不要打印，并联系技术人员"


def _silent(_done: int, _all: int) -> None:
    """Nobody watches."""


ADDRESS, PLACES, SITE, PEOPLE, CONTENT = "网址", "村庄和码牌", "网站信息", "账号", "公开的内容"
CASES, HALLS, MACHINE = "群众的诉求", "大厅的触摸一体机", "机器和备份"
QUESTIONS = (
    Question("address", ADDRESS, "网址是公网的 https", _address, is_live=True),
    Question("registry", PLACES, "村庄名单、码牌、办公电话都有", _registry, "contacts.places", is_live=True),
    Question("plates", PLACES, "每个村都有在用的码牌，印的是现在的网址", _plates, "plates.rolls", is_live=True),
    Question("readable", PLACES, "试印的码每种样式都读得回来", _readable, is_slow=True, is_live=True),
    Question("site", SITE, "网站信息都填好了", _site, "settings.details", is_live=True),
    Question("holidays", SITE, "放假安排已经导入", content.holidays, "law.holidays", is_live=True),
    Question("staff", PEOPLE, "有系统管理员账号", _staff, is_live=True),
    Question("sample", CONTENT, "没有示例内容", _sample, "going_live.sample", is_live=True),
    Question("emergencies", CONTENT, "没有等人确认的紧急发布", _emergencies, "reviews.queue"),
    Question("notices", CONTENT, "没有过了公示期还没收起的名单", content.notices),
    Question("empty", CONTENT, "没有空的栏目", content.empty_columns, "control.room"),
    Question("stale", CONTENT, "首页和栏目都按时更新", content.stale_columns, "control.room"),
    Question("links", CONTENT, "内容里指到本站的网址都打得开", content.dead_links, is_slow=True),
    Question("files", CONTENT, "附件、照片、诉求材料的文件都完整", _files, is_slow=True),
    Question("search", CONTENT, "搜索索引是完整的", _search, is_slow=True),
    Question("unseen", CASES, "每件诉求都有人能看到", cases.unseen),
    Question("overdue", CASES, "没有过了答复期限的诉求", cases.overdue),
    Question("outbox", CASES, "通知都发出去了", cases.stuck, "intake.channels"),
    Question("kiosks", HALLS, "每台触摸一体机都有消息", halls.silent, "machines.fleet"),
    Question("help", HALLS, "没有等了很久的求助", halls.unanswered, "machines.help_calls"),
    Question("pairing", HALLS, "没有等着配对的触摸一体机", halls.asking, "machines.fleet"),
    Question("audit", MACHINE, "操作日志没有被改动", _audit, "audit_log.entries", is_slow=True),
    Question("jobs", MACHINE, "定时的工作在按时运行", _jobs, is_live=True),
    Question("backup", MACHINE, "七天之内做过备份", _backup, is_live=True),
    Question("machine", MACHINE, "磁盘够用，数据目录只有自己能看", _machine, is_live=True),
    Question("voice", MACHINE, "能念给人听", _voice),
)

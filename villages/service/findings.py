"""Is this installation fit to serve? Each question returns lines in Chinese: what, where, what to do."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from villages.accounts.queries import count_role
from villages.audit.anchors import Anchors
from villages.audit.checking import some, verify
from villages.core.clock import day_of, now
from villages.core.files import FileStore
from villages.core.keys import NAMES
from villages.disclosures.attachments import digests_in_use, using
from villages.disclosures.emergencies import overdue
from villages.disclosures.gate import mask
from villages.disclosures.indexing import is_whole
from villages.disclosures.models import Item
from villages.paper.fonts import missing_characters
from villages.plates.numbers import has_right_check_digit
from villages.plates.queries import all_plates, astray, villages_without_active_plate, villages_without_plate
from villages.plates.watching import photos_in_use
from villages.registry.models import Contact
from villages.registry.queries import is_empty, villages_of
from villages.settings import Settings, is_private_host
from villages.site.queries import missing
from villages.speech.voice import PACKAGE, program

LEAST_FREE = 1024**3
MOST_FILES = 20


def findings(session: Session, settings: Settings) -> Iterator[str]:
    """Every finding of every question."""
    for question in QUESTIONS:
        yield from question(session, settings)


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
        yield "还没有登记任何办公电话，村民没有地方问。请用 villages registry contact 登记"
    samples = sum(
        session.scalar(select(func.count()).select_from(table).where(table.is_sample)) or 0 for table in (Contact, Item)
    )
    if samples:
        yield f"还有 {samples} 条示例内容，上线前请运行 villages sample remove"


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
        yield f"网站信息缺“{detail.label}”：{detail.empty}。请用 villages site set {detail.key} 内容"


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
    gone = sum(store.size(digest) != size for digest, size in photos_in_use(session).items())
    if gone:
        yield f"有 {gone} 张码牌照片的文件丢失或不完整，请用备份恢复"
    if len(lost) > MOST_FILES:
        yield f"另有 {len(lost) - MOST_FILES} 个附件的文件丢失或不完整，请用备份恢复"


def _backup(_session: Session, settings: Settings) -> Iterator[str]:
    if not (settings.data_dir / LAST_BACKUP).exists():
        yield "还没有做过备份，请运行 villages backup 文件名，并把备份和密钥（villages keys export）分开放好"


def _search(session: Session, _settings: Settings) -> Iterator[str]:
    if not is_whole(session):
        yield "搜索索引与公开的内容不一致，有的内容可能搜不到。请运行 villages search rebuild"


def _audit(session: Session, settings: Settings) -> Iterator[str]:
    yield from some(verify(session, Anchors.of(settings), at=now()).findings)


LAST_BACKUP = Path("last-backup")
QUESTIONS: tuple[Callable[[Session, Settings], Iterator[str]], ...] = (
    _address,
    _registry,
    _plates,
    _site,
    _staff,
    _emergencies,
    _voice,
    _machine,
    _files,
    _backup,
    _search,
    _audit,
)

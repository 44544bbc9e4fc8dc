"""`villages kiosks …`: the halls' touchscreens from the command line."""

from __future__ import annotations

from typing import Any

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.keys import key as installation_key
from villages.core.keys import program_key
from villages.core.refusal import Refusal
from villages.machines import actions
from villages.machines.queries import hall_named, kiosk_asking, kiosk_numbered, kiosks_asking
from villages.machines.spans import ago
from villages.machines.telling import KEY, told_of
from villages.machines.tokens import spoken_code
from villages.machines.words import ORIENTATIONS, STATES


@click.group()
def kiosks() -> None:
    """大厅的触摸一体机：列出、配对、停用。"""


@kiosks.command("list")
@FORMAT
def list_(form: str) -> None:
    """列出一体机：情况、大厅、上次消息；等着配对的带配对码。"""
    at = now()
    with installation().storage.reading() as session:
        told = told_of(session, None, at=at)
        asking = kiosks_asking(session, at=at)
    if form == "json":
        print_json([each.row() for each in told] + [_asking(each) for each in asking])
        return
    rows = [
        [str(each.kiosk.id), each.state_words, each.kiosk.name, ORIENTATIONS[each.kiosk.orientation],
         ago(each.kiosk.heard_at, at), each.kiosk.version]
        for each in told
    ]  # fmt: skip
    rows += [[str(each.id), STATES["asking"], f"配对码 {spoken_code(each.code or '')}", "", "", ""] for each in asking]
    say(columns(rows, ["编号", "情况", "名称", "方向", "上次消息", "版本"]))


def _asking(kiosk: Any) -> dict[str, Any]:
    return {"id": kiosk.id, "state": "asking", "code": kiosk.code, "code_until": kiosk.code_until.isoformat()}


@kiosks.command()
@click.argument("code")
@click.option("--hall", required=True, help="放在哪里：乡镇名称或 9 位代码；县里的写县的名称或 6 位代码")
@click.option("--name", default="", help="名称；不写就按大厅起名")
@click.option("--orientation", type=click.Choice(list(ORIENTATIONS)), help="竖屏或横屏；不写就看屏幕的大小")
def approve(code: str, hall: str, name: str, orientation: str | None) -> None:
    """让屏幕上显示这个配对码的一体机用起来。"""
    with installation().storage.transaction() as session:
        kiosk, unit = kiosk_asking(session, code, at=now()), hall_named(session, hall)
        turned = orientation or kiosk.seems
        actions.approve(session, kiosk, unit=unit, name=name, orientation=turned, by=COMMAND_LINE, at=now())
        say(f"已配对：编号 {kiosk.id}，{kiosk.name}，{ORIENTATIONS[turned]}")


@kiosks.command()
@click.argument("kiosk_id", metavar="ID", type=click.IntRange(1, 2**31 - 1))
def revoke(kiosk_id: int) -> None:
    """停用一台一体机；它马上打不开大厅的页面。"""
    with installation().storage.transaction() as session:
        kiosk = kiosk_numbered(session, kiosk_id)
        if kiosk is None:
            raise Refusal(f"没有编号为 {kiosk_id} 的一体机，请用 villages kiosks list 核对")
        actions.revoke(session, kiosk, by=COMMAND_LINE, at=now())
        say(f"已停用编号 {kiosk.id} 的一体机 {kiosk.name}".rstrip())


@kiosks.command()
def key() -> None:
    """显示监控程序读取 /admin/kiosks.json 用的密钥。"""
    settings = installation().settings
    say(program_key(installation_key(settings.data_dir, "secret", settings.secret_key), KEY))

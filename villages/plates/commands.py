"""`villages plates …`: code plates from the command line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from villages.audit.models import COMMAND_LINE
from villages.core.clock import moment_text, now
from villages.core.console import FORMAT, Progress, columns, installation, print_json, say, warn
from villages.plates import actions, inspecting, printing, queries
from villages.plates.export import harmless
from villages.plates.layouts import layout as layout_named
from villages.plates.models import Plate
from villages.plates.numbers import spoken
from villages.plates.workflow import FINDINGS
from villages.registry.queries import township_named, village

STATES = {"active": "在用", "retired": "停用"}


class Millimetres(click.FloatRange):
    """A length in mm within bounds; unlike its parent it takes no nan."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        length = float(super().convert(value, param, ctx))
        if math.isnan(length):
            self.fail("要写一个数", param, ctx)
        return length


@click.group()
def plates() -> None:
    """码牌：列出、发放、停用、画码、打印。"""


@plates.command("list")
@click.option("--township", help="乡镇名称或 9 位代码")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", help="输出格式")
def list_(township: str | None, form: str) -> None:
    """列出码牌。"""
    base_url = installation().settings.base_url
    with installation().storage.reading() as session:
        area = township_named(session, township) if township else None
        rows = [_row(plate, base_url) for plate in queries.all_plates(session, area)]
    if form == "json":
        print_json(rows)
    elif form == "csv":
        click.echo(_csv(rows), nl=False)
    else:
        shown = [
            [spoken(r["number"]), r["township"], r["village"], r["place"], STATES[r["state"]], r["url"]] for r in rows
        ]
        say(columns(shown, ["码号", "乡镇", "村", "位置", "状态", "网址"]))


def _row(plate: Plate, base_url: str) -> dict[str, str]:
    return {
        "number": plate.number,
        "village_code": plate.unit.division_code,
        "village": plate.unit.name,
        "township": plate.unit.name_above("township"),
        "place": plate.place,
        "url": queries.address(base_url, plate.number),
        "state": plate.state,
    }


def _csv(rows: Sequence[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["number", "village_code", "village", "township", "place", "url", "state"])
    writer.writerows([harmless(cell) for cell in row.values()] for row in rows)
    return out.getvalue()


@plates.command()
@click.argument("code")
@click.option("--place", required=True, help="挂在哪里，例如：文化广场")
def issue(code: str, place: str) -> None:
    """给一个村再发一块码牌。"""
    with installation().storage.transaction() as session:
        plate = actions.issue(session, village(session, code), place=place, by=COMMAND_LINE, at=now())
        say(f"已给{plate.unit.name}（{plate.place}）发码牌 {plate.number}")


@plates.command()
@click.argument("number")
@click.option("--reason", required=True, help="lost（丢失）、damaged（损坏）、replaced（更换），或自己写明")
@click.option("--successor", help="接替它的码牌的码号")
def retire(number: str, reason: str, successor: str | None) -> None:
    """停用一块码牌；扫它仍能打开村的页面，页面会说明已停用。"""
    with installation().storage.transaction() as session:
        plate = queries.plate(session, number)
        heir = queries.plate(session, successor) if successor else None
        actions.retire(session, plate, reason=reason, successor=heir, by=COMMAND_LINE, at=now())
        say(f"已停用{plate.unit.name}的码牌 {plate.number}（{plate.reason}）")


@plates.command()
@click.argument("number")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="图片文件，.png 或 .svg")
@click.option("--width-mm", type=Millimetres(10, 2000), default=60.0, show_default=True, help="连同白边的宽度（毫米）")
def draw(number: str, output: Path, width_mm: float) -> None:
    """把一块码牌的二维码画成图片。"""
    settings = installation().settings
    with installation().storage.reading() as session:
        plate = queries.plate(session, number)
        if plate.is_retired:
            warn(f"注意：码牌 {plate.number} 已经停用（{plate.reason}）")
    if not settings.is_public:
        warn("注意：没有设置公网 https 网址（VILLAGES_PUBLIC_URL），这个码只能在本机试用，不要张贴")
    printing.draw(queries.address(settings.base_url, plate.number), output, width_mm=width_mm)
    say(f"已画好 {output}")


@plates.command()
@click.option("--layout", "layout_name", required=True, help="版式：door-a4、sticker-a4-3x7、sticker-a4-2x4、wall-a3")
@click.option("--township", help="只打一个乡镇：名称或 9 位代码")
@click.option("--village", "code", help="只打一个村：12 位代码")
@click.option("--skip", type=click.IntRange(0), default=0, help="第一张纸上已经用掉几格")
@click.option(
    "--shift-mm", nargs=2, type=Millimetres(-20, 20), default=(0.0, 0.0), help="打印机偏了：向右、向下移几毫米"
)
@click.option("--cut-lines/--no-cut-lines", default=None, help="画不画裁切线，默认按版式")
@click.option("--test", "is_test", is_flag=True, help="测试版：每页写明“测试，勿张贴”")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF 文件")
def sheets(
    layout_name: str, township: str | None, code: str | None, skip: int, shift_mm: tuple[float, float],
    cut_lines: bool | None, is_test: bool, output: Path,  # noqa: FBT001
) -> None:  # fmt: skip
    """排好可以打印的码单，每个码都读回核对过，有一个读不出就不出文件。"""
    settings, storage = installation().settings, installation().storage
    layout = layout_named(layout_name)
    if township and code:
        raise click.UsageError("--township 和 --village 只能用一个")
    printing.refuse_unfit_address(settings, is_test=is_test)
    with storage.reading() as session:
        area = township_named(session, township) if township else None
        unit = village(session, code) if code else None
        chosen = printing.plates_for(session, layout, township=area, unit=unit)
        job = printing.Job(layout, chosen, settings, is_test, skip, shift_mm, cut_lines)
        pdf, reading = printing.read_back_sheets(job, progress=Progress("读回核对"))
    with storage.transaction() as session:
        actions.note_print_run(
            session,
            chosen,
            layout=layout.name,
            base_url=settings.base_url,
            is_test=is_test,
            by=COMMAND_LINE,
            at=now(),
        )
        printing.replace(output, pdf)  # within the transaction: no sheet without its record, no record without a sheet
    say(f"已排好 {output}：{reading.pages} 页，{reading.codes} 个码全部读回")
    say(f"最小单元 {reading.module_mm:.2f} 毫米，大约 {reading.distance_mm / 1000:.1f} 米内能扫")
    if reading.is_small:
        warn("注意：最小单元不到 0.8 毫米，打印不清或扫描远了可能读不出，请先试打")


@plates.command()
@FORMAT
def runs(form: str) -> None:
    """列出打印记录，和墙上印着旧网址的码牌。"""
    base_url = installation().settings.base_url
    with installation().storage.reading() as session:
        records = [
            {
                "at": run.at.isoformat(),
                "by": run.actor,
                "layout": run.layout,
                "plates": count,
                "base_url": run.base_url,
                "test": run.is_test,
            }
            for run, count in queries.print_runs(session)
        ]
        lost = [(plate.number, plate.unit.name, url) for plate, url in queries.astray(session, base_url)]
        times = [moment_text(run.at) for run, _ in queries.print_runs(session)]
    if form == "json":
        print_json({"runs": records, "astray": [{"number": n, "village": v, "base_url": u} for n, v, u in lost]})
        return
    shown = [
        [at, str(r["by"]), str(r["layout"]), str(r["plates"]), "测试" if r["test"] else "正式", str(r["base_url"])]
        for at, r in zip(times, records, strict=True)
    ]
    say(columns(shown, ["时间", "谁", "版式", "块数", "用途", "网址"]))
    for number, name, url in lost:
        say(f"旧网址：{name} {spoken(number)} 印着 {url}，现在的网址是 {base_url}")


@plates.command()
@click.argument("number")
def scans(number: str) -> None:
    """看一块码牌每天被扫了多少次。"""
    with installation().storage.reading() as session:
        plate = queries.plate(session, number)
        for scan in queries.scans_of(session, plate):
            say(f"{scan.on.isoformat()} {scan.count}")


@plates.command("inspect")
@click.argument("number")
@click.option(
    "--finding", required=True, type=click.Choice(list(FINDINGS)), help="看到的情况：完好、损坏、可疑、不见了、刚贴上"
)
@click.option("--note", default="", help="说明")
@click.option("--spot", default="", help="位置；刚贴上时写了，就成为码牌的位置")
def inspect_(number: str, finding: str, note: str, spot: str) -> None:
    """记一次巡查，或者刚贴上。"""
    with installation().storage.transaction() as session:
        plate = queries.plate(session, number)
        inspecting.inspect(session, plate, inspecting.Seen(finding, note, spot), by=COMMAND_LINE, at=now())
        say(f"已记下：{plate.unit.name}的码牌 {plate.number}，{FINDINGS[finding]}，现在是“{plate.stage_label}”")

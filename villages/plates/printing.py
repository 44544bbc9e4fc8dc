"""From plates to paper: draws one code to a file, or lays out, reads back and writes whole sheets."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from villages.core.refusal import Refusal
from villages.paper import qr
from villages.paper.layout import Layout
from villages.paper.preview import first_page
from villages.paper.readback import Reading, read_back
from villages.paper.sheets import Label, compose, pages_of
from villages.plates.models import Plate
from villages.plates.queries import address, plates_to_print
from villages.registry.models import Unit
from villages.settings import Settings

HELP = "也可以到乡镇便民服务大厅的触摸查询机上查，或者请身边的人帮忙。"
PIXELS_PER_MODULE = 20
PREVIEW_PX = 760


@dataclass(frozen=True)
class Job:
    """One printing of sheets: everything that decides its bytes, so that the same job gives the same file."""

    layout: Layout
    plates: Sequence[Plate]
    settings: Settings
    is_test: bool
    skip: int = 0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    cut_lines: bool | None = None

    @property
    def labels(self) -> list[Label]:
        """What each place on the sheets says."""
        return [
            Label(
                url=address(self.settings.base_url, plate.number),
                number=plate.number,
                village=plate.unit.name,
                township=plate.unit.name_above("township"),
                county=plate.unit.name_above("county"),
                domain=self.settings.domain,
            )
            for plate in self.plates
        ]


def refuse_unfit_address(settings: Settings, *, is_test: bool) -> None:
    """Raise Refusal where plates would carry an address that no villager's phone can open."""
    if is_test or settings.is_public:
        return
    now = f"现在是 {settings.public_url}" if settings.public_url else "现在没有设置"
    raise Refusal(
        f"码牌上要印公网的 https 网址，{now}。请先设置 VILLAGES_PUBLIC_URL，例如 https://县门户域名/msgk/；"
        "只想试打，请加 --test"
    )


def plates_for(session: Session, layout: Layout, *, township: Unit | None, unit: Unit | None) -> Sequence[Plate]:
    """The plates that a printing takes: a poster shows each village once; Refusal when there are none."""
    chosen = plates_to_print(session, township=township, unit=unit)
    chosen = fit_for(layout, chosen)
    if not chosen:
        where = unit or township
        name = where.name if where else "这里"
        raise Refusal(f"{name}没有在用的码牌可以打印，请先运行 villages init 或 villages plates issue")
    return chosen


def fit_for(layout: Layout, plates: Sequence[Plate]) -> Sequence[Plate]:
    """The plates that a layout shows: a poster each village once, by its first plate."""
    if layout.template != "wall":
        return plates
    return list({plate.unit_id: plate for plate in reversed(plates)}.values())[::-1]


def draw(url: str, output: Path, *, width_mm: float) -> None:
    """Draw one code to a PNG or SVG file; `width_mm` includes the quiet zone."""
    kind = output.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise Refusal(f"只能画 .png 或 .svg，{output.name} 的后缀不对")
    replace(output, code(url, kind, width_mm=width_mm))


def code(url: str, kind: str, *, width_mm: float) -> bytes:
    """One code as `png` or `svg`; `width_mm` includes the quiet zone."""
    matrix = qr.matrix(url)
    if kind == "svg":
        return qr.svg(matrix, width_mm=width_mm).encode()
    return qr.png(matrix, pixels_per_module=PIXELS_PER_MODULE, width_mm=width_mm)


def read_back_sheets(job: Job, *, progress: Callable[[int, int], None]) -> tuple[bytes, Reading]:
    """Lay sheets out as PDF and read every code on every page back; raises Refusal when one does not read."""
    pdf = _set(job, job.labels)
    return pdf, read_back(pdf, pages_of(job.layout, job.labels, job.skip), progress=progress)


def preview(job: Job) -> tuple[bytes, int]:
    """A picture of the first sheet alone (PNG), and how many sheets there would be."""
    pages = pages_of(job.layout, job.labels, job.skip)
    return first_page(_set(job, pages[0].labels), width_px=PREVIEW_PX), len(pages)


def _set(job: Job, labels: Sequence[Label]) -> bytes:
    return compose(
        job.layout,
        labels,
        test=job.is_test,
        skip=job.skip,
        shift_mm=job.shift_mm,
        cut_lines=job.cut_lines,
        help_text=HELP,
        title=f"码上公开 {job.layout.title}",
        # Not the time of printing: the same plates give the same bytes.
        stamp=max(plate.issued_at for plate in job.plates),
    )


def replace(output: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(output)
    except OSError as error:
        raise Refusal(f"写不了文件 {output}：{error.strerror}。请检查目录、权限和磁盘空间") from error
    finally:
        draft.unlink(missing_ok=True)

"""Which label lies where: labels in the order given, on sheets of a layout. Shared by drawing and reading back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from villages.paper.errors import PaperError
from villages.paper.layout import Layout


@dataclass(frozen=True)
class Label:
    """What one plate says: plain text, ready to print."""

    url: str
    """What the code carries."""
    number: str
    """Eight digits without spaces; printed as '1234 5678'."""
    village: str
    township: str
    county: str
    domain: str
    """The site in words, such as 'www.example.gov.cn', for people to compare."""

    @property
    def typed(self) -> str:
        """The address as a person types it: browsers add https:// by themselves."""
        return self.url.removeprefix("https://")


@dataclass(frozen=True)
class Page:
    """One sheet: its labels, from place `first` of its layout on."""

    layout: Layout
    labels: tuple[Label, ...]
    first: int = 0

    @property
    def urls(self) -> list[str]:
        """What the codes of this sheet carry, in reading order."""
        return [label.url for label in self.labels]

    def places(self) -> Iterator[tuple[float, float, Label]]:
        """Left edge, top edge (mm, before any shift) and label."""
        for index, label in enumerate(self.labels, self.first):
            yield *self.layout.place(index), label

    def lines(self) -> list[tuple[float, float, float, float]]:
        """Cut lines (x1, y1, x2, y2 in mm) around the labels, each once; none along the paper's own edge."""
        layout = self.layout
        spots = [(x, y) for x, y, _ in self.places()]
        xs = _distinct(x + dx for x, _ in spots for dx in (0, layout.label_width_mm))
        ys = _distinct(y + dy for _, y in spots for dy in (0, layout.label_height_mm))
        down = [(x, ys[0], x, ys[-1]) for x in xs if _inside(x, layout.paper_width_mm)]
        across = [(xs[0], y, xs[-1], y) for y in ys if _inside(y, layout.paper_height_mm)]
        return down + across


def pages_of(layout: Layout, labels: Sequence[Label], skip: int = 0) -> list[Page]:
    """Which labels lie on which sheet; `skip` places are left free on the first one, which was used before.

    A wall poster shows one township and spreads its villages over the room.
    """
    if not 0 <= skip < layout.labels_per_page or (skip and layout.template == "wall"):
        most = 0 if layout.template == "wall" else layout.labels_per_page - 1
        raise PaperError(f"版式 {layout.name} 跳过的格数应在 0 到 {most} 之间，现在是 {skip}")
    if layout.template != "wall":
        return list(_cut(layout, labels, skip))
    townships = (tuple(group) for _, group in groupby(labels, lambda label: (label.county, label.township)))
    sheets = (page for township in townships for page in _cut(layout, township, 0))
    return [replace(page, layout=spread(layout, len(page.labels))) for page in sheets]


def spread(layout: Layout, count: int) -> Layout:
    """A layout with few places for `count` labels, each as large as the room then allows; codes stay as they are."""
    width, height = layout.columns * layout.pitch_x_mm, layout.rows * layout.pitch_y_mm
    grids = ((columns, -(-count // columns)) for columns in range(1, layout.columns + 1))
    fitting = ((columns, rows) for columns, rows in grids if rows <= layout.rows)
    columns, rows = max(fitting, key=lambda grid: (min(width / grid[0], height / grid[1]), -grid[0] * grid[1]))
    x, y = width / columns, height / rows
    gap_x, gap_y = layout.pitch_x_mm - layout.label_width_mm, layout.pitch_y_mm - layout.label_height_mm
    return replace(
        layout,
        columns=columns,
        rows=rows,
        pitch_x_mm=x,
        pitch_y_mm=y,
        label_width_mm=x - gap_x,
        label_height_mm=y - gap_y,
    )


def _cut(layout: Layout, labels: Sequence[Label], skip: int) -> Iterator[Page]:
    """Labels in sheets of the layout's size, the first one shorter by what is skipped."""
    first = layout.labels_per_page - skip
    if labels:
        yield Page(layout, tuple(labels[:first]), skip)
    for start in range(first, len(labels), layout.labels_per_page):
        yield Page(layout, tuple(labels[start : start + layout.labels_per_page]))


def _distinct(values: Iterator[float]) -> list[float]:
    """Sorted lengths, those closer than a hundredth of a mm taken as one."""
    return sorted({round(value, 2) for value in values})


def _inside(value: float, side: float) -> bool:
    return 0 < value < side

"""What is read aloud of a page: its name, then what matters most, in the words that the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from villages.core.clock import day_of, day_text
from villages.disclosures.blocks import show
from villages.disclosures.blocks.steps import FILES as STEP_FILES
from villages.portal import drawing
from villages.portal.money import Money, plain_yuan
from villages.portal.sections import Section
from villages.portal.showing import Group, Line, Shown
from villages.registry.models import Contact, Unit

SAMPLE = "下面有示例内容，都是虚构的。"
# Said as they stand, these would be of no use to a listener.
UNSAID = ("link", "files")


def of_village(
    unit: Unit, lines: Sequence[Line], money: tuple[Money, bool] | None, contact: tuple[Unit, Contact] | None
) -> str:
    """A village's page: name, money, what is new, whom to call."""
    is_sample = any(line.is_sample for line in lines) or bool(money and money[1])
    said = [f"{unit.name_above('township')}{unit.name}。", SAMPLE if is_sample else ""]
    if money:
        said += [f"{money[0].label}村里的钱。", *_money(money[0]), money[0].words]
    said += ["最近公开。", *_lines(lines)] if lines else ["这里还没有公开内容。"]
    if contact and not contact[1].is_sample:
        said.append(f"看不懂，想问问，请打给{contact[0].name}，电话 {contact[1].phone}。")
    return "\n".join(filter(None, said))


def of_section(unit: Unit, section: Section, groups: Sequence[Group]) -> str:
    """One of the four entries: its columns, and what stands in each."""
    said = [f"{unit.name}，{section.title}。{section.holds}。"]
    if any(line.is_sample for group in groups for line in group.lines):
        said.append(SAMPLE)
    for group in groups:
        said += [f"{group.column}，{group.count} 条。", *_lines(group.lines)]
    return "\n".join(said if groups else [*said, "这里还没有公开内容。"])


def of_item(shown: Shown, money: Money | None) -> str:
    """An item: title, whose, when, sums, then short values, texts, and tables row by row."""
    item, kind = shown.item, shown.kind
    at = item.elsewhere_on or day_of(item.published_at or shown.edition.published_at)
    said = [f"{shown.edition.title}。", f"{shown.period}。" if shown.period else "", SAMPLE if item.is_sample else ""]
    said.append(f"{item.publisher.name}，{day_text(at)}公开。")
    if item.notice_until:
        said.append(f"公示至{day_text(item.notice_until)}。")
    if money:
        said += [*_money(money), money.opening, money.changes]
    for fact in drawing.facts(kind, shown.values, without=drawing.SUMS if money else ()):
        if fact.block not in UNSAID:
            said.append(f"{fact.label}：{fact.text}。")
    unsaid = {column.label for field in kind.fields for column in field.columns if column.block in UNSAID}
    for part in drawing.wholes(kind, shown.values):
        said += [f"{part.label}。", *_part(part, unsaid | {STEP_FILES.label})]
    return "\n".join(filter(None, said))


def names_of(shown: Shown) -> Iterator[str]:
    """The people an item names, whose family names are read in their own way."""
    for field in shown.kind.fields:
        value = shown.values.get(field.name)
        if field.block == "person" and value:
            yield show(value, field)
        elif field.block == "table" and value:
            people = [column for column in field.columns if column.block == "person"]
            yield from (show(row.get(column.name), column) for row in value for column in people)


def _money(money: Money) -> Iterable[str]:
    now = money.now
    yield f"收进来 {plain_yuan(now.income)} 元，花出去 {plain_yuan(now.expenditure)} 元。"
    yield f"{money.label}{'底' if money.label else ''}还剩 {plain_yuan(now.closing)} 元。"


def _lines(lines: Iterable[Line]) -> Iterator[str]:
    return (f"{line.title}，{line.more}。" if line.more else f"{line.title}。" for line in lines)


def _part(part: drawing.Part, unsaid: AbstractSet[str]) -> Iterator[str]:
    if part.block == "table":
        yield f"共 {part.count} 条" + "".join(f"，{label}合计 {text}" for label, text in part.totals) + "。"
    for at, piece in enumerate(part.pieces, start=1):
        said = [piece.text] if piece.text else []
        if part.block == "steps":
            said = [f"第 {at} 步", piece.text, *([] if piece.is_done else ["还没有走到这一步"])]
        yield "，".join((*said, *(f"{label} {text}" for label, text in piece.cells if label not in unsaid))) + "。"

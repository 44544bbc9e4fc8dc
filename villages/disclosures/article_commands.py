"""`villages disclosures article|correct-article`: an article from a Word file, a saved page or plain text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from villages.calendar.periods import Period
from villages.core.clock import now
from villages.core.console import installation, say
from villages.core.refusal import Refusal, refuse_if
from villages.disclosures import actions
from villages.disclosures.act_commands import AS, ID
from villages.disclosures.articles.files import article_in
from villages.disclosures.articles.word import Article
from villages.disclosures.door import acting
from villages.disclosures.due_queries import rules_of
from villages.disclosures.fields import Field
from villages.disclosures.kind import PERIODICAL, Kind
from villages.disclosures.kinds import kinds
from villages.disclosures.periods import EXAMPLES
from villages.disclosures.queries import item, kind_named
from villages.disclosures.rules import Rule, read_period, told_as
from villages.disclosures.values import values_from_json
from villages.registry.models import Publisher
from villages.registry.queries import publisher_by_code

BY_IMPORT = ("table", "steps", "files")
FILE = click.argument("file", type=click.Path(path_type=Path))
TITLE = click.option("--title", help="标题；不写就用文件里的标题")
SET = click.option(
    "--set", "pairs", multiple=True, metavar="字段=值", help="其余的字段，写名称，例如 --set 成文日期=2026-09-01"
)


@click.command(help="把一个文件（.docx、.html 或纯文本）写成一条草稿；图片不带过来，请另作附件。")
@click.argument("key", metavar="KIND")
@FILE
@click.option("--publisher", "code", required=True, help="公开单位的代码")
@AS
@TITLE
@SET
@click.option("--period", "text", help="哪一期，例如 2026年9月、2026年第三季度；按期公开的类别要写")
def article(
    key: str, file: Path, code: str, name: str, title: str | None, pairs: Sequence[str], text: str | None
) -> None:
    """Write a draft."""
    storage = installation().storage
    with acting(storage, "item.article", f"kind:{key}", name=name) as (session, by):
        kind = kind_named(key)
        field, period = body_of(kind), _period(kind, rules_of(session, kind), text)
        publisher = _publisher(publisher_by_code(session, code), code)
        found = article_in(file)
        given = given_from(kind, field, found, title=title or found.title, pairs=pairs)
        made = actions.write(session, kind, publisher, given, by=by, at=now(), period=period)
        done = f"“{made.title}”已写成草稿，编号 {made.id}，可以送审了"
    say(done)
    _say_pictures(found)


@click.command("correct-article", help="用一个文件更正已发布的文章；再次审核发布以前，公开的仍是原来的。")
@ID
@FILE
@AS
@click.option("--note", "text", required=True, help="更正说明，对外公布")
@TITLE
@SET
def correct_article(item_id: int, file: Path, name: str, text: str, title: str | None, pairs: Sequence[str]) -> None:
    """Begin a correction: the new body, the other values as they are unless given."""
    storage = installation().storage
    with acting(storage, "item.correct", f"item:{item_id}", name=name) as (session, by):
        one = item(session, item_id)
        session.refresh(one, with_for_update=True)  # two people at once: the second sees what the first did
        kind = kind_named(one.kind)
        field, found = body_of(kind), article_in(file)
        kept: dict[str, Any] = values_from_json(kind, one.draft)
        given = kept | given_from(kind, field, found, title=title or "", pairs=pairs)
        actions.correct(session, one, given, public_note=text, by=by, at=now())
        done = f"“{one.title}”（编号 {one.id}）已有更正稿，送审、发布以后才公开"
    say(done)
    _say_pictures(found)


def body_of(kind: Kind) -> Field:
    """The field that an article of a kind goes into: its required body, else its first. Raises Refusal."""
    bodies = [field for field in kind.fields if field.block == "rich"]
    if not bodies:
        able = "、".join(f"{k.key}（{k.label}）" for k in kinds().values() if any(f.block == "rich" for f in k.fields))
        raise Refusal(f"“{kind.label}”没有正文，不能从文章写入，请用 villages disclosures import。能写文章的有：{able}")
    return next((field for field in bodies if field.required), bodies[0])


def given_from(kind: Kind, field: Field, found: Article, *, title: str, pairs: Sequence[str]) -> dict[str, object]:
    """What is given of a kind's fields; raises Refusal with a line for each `字段=值` that fits no field."""
    given: dict[str, object] = {field.name: found.html}
    if title and kind.short.title:
        given[kind.short.title] = title
    names = {**{each.label: each for each in kind.fields}, **{each.name: each for each in kind.fields}}
    problems = []
    for pair in pairs:
        name, sign, value = pair.partition("=")
        each = names.get(name.strip())
        if not sign or each is None:
            problems.append(f"--set {pair}：要写成 字段=值，“{kind.label}”的字段有：{'、'.join(_settable(kind))}")
        elif each.block in BY_IMPORT:
            problems.append(f"--set {pair}：“{each.label}”有多行，不能这样写，请用 villages disclosures import")
        else:
            given[each.name] = value
    refuse_if(problems)
    return given


def _settable(kind: Kind) -> list[str]:
    return [field.label for field in kind.fields if field.block not in BY_IMPORT]


def _publisher(found: Publisher | None, code: str) -> Publisher:
    if found is None:
        raise Refusal(f"没有代码为 {code} 的单位，请核对（村 12 位，乡镇 9 位，县 6 位，部门用单位代码）")
    return found


def _period(kind: Kind, rules: Sequence[Rule], text: str | None) -> Period | None:
    if not text or kind.cycle not in PERIODICAL:
        if text:
            raise Refusal(f"“{kind.label}”不按期公开，请去掉 --period")
        return None
    found = read_period(kind, rules, text)
    if found is None:
        meant = told_as(kind, rules, text)
        example = meant.label if meant else EXAMPLES[kind.cycle]  # type: ignore[index]
        raise Refusal(f"--period {text} 不是“{kind.label}”的期间，请写成 {example}")
    return found


def _say_pictures(found: Article) -> None:
    if found.pictures:
        say(f"文件里有 {found.pictures} 张图片没有带过来，需要公开的请作为附件添加")


ARTICLES = (article, correct_article)

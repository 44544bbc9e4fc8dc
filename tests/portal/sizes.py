"""Long content, and what a page weighs on its way to a phone."""

import random

from tests.portal.published import STATEMENT, given_of, statement_given

# Characters of everyday use, without order: harder to compress than any real text.
WORDS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法"
    "所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政"
    "四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最"
)


def prose(length, seed):
    """As many characters, a full stop now and then."""
    chance = random.Random(seed)  # noqa: S311 - the same on every run
    return "".join("。" if at % 30 == 29 else chance.choice(WORDS) for at in range(length))


def long_given(kind, rows=200):
    """Values near what a kind's fields allow at most."""
    if kind is STATEMENT:
        given = statement_given(rows=rows)
        return given | {"lines": [line | {"summary": prose(60, at)} for at, line in enumerate(given["lines"])]}
    given = given_of(kind)
    for at, field in enumerate(kind.fields):
        if field.block in ("lines", "rich"):
            given[field.name] = "\n".join(prose(700, at * 100 + n) for n in range(14))
        elif field.block == "text":
            given[field.name] = prose(150, at)
        elif field.block == "table":
            row = given[field.name][0]
            long = [column.name for column in field.columns if column.block == "text" and column.mask == "none"]
            given[field.name] = [row | {name: prose(40, f"{n} {name}") for name in long} for n in range(rows)]
    return given


def size(visit, path):
    """Bytes of the answer as the worse of both compressions, with a page that is checked."""
    visit.get(path)
    return max(len(visit.fetch(path, **{"Accept-Encoding": coding}).data) for coding in ("br", "gzip"))

"""Long content, and what a page weighs on its way to a phone."""

import random
from datetime import date, timedelta

import pytest

from tests.factories import NOON
from tests.portal.published import STATEMENT, given_of, statement_given
from villages.disclosures.kinds import kinds
from villages.portal.sections import BY_KEY

HERE = "/villages/410923205201"
KINDS = list(kinds().values())

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


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_first_visits_stay_small_however_long_the_content(visit, put, kind):
    given = long_given(kind)
    for month in range(1, 13):
        number = put(kind, given, period_start=date(2025, month, 1), at=NOON + timedelta(hours=month))
    assert size(visit, HERE) <= 14_000
    for path in (f"{HERE}/{kind.section}", f"/items/{number}"):
        assert size(visit, path) <= 20_000, path
    page = visit.get(f"/items/{number}")
    for href in {href for href in page.links().values() if href and "part=" in href}:
        assert size(visit, href.removeprefix("/msgk")) <= 20_000, href


def test_a_full_section_stays_small(visit, put):
    for kind in KINDS:
        for _ in range(11):
            put(kind, long_given(kind, rows=1))
    for section in BY_KEY:
        assert size(visit, f"{HERE}/{section}") <= 20_000
    assert size(visit, HERE) <= 14_000

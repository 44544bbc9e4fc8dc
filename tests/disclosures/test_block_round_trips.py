"""Whatever is parsed can be shown, read again, and stored as JSON without loss."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from villages.disclosures import blocks
from villages.disclosures.blocks import BlockError
from villages.disclosures.blocks.days import Days
from villages.disclosures.blocks.money import MOST_FEN
from villages.disclosures.fields import Column
from villages.disclosures.masks import masked

few = settings(deadline=None, max_examples=50)
fens = st.integers(-MOST_FEN, MOST_FEN)
dates = st.dates(date(1949, 1, 1), date(2100, 12, 31))
names = [name for name, block in blocks.blocks().items() if not block.options]


def column(block, name="it", **options):
    return Column(name, "栏", block, required=False, public=False, mask="none", **options)


MONEY, DAY, DAYS, AREA = column("money"), column("date"), column("days"), column("area", unit="亩")
TABLE = column(
    "table",
    columns=(column("money", "amount"), column("date", "day"), column("text", "what"), column("days", "term")),
)


def stored(value, field):
    return blocks.from_json(json.loads(json.dumps(blocks.to_json(value, field))), field)


@few
@given(fens)
def test_money_never_loses_a_fen(fen):
    assert blocks.parse(blocks.show(fen, MONEY), MONEY) == fen
    assert blocks.parse(str(Decimal(fen) / 100), MONEY) == fen
    assert stored(fen, MONEY) == fen


@few
@given(st.integers(0, 10**11), st.sampled_from(["", "￥", "¥"]), st.sampled_from(["", "元", " 元"]), st.booleans())
def test_money_is_the_same_however_it_is_written(fen, sign, unit, is_wide):
    text = f"{sign}{fen // 100:,}.{fen % 100:02}{unit}"
    wide = text.translate({0x30 + at: 0xFF10 + at for at in range(10)} | {ord(","): "，", ord("."): "．"})
    assert blocks.parse(wide if is_wide else text, MONEY) == fen


@few
@given(st.decimals(-(10**9), 10**9, places=4))
def test_money_is_exact_or_refused(yuan):
    try:
        fen = blocks.parse(str(yuan), MONEY)
    except BlockError:
        assert yuan * 100 != int(yuan * 100)
    else:
        assert fen == yuan * 100


@few
@given(fens)
def test_money_from_a_spreadsheet_s_float_is_exact(fen):
    assert blocks.parse(f"{fen / 100:.15g}" if abs(fen) < 10**6 else f"{fen / 100:.2f}", MONEY) == fen


@few
@given(dates)
def test_a_day_is_the_same_however_it_is_written(day):
    serial = str((day - date(1899, 12, 30)).days)
    shapes = [day.isoformat(), f"{day:%Y%m%d}", blocks.show(day, DAY), f"{day.year}/{day.month}/{day.day}", serial]
    assert {blocks.parse(shape, DAY) for shape in shapes} == {day}
    assert stored(day, DAY) == day


@few
@given(dates, st.none() | dates)
def test_days_come_back(first, last):
    days = Days(min(first, last or first), last and max(first, last))
    assert blocks.parse(blocks.show(days, DAYS), DAYS) == days
    assert stored(days, DAYS) == days


@few
@given(st.integers(0, 10**11))
def test_an_area_comes_back(parts):
    assert blocks.parse(blocks.show(parts, AREA), AREA) == parts


@few
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "amount": st.none() | fens,
                "day": st.none() | dates,
                "what": st.just("甲"),
                "term": st.none() | st.builds(Days, dates, st.none()),
            }
        )
    )
)
def test_a_table_comes_back(rows):
    value = blocks.parse(rows, TABLE) or ()
    assert value == tuple(rows)
    assert stored(value, TABLE) == value


@few
@given(st.text(), st.sampled_from(names))
def test_any_text_is_a_value_or_a_refusal_in_words(text, name):
    field = column(name)
    try:
        value = blocks.parse(text, field)
    except BlockError as error:
        lines = error.lines
    else:
        lines = ()
        assert blocks.parse(value, field) == value
        assert stored(value, field) == value
    assert all("请" in line or "不能填" in line for line in lines)


@few
@given(st.text(), st.sampled_from(["last4", "phone", "none"]))
def test_masking_twice_is_masking_once(text, mask):
    assert masked(masked(text, mask), mask) == masked(text, mask)

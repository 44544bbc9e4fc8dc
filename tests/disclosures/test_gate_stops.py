"""Numbers of persons stop what is to be published, however they are written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.disclosures.gate_corpus import HARMLESS, WHAT, asks, cells, make, stops, write
from villages.disclosures.gate import Piece, Tier, mask, mask_pieces, scan
from villages.disclosures.gate.folding import fold, fold_chinese

STOPS = list(stops())


def bare(text: str) -> str:
    """Every digit of a text in order, for looking whether a number is still in it."""
    return "".join(c for c in (fold_chinese(text) or fold(text)) if c.isdigit())


def stopped(text: str, **given: object):
    return {finding.what for finding in scan([Piece("正文", text, **given)]) if finding.tier == Tier.STOP}


def test_the_corpus_is_large_enough():
    assert len({case.text for case in STOPS}) >= 300
    assert len(set(HARMLESS)) >= 150


@pytest.mark.parametrize("case", STOPS, ids=range(len(STOPS)))
def test_every_number_stops_and_can_be_masked(case):
    assert case.what in stopped(case.text)
    masked = mask(case.text)
    assert not stopped(masked)
    assert case.digits[:-1].rstrip("X") not in bare(masked)


@pytest.mark.parametrize("case", STOPS[::7], ids=range(len(STOPS[::7])))
def test_a_finding_says_where_and_never_shows_the_number(case):
    for finding in scan([Piece("标题", "公示"), Piece("正文", case.text)]):
        assert finding.where == "正文"
        assert case.digits not in bare(finding.masked)
        assert 0 <= finding.start < finding.end <= len(case.text)


@pytest.mark.parametrize(("what", "row", "digits"), list(cells()))
def test_a_number_split_over_cells_stops_and_can_be_masked(what, row, digits):
    pieces = [Piece(f"第2行第{n}列", text, row="2") for n, text in enumerate(row, start=1)]
    assert what in {finding.what for finding in scan(pieces) if finding.tier == Tier.STOP}
    masked = mask_pieces(pieces)
    assert len(masked) == len(row)
    assert digits.rstrip("X") not in bare("".join(masked))


def test_a_telephone_over_cells_without_a_word_is_asked_about_as_amounts_look_the_same():
    def tiers(*row):
        return [(f.tier, f.what) for f in scan([Piece(str(n), text, row="1") for n, text in enumerate(row)])]

    assert tiers("王五", "139", "8123", "4567") == [(Tier.ASK, "手机号")]
    assert tiers("王五", "139", "0012", "4567") == [(Tier.STOP, "手机号")]
    assert scan([Piece("第2行“手机”列", "139"), Piece("格", "8123"), Piece("格", "4567")])[0].tier == Tier.STOP


@pytest.mark.parametrize("seed", range(100_000, 300_000, 100_000))
def test_other_numbers_stop_as_well(seed):
    assert [case for case in stops(seed) if case.what not in stopped(case.text)] == []


def test_cells_of_different_rows_are_not_joined():
    digits = make("id", 1)
    assert scan([Piece("甲", digits[:9], row="1"), Piece("乙", digits[9:], row="2")]) == []


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_harmless_does_not_stop(line):
    assert stopped(line) == set()
    assert mask(line) == line


@pytest.mark.parametrize("line", ["130 1200 1560", "编制 13812345678 份"])
def test_what_stops_although_it_is_harmless_as_docs_gate_says(line):
    assert stopped(line) == {"手机号"}


@pytest.mark.parametrize("case", asks(), ids=lambda case: case.text)
def test_what_a_person_must_judge_is_asked_and_does_not_stop(case):
    found = scan([Piece("正文", case.text)])
    assert case.what in {finding.what for finding in found if finding.tier == Tier.ASK}
    assert not [finding for finding in found if finding.tier == Tier.STOP]


def test_a_contact_field_may_have_a_telephone_but_no_identity_number():
    phone, card, person = make("phone", 1), make("card", 1), make("id", 1)
    text = f"{phone} 0393-6221234 文化路12号 a@example.com"
    assert scan([Piece("电话", text, exempt=True)]) == []
    assert stopped(f"{card} {person}", exempt=True) == {"银行卡号", "身份证号"}


def test_a_column_of_ages_is_asked_about():
    assert [f.what for f in scan([Piece("第2行“年龄”列", "9")])] == ["14岁以下儿童"]
    assert scan([Piece("第2行“年龄”列", "61")]) == []
    assert scan([Piece("正文", "0-6岁儿童免费，60周岁以上老人，年满16周岁")]) == []


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=300)
def test_any_text_can_be_scanned_and_masking_once_is_enough(text):
    masked = mask(text)
    assert mask(masked) == masked
    assert not stopped(masked)


@given(
    st.sampled_from(sorted(WHAT)),
    st.integers(0, 10**6),
    st.sampled_from(["plain", "spaced", "hyphens", "wide", "zero-width", "chinese"]),
    st.text("甲乙（）、，。；：张王户组号abc", max_size=12),
)
@settings(deadline=None, max_examples=300)
def test_a_number_stops_whatever_words_stand_around_it(kind, seed, writing, words):
    text = f"{words}。{write(make(kind, seed), writing)}。{words}"
    assert WHAT[kind] in stopped(text)

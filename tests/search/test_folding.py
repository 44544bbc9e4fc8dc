"""What counts as the same when searching, and what is shown of a hit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from villages.search.folding import CHARACTERS, SNIPPET, _followed, fold, marked, snippet, words_of


@pytest.mark.parametrize(
    "typed", ["乐政〔2021〕3号", "乐政[2021]3号", "乐政(2021)3 号", "樂政（２０２１）3號", "乐政 〔2021〕 3号"]
)
def test_a_document_number_is_the_same_however_its_brackets_are_typed(typed):
    text = fold("根据乐政〔2021〕3号文件")
    assert all(word in text for word in words_of(typed))


def test_numbers_that_only_run_together_are_others():
    assert fold("〔2021〕3号") != fold("20213号")
    assert fold("1,234.50") == fold("1234.50") != fold("123450")


@pytest.mark.parametrize(
    ("one", "other"), [("補貼發放", "补贴发放"), ("ＷｉＦｉ", "wifi"), ("㎡", "m2"), ("é", "E"), ("樂縣", "乐县")]
)
def test_forms_of_the_same_are_the_same(one, other):
    assert fold(one) == fold(other)


def test_nothing_is_found_across_the_end_of_a_line():
    assert "村长" not in fold("本村\n长势")
    assert fold("一, \n 二") == "一\n二"


@given(text=st.text(), data=st.data())
def test_a_part_of_a_text_folds_to_a_part_of_the_folded_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    assert all(word in fold(text) for piece in part.split() for word in [fold(piece)])


@given(st.text(alphabet=st.sampled_from("1 ,2a，。号號１㎡é\u0301½〔〕-_")) | st.text())
def test_the_places_of_a_folded_line_are_followed(line):
    line = line.replace("\n", "")
    folded, origins = _followed(line)
    assert folded == fold(line)
    assert len(folded) == len(origins)
    assert origins == sorted(origins)


@given(st.text(), st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_marking_loses_no_character(line, words):
    line = line.replace("\n", "")
    assert "".join(text for text, _ in marked(line, words_of(" ".join(words)))) == line


@given(st.text(), st.text(max_size=4))
def test_a_snippet_is_short_and_holds_the_hit(text, query):
    words = words_of(query)
    parts = snippet(text, fold(text), words)
    shown = "".join(part for part, _ in parts)
    assert len(shown.strip("…")) <= SNIPPET
    if words and words[0] in fold(text) and len(words) == 1:
        assert any(is_hit for _, is_hit in parts)


def test_a_hit_is_marked_in_its_own_spelling():
    assert marked("关于樂政〔2021〕3號的通知", words_of("乐政2021 3号")) == [
        ("关于", False), ("樂政〔2021", True), ("〕", False), ("3號", True), ("的通知", False),
    ]  # fmt: skip


def test_signs_alone_ask_for_nothing():
    assert words_of('"*" — （）%_\\') == ()
    assert CHARACTERS[ord("*")] == " "

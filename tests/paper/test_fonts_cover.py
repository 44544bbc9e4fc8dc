"""The fonts have what plates may say; what they lack is named before anything is printed."""

import re

import pytest

from villages.paper import fonts
from villages.paper.errors import PaperError
from villages.paper.typesetting import TEMPLATES


@pytest.mark.parametrize(
    "text", ["西邵集村", "仝史杨村 睢杨村", "0123456789 www.nanle.gov.cn/v/", "·—“”《》（），。；：？"]
)
def test_the_fonts_have_the_usual_characters(text):
    assert fonts.missing_characters([text]) == set()


def test_the_fonts_have_all_of_gb2312():
    rows = range(0xB0, 0xF8)
    characters = {bytes((row, cell)).decode("gb2312", "ignore") for row in rows for cell in range(0xA1, 0xFF)}
    assert fonts.missing_characters(characters) == set()


def test_the_fonts_have_everything_the_templates_say():
    said = [word for file in TEMPLATES.glob("*.typ") for word in re.findall(r'"([^"]*)"', file.read_text("utf-8"))]
    assert "查信息" in said
    assert fonts.missing_characters(said) == set()


def test_a_missing_character_is_named_with_its_place():
    with pytest.raises(PaperError, match=r"“𡌶”\(U\+21336，在“𡌶村”里\)"):
        fonts.require_characters(["西邵集村", "𡌶村"])


def test_several_missing_characters_are_named_at_once():
    assert fonts.missing_characters(["𡌶村", "😀"]) == {"𡌶", "😀"}


def test_fonts_come_with_their_licence_and_stay_small():
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "OFL.txt").read_text("utf-8")
    assert sum(file.stat().st_size for file in fonts.FOLDER.glob("*.ttf")) < 8.5e6


def test_digits_are_narrower_than_characters():
    for widths in fonts.advances().values():
        assert 0.4 < widths["8"] < 0.7

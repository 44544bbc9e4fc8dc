"""The notice-board sheet of every kind at its longest: nothing outside the margins, on top of another, or lost."""

import re
from collections import Counter, defaultdict

import pypdfium2
import pytest

from tests.paper.sheet_samples import decoded, glyphs
from tests.portal.longest import Longest
from villages.disclosures.kinds import kinds

SIDE, TOP, BOTTOM, FOOT = 17, 15, 24, 5
INK, ABOVE = 0.4, 1.5  # mm that a letter may reach beyond its width, and above the top of its line
BREAK = "\u200b"  # where a long word may break
pytestmark = pytest.mark.glass


def drawn(pdf):
    """Per page: its size in mm, and every glyph with its box."""
    document = pypdfium2.PdfDocument(pdf)
    sizes = [(page.get_width() * 25.4 / 72, page.get_height() * 25.4 / 72) for page in document]
    written = [[(c, box) for c, box in glyphs(pdf, at) if c != BREAK] for at in range(len(sizes))]
    return [(*size, on_page) for size, on_page in zip(sizes, written, strict=True)]


def outside(width, height, written):
    left, right, top, bottom = SIDE - INK, width - SIDE + INK, TOP - ABOVE, height - FOOT
    return [
        (character, box) for character, box in written
        if box.left < left or box.right > right or box.top < top or box.bottom > bottom
    ]  # fmt: skip


def overlaps(written):
    """Pairs of letters that cover each other by more than a fifth of the smaller one."""
    cells, found = defaultdict(list), []
    for character, box in written:
        for place in {(int(x / 8), int(y / 8)) for x in (box.left, box.right) for y in (box.top, box.bottom)}:
            found += [(character, other) for other, there in cells[place] if _covers(box, there)]
            cells[place].append((character, box))
    return found


def _covers(one, other):
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min((each.right - each.left) * (each.bottom - each.top) for each in (one, other))
    return across > 0 and down > 0 and across * down > smaller / 5


@pytest.mark.parametrize("kind", kinds().values(), ids=list(kinds()))
def test_the_longest_of_every_kind_is_whole_and_within_its_margins(visit, put, kind):
    longest = Longest(kind)
    number = put(kind, longest.given)
    pdf = visit.fetch(f"/items/{number}/sheet.pdf").data
    pages = drawn(pdf)
    for at, (width, height, written) in enumerate(pages, start=1):
        assert outside(width, height, written) == [], at
        assert overlaps(written) == [], at
        foot = "".join(character for character, box in written if box.top > height - BOTTOM)
        assert f"第{at}页，共{len(pages)}页" in foot
    body = "".join(c for _, height, written in pages for c, box in written if box.top < height - BOTTOM)
    starts = [text[: text.index("、") + 1] for text in longest.texts]
    assert [start for start in re.findall(r"始\d+、", body) if start in starts] == starts
    assert [text for text in longest.texts if text not in longest.cells and text not in body] == []
    assert Counter("".join(longest.cells)) - Counter(body) == Counter()
    assert [code.text for code in decoded(pdf)] == [f"https://www.county.gov.cn/msgk/items/{number}"]

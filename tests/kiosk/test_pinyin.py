"""What the keyboard makes of letters, with the dictionary of the real county, as the browser reckons it."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from tests import chromium
from tests.kiosk.keyboard import Hand, trial
from villages.disclosures.kinds import kinds
from villages.registry.queries import townships, villages_of
from villages.speech.readings import pinyin

pytestmark = pytest.mark.glass

EVERYDAY = Path(__file__).with_name("everyday.txt")
# As many words of three characters as the first page of either orientation holds.
FIRST_PAGE = 12
CANDIDATES = """async typed => {
    const engine = Pinyin(await (await fetch(document.querySelector("meta[name=words]").content)).text());
    return typed.map(letters => engine.candidates(letters).map(({text, used}) => [text, used]));
}"""
# Writes texts as a patient person does: all letters first, then the longest right word of the first eight, else of all.
# For each text: how many picks it took, how many of them beyond the first eight; a text that cannot be written is null.
PATIENTLY = """async texts => {
    const engine = Pinyin(await (await fetch(document.querySelector("meta[name=words]").content)).text());
    return texts.map(([text, syllables]) => {
        let rest = text, said = syllables, picks = 0, far = 0;
        while (rest) {
            const own = text => said.slice(0, text.length).join("").length;
            const fits = engine.candidates(said.join(""), 1000).map(({text, used}, at) => ({text, used, at}))
                .filter(each => rest.startsWith(each.text) && own(each.text) === each.used);
            if (!fits.length) return null;
            const near = fits.filter(each => each.at < 8).sort((a, b) => b.text.length - a.text.length)[0];
            const one = near || fits[0];
            picks += 1;
            far += near ? 0 : 1;
            rest = rest.slice(one.text.length);
            said = said.slice(one.text.length);
        }
        return [picks, far];
    });
}"""


@pytest.fixture(scope="module")
def page(standing_app):
    with trial(standing_app) as address, chromium.started() as browser:
        person = Hand(browser, address)
        person.app = standing_app
        yield person


def spelt(text):
    return re.findall("[a-z]+", pinyin(text))


def test_every_village_and_township_is_found_by_pinyin_and_by_initials(page):
    with page.app.extensions["storage"].session(writes=False) as session:
        names = sorted({unit.name for unit in chain(villages_of(session), townships(session))})
    assert len(names) > 320
    full = page.page.evaluate(CANDIDATES, ["".join(spelt(name)) for name in names])
    short = page.page.evaluate(CANDIDATES, ["".join(syllable[0] for syllable in spelt(name)) for name in names])
    for found, most in ((full, 3), (short, FIRST_PAGE)):
        first = [[text for text, _ in words[:most]] for words in found]
        assert [name for name, words in zip(names, first, strict=True) if name not in words] == []


def test_what_people_ask_is_among_the_first_words(page):
    table = [line.split() for line in EVERYDAY.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert len(table) > 200
    found = page.page.evaluate(CANDIDATES, [typed for typed, *_ in table])
    wrong = [
        (typed, word, [text for text, _ in words[:6]])
        for (typed, word, *first), words in zip(table, found, strict=True)
        if word not in [text for text, _ in words[: 1 if first else 6]]
    ]
    assert wrong == []


def test_a_word_uses_up_its_own_letters(page):
    (found,) = page.page.evaluate(CANDIDATES, ["dibaosq"])
    used = dict(found)
    assert (used["低保申请"], used["低保"], used["低"], used["dibaosq"]) == (7, 5, 2, 7)


def test_letters_that_are_no_pinyin_stay_letters(page):
    (odd, long) = page.page.evaluate(CANDIDATES, ["iuv", "zh" * 20])
    assert odd[-1] == ["iuv", 3]
    assert long


def test_the_titles_of_the_catalogue_can_be_written_word_by_word(page):
    labels = {text for kind in kinds().values() for text in (kind.label, *(field.label for field in kind.fields))}
    texts = sorted({part for label in labels for part in re.findall("[\u4e00-\u9fff]{2,}", label)})
    written = page.page.evaluate(PATIENTLY, [[text, spelt(text)] for text in texts])
    assert [text for text, found in zip(texts, written, strict=True) if found is None] == []
    picks, far = (sum(column) for column in zip(*written, strict=True))
    assert far / picks < 0.05
    assert picks / len("".join(texts)) < 0.4

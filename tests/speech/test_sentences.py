"""Every sentence of the list written by hand is read as the list has it."""

from pathlib import Path

from villages.registry.commands import read_county
from villages.service.commands import BUNDLED
from villages.speech.making import talk
from villages.speech.readings import pinyin

LIST = Path(__file__).with_name("sentences.txt")


def listed():
    """Pairs of a sentence and its syllables, each of these as the readings that are right."""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sentence, syllables = line.split("\t")
            yield sentence, [syllable.split("/") for syllable in syllables.split()]


def read(sentence):
    """The syllables that the voice is given for a sentence as it is written."""
    said = " ".join(pinyin(each) for each in talk(sentence).sentences)
    return [syllable.rstrip(",.?") for syllable in said.split()]


def allowed(syllables):
    """The right readings of each syllable; a third tone before another may be said as a second, as people say it."""
    for right, following in zip(syllables, [*syllables[1:], [""]], strict=True):
        risen = [each[:-1] + "2" for each in right if each.endswith("3")] if following[0].endswith("3") else []
        yield {*right, *risen}


def is_read_as(sentence, syllables):
    """Whether each syllable is read in one of its right ways, and none is missing or too many."""
    heard = read(sentence)
    return len(heard) == len(syllables) and all(map(set.__contains__, allowed(syllables), heard))


def test_the_list_is_long_and_holds_every_sentence_once():
    sentences = [sentence for sentence, _ in listed()]
    assert len(sentences) == len(set(sentences)) >= 500


def test_every_place_of_the_county_stands_in_the_list():
    sentences = "。".join(sentence for sentence, _ in listed())
    assert [place.name for place in read_county(BUNDLED) if place.name not in sentences] == []


def test_every_sentence_is_read_as_the_list_has_it():
    wrong = [
        f"{sentence}: {' '.join(read(sentence))}, listed {' '.join(map('/'.join, syllables))}"
        for sentence, syllables in listed()
        if not is_read_as(sentence, syllables)
    ]
    assert not wrong, "\n".join([f"{len(wrong)} sentences are read otherwise", *wrong])

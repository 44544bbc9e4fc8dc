"""Sounds on disk: made once, few at a time, no more than there is room for."""

import os
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

import miniaudio
import pytest

from villages.speech.making import make, talk
from villages.speech.shelf import OLDEST_S, Busy, Shelf
from villages.speech.voice import VoiceError

HELLO = talk("村里的路修好了，花了 12,460.00 元。")


def seconds(sound):
    return miniaudio.decode(sound, nchannels=1, sample_rate=16_000).duration


def test_a_talk_becomes_an_mp3_of_plausible_length():
    sound = make(HELLO)
    samples = miniaudio.decode(sound, nchannels=1, sample_rate=16_000).samples
    assert 4 < seconds(sound) < 9  # 18 syllables
    assert max(samples) > 8_000  # it can be heard


def test_three_minutes_are_enough():
    long = make(talk("村里的路修好了，花了一万两千四百六十元，大家都同意。" * 100))
    assert 150 < seconds(long) < 200
    assert len(long) < 620_000


def test_more_text_takes_more_time():
    assert seconds(make(talk("村里的路修好了。" * 6))) > 3 * seconds(make(talk("村里的路修好了。")))


def test_the_same_words_have_the_same_name_and_others_another():
    assert talk("12元").digest == talk("十二元").digest != talk("十三元").digest
    assert talk("任小明", ["任小明"]).digest != talk("任小明").digest


def test_a_sound_is_made_once_and_whole(tmp_path):
    made = []
    shelf = Shelf(tmp_path / "speech", maker=lambda each: made.append(each) or b"sound")
    assert [shelf.sound(HELLO) for _ in range(3)] == [b"sound"] * 3
    assert len(made) == 1
    assert oct((tmp_path / "speech").stat().st_mode)[-3:] == "700"


def test_two_who_want_the_same_at_once_get_what_was_made_once(tmp_path):
    made = []

    def slowly(each):
        made.append(each)
        time.sleep(0.3)
        return b"sound"

    # Two shelves, as two processes have.
    shelves = [Shelf(tmp_path, maker=slowly) for _ in range(2)]
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(lambda shelf: shelf.sound(HELLO), shelves)) == [b"sound"] * 2
    assert len(made) == 1


def test_no_more_are_made_at_once_than_there_are_turns(tmp_path):
    started, go_on = Event(), Event()

    def waiting(_talk):
        started.set()
        assert go_on.wait(5)
        return b"sound"

    shelf = Shelf(tmp_path, at_once=1, patience_s=0.1, maker=waiting)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shelf.sound, HELLO)
        assert started.wait(5)
        with pytest.raises(Busy):
            Shelf(tmp_path, at_once=1, patience_s=0.1, maker=waiting).sound(talk("别的"))
        go_on.set()
        assert first.result() == b"sound"
    assert shelf.sound(talk("别的")) == b"sound"


def test_one_of_a_process_may_wait_for_its_turn_and_no_more(tmp_path):
    started, go_on = Event(), Event()

    def waiting(_talk):
        started.set()
        assert go_on.wait(5)
        return b"sound"

    shelf = Shelf(tmp_path, at_once=1, maker=waiting)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shelf.sound, HELLO)
        assert started.wait(5)
        others = [pool.submit(shelf.sound, talk(words)) for words in ("一个", "两个")]
        assert isinstance(next(as_completed(others)).exception(), Busy)
        go_on.set()
        assert first.result() == b"sound"
        assert sorted(str(each.exception() or each.result()) for each in others) == ["", "b'sound'"]


def test_what_nobody_asked_for_longest_goes_first(tmp_path):
    shelf = Shelf(tmp_path, room=2_500, maker=lambda _: bytes(1_000))
    talks = [talk(words) for words in ("一个", "两个", "三个")]
    for at, each in enumerate(talks[:2]):
        shelf.sound(each)
        os.utime(tmp_path / f"{each.digest}.mp3", (time.time() - 100 + at,) * 2)
    shelf.sound(talks[0])  # used again
    shelf.sound(talks[2])
    assert {path.stem for path in tmp_path.glob("*.mp3")} == {talks[0].digest, talks[2].digest}


def test_nothing_is_kept_that_nobody_asked_for_in_a_week(tmp_path):
    shelf = Shelf(tmp_path, maker=lambda _: b"sound")
    shelf.sound(HELLO)
    old = tmp_path / f"{HELLO.digest}.mp3"
    os.utime(old, (time.time() - OLDEST_S - 1,) * 2)
    shelf.sound(talk("别的"))
    assert not old.exists()


def test_a_failure_leaves_nothing_behind(tmp_path):
    def failing(_talk):
        raise VoiceError("no")

    with pytest.raises(VoiceError):
        Shelf(tmp_path, maker=failing).sound(HELLO)
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    assert Shelf(tmp_path, maker=lambda _: b"sound").sound(HELLO) == b"sound"


def test_what_takes_too_long_is_ended():
    began = time.monotonic()
    with pytest.raises(VoiceError, match="not said within"):
        make(HELLO, patience_s=0.05)
    assert time.monotonic() - began < 5

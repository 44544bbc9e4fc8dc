"""What a machine tells is held to what is possible, and never refused."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.face import SCREENS
from tests.factories import NOON
from villages.machines.actions import count, forget, heard
from villages.machines.heartbeat import LONGEST_UP, MOST, Heartbeat, read_heartbeat
from villages.machines.queries import counts_of, counts_on
from villages.machines.spans import ago, lasted, short
from villages.machines.words import ERRORS, error_of, name_of_screen
from villages.machines.words import SCREENS as WORDS

TOLD = {
    "version": "1.2.0", "up_seconds": 86_400, "content_at": "2026-11-24T11:59:00+08:00", "screen": "1080x1920",
    "touched_seconds": 90, "printed": 3, "errors": 1, "last_error": "print",
}  # fmt: skip


def test_a_whole_heartbeat_is_read():
    beat = read_heartbeat(TOLD, at=NOON)
    assert beat == Heartbeat(
        "1.2.0", 86_400, datetime(2026, 11, 24, 3, 59, tzinfo=UTC), "1080x1920", NOON - timedelta(seconds=90), 3, 1,
        "print",
    )  # fmt: skip


def test_a_form_says_the_same_as_json():
    assert read_heartbeat({name: str(value) for name, value in TOLD.items()}, at=NOON) == read_heartbeat(TOLD, at=NOON)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("version", "<b>1</b>", ""),
        ("version", "1" * 21, ""),
        ("version", 1, ""),
        ("up_seconds", -1, 0),
        ("up_seconds", 10**30, LONGEST_UP),
        ("up_seconds", "9" * 400, 0),
        ("up_seconds", math.nan, 0),
        ("up_seconds", math.inf, LONGEST_UP),
        ("up_seconds", True, 0),
        ("up_seconds", [1], 0),
        ("up_seconds", "²", 0),
        ("up_seconds", 3.9, 3),
        ("printed", 10**12, MOST),
        ("errors", None, 0),
        ("screen", "1080×1920", ""),
        ("screen", "99999x1", ""),
        ("last_error", "张三的电话", "other"),
        ("last_error", 5, ""),
        ("content_at", "昨天", None),
        ("content_at", "2026-11-24T11:59:00", None),
        ("content_at", 1_700_000_000, None),
    ],
)
def test_what_is_impossible_is_left_out(name, value, kept):
    assert getattr(read_heartbeat({name: value}, at=NOON), name) == kept


def test_a_clock_that_is_a_year_ahead_makes_nothing_lie_in_the_future():
    beat = read_heartbeat({"content_at": "2027-11-24T12:00:00+08:00", "touched_seconds": -5}, at=NOON)
    assert (beat.content_at, beat.touched_at) == (NOON, None)
    assert read_heartbeat({"touched_seconds": 10**12}, at=NOON).touched_at == NOON - timedelta(seconds=LONGEST_UP)


def test_an_empty_heartbeat_is_still_heard(nanle, paired):
    with nanle.transaction() as session:
        kiosk = paired(session)
        heard(session, kiosk, beat=read_heartbeat(TOLD, at=NOON), at=NOON)
        assert (kiosk.heard_at, kiosk.version, kiosk.last_error) == (NOON, "1.2.0", "print")
        heard(session, kiosk, beat=read_heartbeat({}, at=NOON), at=NOON + timedelta(minutes=1))
        assert (kiosk.heard_at, kiosk.version, kiosk.touched_at) == (NOON + timedelta(minutes=1), "", None)


def test_errors_and_screens_are_words_of_a_list():
    assert [error_of(word) for word in ("line", "x", "", None)] == ["line", "other", "", ""]
    assert set(ERRORS) >= {"script", "line", "print", "other"}
    assert [name_of_screen(text) for text in ("home", "张三", "Home", "a" * 21, "")] == ["home", "", "", "", ""]


def test_every_screen_of_the_hall_has_its_words():
    assert {screen.NAME for screen in SCREENS} == set(WORDS)


def test_counts_add_up_by_machine_and_day_and_end_after_400_days(nanle, paired):
    tomorrow = NOON + timedelta(days=1)
    with nanle.transaction() as session:
        one, other = paired(session), paired(session)
        count(session, one, "screen", at=NOON)
        count(session, one, "screen", number=4, at=NOON)
        count(session, one, "print", at=NOON)
        count(session, other, "screen", at=tomorrow)
        assert counts_on(session, NOON.date()) == {one.id: {"screen": 5, "print": 1}}
        assert [each.what for each in counts_of(session, one, since=NOON.date())] == ["print", "screen"]
        assert forget(session, NOON + timedelta(days=401)) == 2
        assert counts_on(session, tomorrow.date()) == {other.id: {"screen": 1}}
        with pytest.raises(ValueError, match="张三"):
            count(session, one, "张三", at=NOON)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-9, "不到 1 分钟"), (59, "不到 1 分钟"), (60, "1 分钟"), (3_599, "59 分钟"), (3_600, "1 小时"),
     (5_400, "1 小时 30 分钟"), (86_400, "1 天"), (97_200, "1 天 3 小时")],
)  # fmt: skip
def test_spans_are_said_as_people_say_them(seconds, words):
    assert lasted(seconds) == words
    assert ago(NOON, NOON + timedelta(seconds=max(seconds, 60))) == f"{lasted(max(seconds, 60))}前"


def test_a_moment_is_short_and_has_its_day_where_it_is_not_today():
    assert ago(NOON, NOON + timedelta(seconds=5)) == "刚刚"
    assert ago(None, NOON) == ""
    assert short(NOON, NOON) == "12:00"
    assert short(NOON, NOON + timedelta(hours=13)) == "11月24日 12:00"

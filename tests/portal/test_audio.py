"""Pages read aloud: what is said, who may hear it, and how a phone fetches it."""

from datetime import date, timedelta

import miniaudio
import pytest

from tests.factories import NOON
from tests.portal.published import ROSTER, STATEMENT, statement_given
from villages.core.clock import day_of, now
from villages.disclosures.queries import public_item
from villages.portal import aloud, showing
from villages.registry.queries import unit_by_code
from villages.speech import voice
from villages.speech.making import talk

VILLAGE = "410923205201"
HERE = f"/villages/{VILLAGE}"


@pytest.fixture
def spoken(app):
    """What is said of an item."""

    def spoken(item_id):
        with app.extensions["storage"].reading() as session:
            shown = showing.shown(public_item(session, item_id))
            said = talk(aloud.of_item(shown, showing.money_of(session, shown)), aloud.names_of(shown))
            return "".join(said.sentences)

    return spoken


@pytest.fixture
def voiceless(monkeypatch):
    """A machine without espeak-ng."""
    monkeypatch.setenv("PATH", "")
    voice.program.cache_clear()
    yield
    monkeypatch.undo()
    voice.program.cache_clear()


def test_a_village_a_section_and_an_item_can_be_heard(visit, put):
    number = put(STATEMENT, statement_given(), period_start=date(2026, 9, 1))
    for path in (HERE, f"{HERE}/affairs", f"/items/{number}"):
        players = visit.get(path).tree.xpath("//audio[@controls and @preload='none']")
        assert len(players) == 1, path
        answer = visit.fetch(players[0].get("src").removeprefix("/msgk"))
        assert (answer.status_code, answer.mimetype) == (200, "audio/mpeg"), path
        assert miniaudio.decode(answer.data).duration > 2, path
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_an_item_says_its_title_whose_it_is_when_and_the_sums_first(put, spoken):
    said = spoken(put(STATEMENT, statement_given(), period_start=date(2026, 9, 1)))
    order = [
        "二零二六年九月",
        "公开。",
        "收进来三千二百元，花出去一千八百五十元",
        "还剩一万三千八百一十元",
        "机动地承包费",
    ]
    assert [said.index(words) for words in order] == sorted(said.index(words) for words in order)


def test_a_village_says_its_name_its_money_and_what_is_new(app, put):
    put(STATEMENT, statement_given(), period_start=date(2026, 9, 1), title="九月的账")
    with app.extensions["storage"].reading() as session:
        unit, today = unit_by_code(session, VILLAGE), day_of(now())
        said = aloud.of_village(
            unit, showing.latest(session, unit, today), showing.money_of_unit(session, unit, today), None
        )
    assert said.startswith("西邵乡西邵集村。")
    assert "花出去 1,850 元" in said
    assert "九月的账，2026年9月。" in said


def test_a_long_table_ends_with_where_the_rest_is(put, spoken):
    said = spoken(put(STATEMENT, statement_given(rows=150)))
    assert said.endswith("全文请看页面。")
    assert "共一百五十条" in said


def test_a_phone_may_ask_for_a_piece(visit, put):
    path = f"/items/{put()}/audio.mp3"
    whole = visit.fetch(path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    piece = visit.fetch(path, Range="bytes=0-1")
    assert (piece.status_code, piece.data) == (206, whole.data[:2])
    assert piece.headers["Content-Range"] == f"bytes 0-1/{len(whole.data)}"
    end = visit.fetch(path, Range=f"bytes={len(whole.data) - 10}-")
    assert (end.status_code, end.data) == (206, whole.data[-10:])
    assert visit.fetch(path, Range=f"bytes={len(whole.data)}-").status_code == 416


def test_a_phone_that_has_the_sound_is_told_that_nothing_changed(visit, put):
    path = f"/items/{put()}/audio.mp3"
    first = visit.fetch(path)
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Content-Encoding" not in visit.fetch(path, **{"Accept-Encoding": "gzip, br"}).headers
    again = visit.fetch(path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "more", [{"public": False}, {"notice_until": date(2020, 1, 1)}, {"is_public": False, "state": "withdrawn"}]
)
def test_only_what_is_public_now_is_heard(visit, put, more):
    assert visit.fetch(f"/items/{put(**more)}/audio.mp3").status_code == 404


@pytest.mark.parametrize("path", ["/items/999999/audio.mp3", f"/items/{2**40}/audio.mp3", "/villages/4/audio.mp3",
                                  "/villages/410923/audio.mp3", "/villages/4/affairs/audio.mp3"])  # fmt: skip
def test_what_is_not_there_is_not_heard(visit, path):
    assert visit.fetch(path).status_code == 404


def test_a_roster_is_heard_while_its_notice_lasts(visit, put):
    until = day_of(now()) + timedelta(days=1)
    answer = visit.fetch(f"/items/{put(ROSTER, at=NOON, notice_until=until)}/audio.mp3")
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex")


def test_search_engines_are_not_read_to(visit, put):
    path = f"/items/{put()}/audio.mp3"
    agents = ("Baiduspider/2.0", "Mozilla/5.0 (compatible; bingbot/2.0)", "AppleCoreMedia/1.0.0", "CUBOT NOTE 20")
    assert [visit.fetch(path, **{"User-Agent": agent}).status_code for agent in agents] == [404, 404, 200, 200]


def test_the_policy_lets_our_own_sound_play(visit):
    assert "media-src 'self'" in visit.get(HERE).response.headers["Content-Security-Policy"]


def test_without_the_voice_there_is_no_player_and_no_sound(visit, put, voiceless):
    number = put()
    page = visit.get(f"/items/{number}")
    assert not page.tree.xpath("//audio")
    assert "念给我听" not in page.text
    assert visit.fetch(f"/items/{number}/audio.mp3").status_code == 404


def test_a_voice_that_fails_is_told_in_words(visit, put, app, caplog):
    (app.extensions["settings"].data_dir / "speech").write_text("a file where a folder should be")
    answer = visit.fetch(f"/items/{put()}/audio.mp3")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "声音没有做出来" in answer.text
    assert "not read aloud" in caplog.text
    caplog.clear()

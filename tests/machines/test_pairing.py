"""From a code on a screen to a machine in a hall, and its end."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import NOON, TESTER
from tests.staff import COUNTY, TOWNSHIP, VILLAGE
from villages.audit.models import AuditEntry
from villages.core.refusal import Refusal
from villages.machines.actions import MOST_ASKING, approve, ask, forget, heard, move, revoke
from villages.machines.heartbeat import Heartbeat
from villages.machines.models import CODE_HOLDS, Kiosk
from villages.machines.queries import (
    hall_named,
    halls_within,
    kiosk_asking,
    kiosk_of_token,
    kiosks_asking,
    kiosks_within,
    state_of,
)
from villages.machines.tokens import digest_of, new_code, new_token, spoken_code
from villages.registry.queries import unit_by_code

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_a_machine_keeps_its_code_until_it_lapses(nanle, asking):
    token = new_token()
    with nanle.transaction() as session:
        first = asking(session, token=token)
        code = first.code
        assert asking(session, token=token, at=NOON + CODE_HOLDS - MINUTE).code == code
        again = asking(session, token=token, at=NOON + CODE_HOLDS)
        assert (again.id, again.asked_at) == (first.id, NOON)
        assert again.code != code
        with pytest.raises(Refusal, match="没有显示配对码"):
            kiosk_asking(session, code, at=NOON + CODE_HOLDS)


def test_only_the_digest_of_a_token_is_kept(nanle, asking):
    token = new_token()
    with nanle.transaction() as session:
        kiosk = asking(session, token=token)
        assert kiosk.token_digest == digest_of(token)
        assert token not in repr({name: value for name, value in vars(kiosk).items() if name != "_sa_instance_state"})
        assert kiosk_of_token(session, token) is kiosk
        assert kiosk_of_token(session, new_token()) is None


def test_codes_are_six_digits_that_are_read_out_in_two_groups():
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 480
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert spoken_code("012345") == "012 345"


def test_a_code_is_typed_with_or_without_its_space(nanle, asking):
    with nanle.transaction() as session:
        kiosk = asking(session)
        assert kiosk_asking(session, f" {spoken_code(kiosk.code)} ", at=NOON) is kiosk


def test_who_floods_the_door_pushes_out_only_who_asked_before(nanle, asking, paired):
    with nanle.transaction() as session:
        hall, first = paired(session), asking(session)
        for second in range(1, MOST_ASKING + 1):
            asking(session, at=NOON + timedelta(seconds=second))
        at = NOON + MINUTE
        assert len(kiosks_asking(session, at=at)) == MOST_ASKING
        assert first.id not in {each.id for each in kiosks_asking(session, at=at)}
        assert kiosks_within(session, unit_by_code(session, TOWNSHIP)) == [hall]
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.act == "kiosk.ask")) == 0


def test_two_answers_to_one_question_are_one_row(nanle):
    """The same new machine asks twice at the same moment."""
    token, together, found = new_token(), threading.Barrier(2), []

    def go():
        together.wait()
        with nanle.transaction() as session:
            found.append(ask(session, token=token, screen="", at=NOON).code)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    with nanle.reading() as session:
        assert session.scalar(select(func.count()).select_from(Kiosk)) == 1


def test_approving_gives_hall_name_and_orientation(nanle, asking):
    with nanle.transaction() as session:
        kiosk, unit = asking(session), unit_by_code(session, TOWNSHIP)
        approve(session, kiosk, unit=unit, name="", orientation="landscape", by=TESTER, at=NOON + MINUTE)
        assert (kiosk.state, kiosk.unit, kiosk.orientation, kiosk.code) == ("paired", unit, "landscape", None)
        assert kiosk.name == f"{unit.name}便民大厅"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "kiosk.approve")).one()
        assert entry.subject == f"kiosk:{kiosk.id}"


def test_a_second_machine_in_a_hall_is_told_apart_and_the_countys_has_a_name_of_its_own(nanle, paired):
    with nanle.transaction() as session:
        assert [paired(session).name[-5:], paired(session).name[-9:]] == ["镇便民大厅", "镇便民大厅 2 号"]
        revoke(session, kiosks_within(session, unit_by_code(session, TOWNSHIP))[0], by=TESTER, at=NOON)
        assert paired(session).name.endswith("镇便民大厅")
        assert paired(session, COUNTY).name.endswith("县政务大厅")
        assert paired(session, name="  东门的一台 ").name == "东门的一台"


@pytest.mark.parametrize(
    ("code", "given", "line"),
    [
        (VILLAGE, {}, "不是县或乡镇"),
        (TOWNSHIP, {"orientation": "sideways"}, "竖屏或横屏"),
        (TOWNSHIP, {"name": "大" * 41}, "最多 40 个字"),
        (TOWNSHIP, {"name": "一\n二"}, "写在一行里"),
    ],
)
def test_a_place_that_is_none_is_refused(nanle, asking, code, given, line):
    with nanle.transaction() as session:
        kiosk, unit = asking(session), unit_by_code(session, code)
        with pytest.raises(Refusal, match=line):
            approve(session, kiosk, unit=unit, by=TESTER, at=NOON, **({"name": "", "orientation": "portrait"} | given))
        assert kiosk.state == "asking"


def test_a_code_is_used_once_and_in_time(nanle, asking):
    with nanle.transaction() as session:
        late, unit = asking(session), unit_by_code(session, TOWNSHIP)
        place = {"unit": unit, "name": "", "orientation": "portrait", "by": TESTER}
        with pytest.raises(Refusal, match="过期或用过"):
            approve(session, late, at=NOON + CODE_HOLDS, **place)
        approve(session, late, at=NOON, **place)
        with pytest.raises(Refusal, match="过期或用过"):
            approve(session, late, at=NOON, **place)


def test_a_machine_moves_and_the_audit_says_from_where(nanle, paired):
    with nanle.transaction() as session:
        kiosk, county = paired(session), unit_by_code(session, COUNTY)
        move(session, kiosk, unit=county, name="", orientation="landscape", by=TESTER, at=NOON)
        assert (kiosk.unit, kiosk.name[-4:], kiosk.orientation) == (county, "政务大厅", "landscape")
        detail = session.scalars(select(AuditEntry).where(AuditEntry.act == "kiosk.move")).one().detail
        assert "竖屏" in detail["old"]
        assert "横屏" in detail["new"]


def test_a_revoked_token_never_comes_back(nanle, paired, asking):
    token = new_token()
    with nanle.transaction() as session:
        kiosk = paired(session, token=token)
        revoke(session, kiosk, by=TESTER, at=NOON)
        assert asking(session, token=token, at=NOON + DAY).state == "revoked"
        assert kiosks_asking(session, at=NOON + DAY) == []
        for again in (revoke, move):
            more = {} if again is revoke else {"unit": kiosk.unit, "name": "", "orientation": "portrait"}
            with pytest.raises(Refusal):
                again(session, kiosk, by=TESTER, at=NOON, **more)
        heard(session, kiosk, beat=Heartbeat(version="9"), at=NOON)
        assert (kiosk.heard_at, kiosk.version) == (None, "")


def test_one_that_asks_is_turned_away(nanle, asking):
    with nanle.transaction() as session:
        kiosk = asking(session)
        revoke(session, kiosk, by=TESTER, at=NOON)
        assert (kiosk.state, kiosk.code) == ("revoked", None)
        assert forget(session, NOON + DAY) == 0
        assert forget(session, NOON + DAY + MINUTE) == 1


def test_a_machine_is_silent_after_some_minutes_from_when_it_was_heard_or_paired(nanle, paired, asking):
    with nanle.transaction() as session:
        kiosk = paired(session)
        assert state_of(kiosk, NOON + 4 * MINUTE) == "fresh"
        assert state_of(kiosk, NOON + 5 * MINUTE) == "silent"
        heard(session, kiosk, beat=Heartbeat(version="1.0"), at=NOON + 9 * MINUTE)
        assert state_of(kiosk, NOON + 13 * MINUTE) == "fresh"
        assert state_of(kiosk, NOON + 14 * MINUTE, silent_minutes=6) == "fresh"
        assert state_of(kiosk, NOON + 14 * MINUTE) == "silent"
        assert state_of(asking(session), NOON) == "asking"
        revoke(session, kiosk, by=TESTER, at=NOON)
        assert state_of(kiosk, NOON) == "revoked"


def test_who_asked_and_never_came_is_forgotten_and_who_is_paired_is_not(nanle, asking, paired):
    with nanle.transaction() as session:
        waiting, gone = new_token(), asking(session)
        asking(session, token=waiting)
        kept = paired(session)
        asking(session, token=waiting, at=NOON + DAY)  # still there
        assert forget(session, NOON + DAY + MINUTE) == 1
        left = session.scalars(select(Kiosk.id)).all()
        assert gone.id not in left
        assert {kept.id, kiosk_of_token(session, waiting).id} == set(left)


def test_halls_are_the_countys_and_its_townships(nanle):
    with nanle.reading() as session:
        county, township = unit_by_code(session, COUNTY), unit_by_code(session, TOWNSHIP)
        assert {unit.level for unit in halls_within(session, county)} == {"county", "township"}
        assert halls_within(session, township) == [township]
        assert hall_named(session, COUNTY) is county
        assert hall_named(session, county.name) is county
        assert hall_named(session, township.name) is township
        with pytest.raises(Refusal, match="没有叫“某镇”的乡镇"):
            hall_named(session, "某镇")

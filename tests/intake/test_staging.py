"""Photographs that wait for a form: found from any network, and one network's leave room for everybody else's."""

from __future__ import annotations

import os

import pytest

from villages.core.clock import now
from villages.core.refusal import Refusal
from villages.intake import staging
from villages.intake.enclosures import Given
from villages.intake.staging import FOLDER, LEAST_BYTES, MOST, SHARES, TOTAL, stage, staged, unstage

HALL, PHONE, STRANGER = "203.0.113.5", "2001:db8:7:1::9", "198.51.100.66"
# What a photograph of 2 MB becomes when it is made small to be kept: measured with the grainiest that a phone writes.
LARGEST = 930_000


@pytest.fixture
def session(office):
    with office.reading() as session:
        yield session


def photo(mark, size=200):
    return Given("photos", "image/jpeg", f"{mark}".encode().ljust(size, b"."))


def send(session, token, *photos, network=HALL, recount=True):
    """Sent when the last count of all that waits is too old, unless said otherwise."""
    total = session.info["settings"].data_dir / FOLDER / TOTAL
    if recount and total.exists():
        os.utime(total, (0, 0))
    stage(session, token, photos, network=network, at=now())


def names(session, token):
    return [each.file.data.rstrip(b".").decode() for each in staged(session, token)]


def test_whoever_changes_network_finds_what_was_sent_and_lets_it_all_go(session):
    send(session, "form", photo("a"), photo("b"))
    send(session, "form", photo("b"), photo("c"), network=PHONE)
    assert names(session, "form") == ["a", "b", "c"]
    unstage(session, "form", [each.name for each in staged(session, "form") if each.file.data.startswith(b"b")])
    assert names(session, "form") == ["a", "c"]
    send(session, "another", photo("d"), network=PHONE)
    unstage(session, "form")
    assert (names(session, "form"), names(session, "another")) == ([], ["d"])
    assert staged(session, "") == []


def test_no_address_stands_on_the_disk(session):
    send(session, "form", photo("a"))
    send(session, "form", photo("b"), network=PHONE)
    told = [str(path) for path in (session.info["settings"].data_dir / FOLDER).rglob("*")]
    assert len(told) > 2
    assert not [path for path in told for address in (HALL, PHONE, "2001:db8") if address in path]


def test_one_network_takes_its_share_alone_and_has_it_again_when_its_forms_are_taken(session, monkeypatch):
    monkeypatch.setattr(staging, "MOST_BYTES", 2 * (SHARES + 1) * LEAST_BYTES)
    send(session, "flood 1", photo("a"), photo("b"), network=STRANGER)
    with pytest.raises(Refusal, match="请过十分钟再选一次；用无线网的，换成手机流量再试；急的话先不传照片"):
        send(session, "flood 2", photo("c"), network=STRANGER)
    send(session, "form", photo("d"))
    assert names(session, "form") == ["d"]
    unstage(session, "flood 1")
    send(session, "flood 2", photo("c"), network=STRANGER)


def test_many_networks_together_leave_room_for_whoever_has_nothing_waiting(session, monkeypatch):
    monkeypatch.setattr(staging, "MOST_BYTES", 60 * LEAST_BYTES)
    for network in range(8):
        photos = [photo(number) for number in range(60)]
        with pytest.raises(Refusal, match="没有留住"):
            send(session, f"flood {network}", *photos, network=f"198.51.100.{network}")
    send(session, "form", photo("a"))
    assert names(session, "form") == ["a"]


def test_what_a_customer_is_given_of_version_6_is_one_network(session, monkeypatch):
    monkeypatch.setattr(staging, "MOST_BYTES", (SHARES + 4) * LEAST_BYTES)
    send(session, "form", photo("a"), network=PHONE)
    with pytest.raises(Refusal, match="没有留住"):
        send(session, "form", photo("b"), network="2001:db8:7:ffff::1")
    send(session, "form", photo("b"), network="2001:db8:8:1::1")


def test_a_hall_where_thirty_people_write_at_once_is_not_shut_out(session, monkeypatch):
    """A thousandth of everything, as the disk of a test need not hold a hall's photographs."""
    monkeypatch.setattr(staging, "MOST_BYTES", staging.MOST_BYTES // 1000)
    monkeypatch.setattr(staging, "LEAST_BYTES", LEAST_BYTES // 1000)
    for person in range(30):
        send(session, f"form {person}", *(photo(f"{person} {n}", LARGEST // 1000) for n in range(MOST)))
    assert all(len(staged(session, f"form {person}")) == MOST for person in range(30))


def test_all_that_waits_is_not_counted_anew_for_each_photograph(session):
    send(session, "form", photo("a"))
    (session.info["settings"].data_dir / FOLDER / TOTAL).write_text(str(staging.MOST_BYTES))
    with pytest.raises(Refusal, match="没有留住"):
        send(session, "form", photo("b"), recount=False)
    send(session, "form", photo("b"))
    assert names(session, "form") == ["a", "b"]

"""Long trials: forms sent in while processes are killed and the disk is full. What was acknowledged is there, once."""

from __future__ import annotations

import io
import json
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from PIL import Image
from sqlalchemy import select

from tests.service_process import started
from tests.soak.senders import FAULT, Letter, Post, photo
from tests.soak.small_disk import small_disk
from villages.core.db import Storage
from villages.intake.enclosures import content_of
from villages.intake.models import Case
from villages.intake.reading import read_as_writer
from villages.intake.sealed import TOKEN, digest
from villages.registry.queries import villages_of
from villages.settings import read_settings

LETTERS, A_SECOND, LINES = 2_000, 50, 48
KILL_EVERY_S, FULL_AFTER_S, FULL_FOR_S, LONGEST_S = 2, 15, 5, 1_200
DISK_MB = 300
OPENED = 50
KINDS = ("question", "suggestion", "complaint", "tipoff", "suspicious_code", "error")
# Addresses for documentation (RFC 5737); one in twenty letters comes from one of them, as from a hall.
NETWORKS = [f"{net}.{host}" for net in ("192.0.2", "198.51.100", "203.0.113") for host in range(1, 255)]
HALL, HALL_EVERY = "203.0.113.255", 20
pytestmark = pytest.mark.soak


@pytest.fixture
def disk(databases):
    with small_disk(databases.folder, DISK_MB) as found:
        yield found


@pytest.fixture
def settings(databases, disk, monkeypatch):
    monkeypatch.setenv("VILLAGES_TRUSTED_PROXIES", "127.0.0.1")
    data, tables = disk.folder / "data", disk.folder / "tables"
    for folder in (data, tables):
        folder.mkdir(mode=0o700)
    url = databases.copy("nanle", tables)
    yield read_settings({"VILLAGES_DATA_DIR": str(data), "VILLAGES_DATABASE_URL": url, "VILLAGES_PUBLIC_URL": ""})
    databases.drop(url)


def test_nothing_that_was_acknowledged_is_lost(settings, disk, tmp_path):
    service = started(settings, tmp_path / "serve.log")
    try:
        service.villages("init")
        before = complaints(service)
        letters = written(settings)
        post = Post(service.base, lines=LINES)
        with ThreadPoolExecutor(8) as people:
            list(people.map(post.open_form, letters))
        killed, free, took = sent(service, disk, post, letters)
        time.sleep(KILL_EVERY_S)  # after the last death
        say("", *(f"{count:6} {what}" for what, count in post.answers.most_common()))
        kept = compare(settings, letters)
        opened = open_some(post, [each for each in letters if each.receipt])
        service.villages("audit", "verify")
        after = complaints(service)
    finally:
        service.stop()
    receipts = [each for each in letters if each.receipt]
    waits, tries = sorted(each.seconds for each in receipts), [each.tries for each in letters]
    rate = len(letters) / max(each.began for each in letters)
    say(
        f"{disk.what}, {free} bytes free at the fullest; {killed} processes killed in {took:.0f} s",
        f"{len(letters)} forms, first sent at {rate:.1f} a second",
        f"{len(receipts)} receipts, {len(letters) - len(receipts)} plainly refused; {kept}; {opened} opened by code",
        f"seconds until the receipt: half {waits[len(waits) // 2]:.1f}, 95 % {waits[len(waits) * 95 // 100]:.1f}, "
        f"longest {waits[-1]:.1f}; tries: {sum(tries)}, most {max(tries)}",
    )
    assert not [what for what in post.answers if FAULT in what], post.faults[:3]
    assert not [what for what in post.answers if "not kept" in what]
    assert killed >= LETTERS / A_SECOND / KILL_EVERY_S / 2
    assert post.has_refused(), "the full disk was not noticed"
    assert all(each.receipt or each.refusal for each in letters)
    assert len(receipts) > LETTERS * 0.9
    assert after <= before | {"unseen"}, after - before


def say(*lines):
    """What was seen, as it is seen."""
    print(*lines, sep="\n", flush=True)  # noqa: T201 - a soak reports


def written(settings):
    """The forms, as they will be filled in."""
    storage = Storage(settings.database_url, settings=settings)
    with storage.reading() as session:
        places = [unit.division_code for unit in villages_of(session)]
    storage.close()
    return [
        Letter(
            kind=KINDS[n % len(KINDS)],
            about=places[n % len(places)],
            text=f"示例：第 {n} 封。路上的灯不亮了，请来看看。",
            network=HALL if n % HALL_EVERY == 0 else NETWORKS[n % len(NETWORKS)],
            photo=photo(n) if n % 4 == 1 else b"",
        )
        for n in range(LETTERS)
    ]


def sent(service, disk, post, letters):
    """Send all at their times, amid the trouble; returns how many processes died, bytes free when full, seconds."""
    began, killed, free = time.monotonic(), 0, []
    trouble = threading.Timer(FULL_AFTER_S, lambda: free.append(disk.fill(service, FULL_FOR_S, post.has_refused)))
    trouble.start()

    def at_its_time(n):
        time.sleep(max(began + n / A_SECOND - time.monotonic(), 0))
        letters[n].began = time.monotonic() - began
        post.send(letters[n], began + LONGEST_S)

    with ThreadPoolExecutor(len(letters)) as people:
        waiting = [people.submit(at_its_time, n) for n in range(len(letters))]
        while not all(each.done() for each in waiting):
            answered = post.answered
            time.sleep(KILL_EVERY_S)
            # Where a start takes longer than that, as on a busy machine, something must be answered in between.
            killed += post.answered > answered and service.kill_worker(killed)
    for each in waiting:
        each.result()
    trouble.join()
    return killed, free[0], time.monotonic() - began


def compare(settings, letters):
    """What is stored against what was sent, token by token; returns the count in words."""
    storage = Storage(settings.database_url, settings=settings)
    with storage.reading() as session:
        by_token = {digest(session, TOKEN, each.token): each for each in letters}
        found = session.scalars(select(Case)).all()
        tokens = Counter(case.token_digest for case in found)
        states = Counter(case.state for case in found)
        assert set(tokens.values()) == {1}
        assert set(tokens) <= set(by_token)
        missing = [each for token, each in by_token.items() if each.receipt and token not in tokens]
        assert not missing, missing[:3]
        unannounced = [token for token in tokens if not by_token[token].receipt]
        photos = 0
        for case in found:
            letter = by_token[case.token_digest]
            assert letter.receipt is None or letter.receipt[0] == case.number
            assert read_as_writer(session, case).values["text"] == letter.text
            assert len(case.enclosures) == bool(letter.photo)
            for enclosure in case.enclosures:
                assert Image.open(io.BytesIO(content_of(session, enclosure))).size == (160, 120)
                photos += 1
    storage.close()
    assert not unannounced
    return f"{len(found)} stored ({dict(states)}), {photos} photographs"


def open_some(post, letters):
    """Open some by number and code, as their writers would at home; returns how many."""
    for letter in Random(8).sample(letters, OPENED):  # noqa: S311 - the same ones each time
        number, code = letter.receipt
        answer = post.ask("/cases/find", letter.network, form={"number": number, "code": code})
        page = post.ask(answer.location, letter.network, cookies=answer.cookies)
        assert letter.text in page.text, (answer.status, page.text[:500])
    return OPENED


def complaints(service):
    """The questions of the self-check that find something."""
    command = [service.program, "check", "--format", "json"]
    run = subprocess.run(command, env=service.environment, capture_output=True, text=True, check=False)
    return {each["key"] for each in json.loads(run.stdout)["told"]}

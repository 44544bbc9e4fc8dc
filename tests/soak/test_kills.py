"""Long trials: the service while its processes are killed."""

import re
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

import pytest

from tests.service_process import served
from tests.visit import PHONE

SECONDS = 40
pytestmark = pytest.mark.soak


def test_readers_are_served_while_processes_are_killed_every_two_seconds(make_settings, tmp_path):
    with served(make_settings("nanle"), tmp_path / "serve.log") as service:
        address = f"{service.base}/v/{service.number_of('西邵集村')}"
        answers: Counter[str] = Counter()
        end = time.monotonic() + SECONDS

        def read() -> None:
            while time.monotonic() < end:
                try:
                    request = urllib.request.Request(address, headers={"User-Agent": PHONE})
                    with urllib.request.urlopen(request, timeout=5) as response:
                        title = re.search("<h1>(.*?)</h1>", response.read().decode()).group(1)
                        answers[f"{response.status} {title}"] += 1
                except (OSError, urllib.error.URLError):
                    answers["cut off"] += 1
                time.sleep(0.01)

        readers = [threading.Thread(target=read) for _ in range(8)]
        for reader in readers:
            reader.start()
        killed = 0
        while time.monotonic() < end:
            time.sleep(2)
            killed += service.kill_worker(killed)
        for reader in readers:
            reader.join()
        print(dict(answers), "killed", killed)  # noqa: T201 - a soak reports
        assert killed > SECONDS / 4
        assert set(answers) <= {"200 西邵集村", "cut off"}
        assert answers["200 西邵集村"] > 20 * answers["cut off"]
        time.sleep(2)
        assert urllib.request.urlopen(address, timeout=5).status == 200
    counted = int(service.villages("plates", "scans", service.number_of("西邵集村")).split()[-1])
    # A killed process loses at most a second of counts; nothing is counted twice.
    assert 0 < counted <= answers["200 西邵集村"] + answers["cut off"]

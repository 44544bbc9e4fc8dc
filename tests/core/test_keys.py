"""The installation's keys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from villages.core.keys import key


def test_threads_that_need_a_key_for_the_first_time_at_once_get_the_same(tmp_path):
    for attempt in range(20):
        together = Barrier(8)

        def ask(_number, folder=tmp_path / str(attempt), together=together):
            together.wait()
            return key(folder, "data", "")

        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(ask, range(8)))) == 1
        assert [path.name for path in (tmp_path / str(attempt)).iterdir()] == ["data.key"]

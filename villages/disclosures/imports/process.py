"""Work on a file in a process of its own: nobody's page waits for it, and a hostile file hurts nothing else.

`python -m villages.disclosures.imports.process check|write RUN`, started by the pages; memory and time are limited, and
only two work at the same time.
"""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

from villages.core.db import Storage
from villages.disclosures.drafts import Problem
from villages.disclosures.imports import work
from villages.disclosures.imports.waiting import WaitingRoom
from villages.disclosures.kinds import OWN_CATALOGUE, also_from
from villages.settings import Settings, read_settings

JOBS = {"check": work.check, "write": work.write}
MOST_MEMORY = 2 * 1024**3
MOST_CPU_S = 300
LONGEST_S = 900
AT_ONCE = 2
ADDRESS = "VILLAGES_IMPORT_ADDRESS"


def room_of(settings: Settings) -> WaitingRoom:
    """The waiting room of an installation."""
    return WaitingRoom(settings.data_dir / "imports")


def start(settings: Settings, storage: Storage, job: str, run_id: int, *, address: str) -> None:
    """Begin a job on a run, and return at once; what becomes of it shows in the run.

    `address`: where the person is who asked for it, for the audit.
    """
    environment = os.environ | {
        "VILLAGES_DATA_DIR": str(settings.data_dir),
        "VILLAGES_DATABASE_URL": settings.database_url,
        "VILLAGES_DATA_KEY": settings.data_key,
        "VILLAGES_PUBLIC_URL": settings.public_url,
        ADDRESS: address,
    }
    program = [sys.executable, "-m", __name__, job, str(run_id)]
    process = subprocess.Popen(program, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own program
    # A daemon: a server that ends does not wait for it; a run whose watcher is gone is given up by `run-due`.
    threading.Thread(target=_watch, args=(process, settings, storage, run_id), daemon=True).start()


def _watch(process: subprocess.Popen[bytes], settings: Settings, storage: Storage, run_id: int) -> None:
    try:
        status = process.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    if status != 0:
        work.fail(storage, room_of(settings), run_id, [Problem(work.UNFINISHED, work.UNFINISHED)])


def main(job: str, run_id: str) -> None:
    """Do a job; ends with a trace on standard error and status 1 where it cannot."""
    os.nice(10)  # pages come first
    settings = read_settings(os.environ)
    also_from(settings.data_dir / OWN_CATALOGUE)
    room = room_of(settings)
    storage = Storage(settings.database_url, settings=settings)  # with the key: the audit is sealed here too
    storage.address = os.environ.get(ADDRESS, "")
    with (Path(room.folder) / f".turn{int(run_id) % AT_ONCE}").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
        JOBS[job](storage, room, int(run_id))
    storage.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

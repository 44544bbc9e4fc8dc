"""The service as it is shipped, in processes of its own, for journeys and soaks."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from villages.settings import Settings


@dataclass
class Service:
    """A running service: its address, its main process, and its command line."""

    base: str
    process: subprocess.Popen[bytes]
    program: str
    environment: dict[str, str]

    def villages(self, *arguments: object) -> str:
        """Run a command on the same installation and return what it printed."""
        command = [self.program, *map(str, arguments)]
        run = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return run.stdout

    def number_of(self, village: str) -> str:
        """The number of a village's plate."""
        found = re.search(rf"(\d{{4}}) (\d{{4}})\s+\S+\s+{village}\s", self.villages("plates", "list"))
        assert found, village
        return "".join(found.groups())

    def stop(self) -> int:
        """Ask it to end, and wait; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def kill(self) -> None:
        """End it and its workers as a power cut would."""
        for pid in (self.process.pid, *_children(self.process.pid)):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(20)

    def workers(self) -> list[int]:
        """The processes that serve now."""
        return [pid for pid in _children(self.process.pid) if "resource_tracker" not in _command(pid)]

    def kill_worker(self, turn: int) -> bool:
        """End one of them, by turns; returns whether there was one."""
        if not (workers := self.workers()):
            return False
        with suppress(ProcessLookupError):
            os.kill(workers[turn % len(workers)], signal.SIGKILL)
        return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(settings: Settings, log: Path, *, workers: int = 2, port: int | None = None) -> Service:
    """Serve an installation at its local address; its log is written on."""
    port = port or free_port()
    environment = os.environ | {
        "VILLAGES_DATA_DIR": str(settings.data_dir),
        "VILLAGES_DATABASE_URL": settings.database_url,
        "VILLAGES_PUBLIC_URL": "",
        "PORT": str(port),
    }
    program = str(Path(sys.executable).with_name("villages"))
    with log.open("a") as out:
        command = [program, "serve", "--workers", str(workers)]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    service = Service(f"http://127.0.0.1:{port}", process, program, environment)
    try:
        _wait(service)
    except BaseException:
        service.kill()
        raise
    return service


@contextmanager
def served(settings: Settings, log: Path, *, workers: int = 2) -> Iterator[Service]:
    """Serve an installation at its local address until the block ends; nothing may be left in its log but requests."""
    service = started(settings, log, workers=workers)
    try:
        yield service
    finally:
        process = service.process
        status = service.stop() if process.poll() is None else process.returncode
    text = log.read_text(encoding="utf-8")
    assert status == 0, text[-2000:]
    assert "Traceback" not in text, text[-4000:]


def _children(pid: int) -> list[int]:
    return [int(text) for path in Path(f"/proc/{pid}/task").glob("*/children") for text in path.read_text().split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
    except OSError:
        return "resource_tracker"


def _wait(service: Service) -> None:
    for _ in range(900):
        try:
            urllib.request.urlopen(f"{service.base}/readyz", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the service did not start")

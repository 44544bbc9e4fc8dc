"""The waiting room: what a person brought stays here between its check and its import, read by nobody else.

A folder of its owner's alone (0700, files 0600), in no backup; a run's files go when it is imported, dropped or an hour
old. The name that a person gave a file is never a name in here.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from villages.core.refusal import Refusal

UPLOAD, OUTCOME, ANNOTATED, TOLD = "upload", "outcome.json", "annotated.xlsx", "told"


class WaitingRoom:
    """The folder, and in it a folder for each run that waits."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, run_id: int, what: str, data: bytes) -> None:
        """Keep something of a run, whole or not at all; raises Refusal when it cannot be written."""
        path = self.folder / str(run_id) / what
        draft = path.with_name(f".{what}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise Refusal(f"文件存不进 {self.folder}：{error.strerror or error}。请检查目录、权限和磁盘空间") from error

    def get(self, run_id: int, what: str) -> bytes | None:
        """What is kept of a run; None where it is gone."""
        try:
            return (self.folder / str(run_id) / what).read_bytes()
        except FileNotFoundError:
            return None

    def put_json(self, run_id: int, what: str, document: Any) -> None:
        """Keep a document of a run."""
        self.put(run_id, what, json.dumps(document, ensure_ascii=False).encode())

    def get_json(self, run_id: int, what: str) -> Any:
        """A document of a run; None where it is gone."""
        data = self.get(run_id, what)
        return None if data is None else json.loads(data)

    def has(self, run_id: int, what: str) -> bool:
        """Whether something of a run is here."""
        return (self.folder / str(run_id) / what).exists()

    def clear(self, run_id: int) -> None:
        """Take all of a run away."""
        shutil.rmtree(self.folder / str(run_id), ignore_errors=True)

    def runs(self) -> Iterator[int]:
        """The runs that have something here."""
        for path in self.folder.glob("*"):
            if path.name.isascii() and path.name.isdigit():
                yield int(path.name)

"""The machine that is changed, or one that only says what would be."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from .plan import PROGRAM, File

MANIFEST = f"{PROGRAM}/manifest"
PENDING = f"{PROGRAM}/pending"  # what changed before a run that failed; the next one tells those concerned


class Failed(Exception):  # noqa: N818 - it is what a step has
    """A step could not be done; the message is Chinese and says what to do."""


class Machine:
    """Files below a root, and commands. Dry, it runs none and writes nothing outside a root that was given."""

    def __init__(self, root: Path | None = None, *, dry: bool = False) -> None:
        self.root = root or Path("/")
        self.is_here = root is None
        self.runs = self.is_here and not dry
        self._writes = not dry or not self.is_here
        self.changed: list[str] = []  # files
        self.commands: list[str] = []

    def put(self, files: Iterable[File]) -> None:
        """Write what differs, take away what an earlier installation put and this one does not."""
        wanted = {file.path: file for file in files}
        for path in sorted(set(self._placed()) - set(wanted)):
            self._take_away(path)
        for file in wanted.values():
            self._write(file)
        self._note(MANIFEST, sorted(wanted))
        self.changed = sorted({*self.changed, *self.read(PENDING).split()})
        self._note(PENDING, self.changed)

    def settled(self) -> None:
        """Everything that follows from what was changed is done."""
        if self._writes:
            (self.root / PENDING).unlink(missing_ok=True)

    def put_if_absent(self, file: File) -> None:
        """Write a file that is the technician's from then on."""
        if not (self.root / file.path).exists():
            self._write(file)

    def take_all_away(self) -> None:
        """Every file that was put, and the program's folder."""
        for path in [*self._placed(), MANIFEST, PENDING]:
            self._take_away(path)

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return (self.root / path.lstrip("/")).exists()

    def read(self, path: str) -> str:
        """A file's text; '' when there is none."""
        file = self.root / path.lstrip("/")
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def says(self, *command: str) -> str:
        """What a question is answered; '' where it can not be asked or is answered with an error."""
        if not self.is_here:
            return ""
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return ""
        return run.stdout.strip() if run.returncode == 0 else ""

    def run(self, *command: str, hint: str = "") -> None:
        """Run a command that changes something; Failed with the hint when it fails."""
        self.commands.append(" ".join(command))
        if not self.runs:
            print("会执行：", " ".join(command))
            return
        print("执行：", " ".join(command))
        if subprocess.run(command, check=False).returncode != 0:
            raise Failed(hint or f"这一步没有做成：{' '.join(command)}")

    def summary(self) -> str:
        """What was changed, in a line; of a root that is not this machine nobody can say which commands it needs."""
        if not self.changed and (not self.commands or not self.is_here):
            words = "没有改动：已经是设置要的样子。"
        else:
            words = f"改动文件 {len(self.changed)} 个，命令 {len(self.commands)} 条。"
        return words if self.runs else f"{words}这是试运行，命令都没有执行。"

    def _placed(self) -> list[str]:
        return self.read(MANIFEST).split()

    def _note(self, path: str, lines: list[str]) -> None:
        if self._writes:
            _replace(self.root / path, "".join(f"{line}\n" for line in lines).encode(), 0o644)

    def _write(self, file: File) -> None:
        target = self.root / file.path
        if target.exists() and target.read_bytes() == file.content and target.stat().st_mode & 0o777 == file.mode:
            return
        self.changed.append(f"/{file.path}")
        if not file.path.startswith(f"{PROGRAM}/deploy/"):
            print("写入" if self._writes else "会写入", f"/{file.path}")
        if self._writes:
            _replace(target, file.content, file.mode)

    def _take_away(self, path: str) -> None:
        target = self.root / path
        if not target.exists():
            return
        self.changed.append(f"/{path}")
        if not path.startswith(f"{PROGRAM}/"):
            print("删除" if self._writes else "会删除", f"/{path}")
        if self._writes:
            target.unlink()
            for folder in target.parents:
                if PROGRAM not in folder.as_posix() or any(folder.iterdir()):
                    break  # the others are Debian's
                folder.rmdir()


def _replace(target: Path, content: bytes, mode: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    fresh.write_bytes(content)
    fresh.chmod(mode)
    fresh.replace(target)

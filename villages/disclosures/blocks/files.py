"""files: stored files, each by the digest of its content and the name people gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from villages.disclosures import blocks
from villages.disclosures.blocks import Block, BlockError, Passage
from villages.disclosures.fields import Column
from villages.disclosures.gate.findings import Edit
from villages.disclosures.wording import one_line

MOST = 25
LONGEST = 120
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class StoredFile:
    """A file in the store: SHA-256 of its content in hex, and its name."""

    digest: str
    name: str


class Files(Block[tuple[StoredFile, ...]]):
    """Takes StoredFiles or mappings of digest and name; whether the file is there, the store knows."""

    label = "附件"
    cell = False

    def parse(self, given: object, field: Column, /) -> tuple[StoredFile, ...]:
        """The files. Raises BlockError."""
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise BlockError(f"“{field.label}”要上传文件，不能填文字")
        if len(given) > MOST:
            raise BlockError(f"“{field.label}”有 {len(given)} 个文件，最多 {MOST} 个，请分几条公开")
        return tuple(_stored(each, field) for each in given)

    def show(self, value: tuple[StoredFile, ...], _field: Column, /) -> str:
        """The names."""
        return "、".join(file.name for file in value)

    def typed(self, value: tuple[StoredFile, ...], field: Column, /) -> list[dict[str, str]]:
        """Digest and name of each."""
        return self.to_json(value, field)

    def nothing(self) -> list[dict[str, str]]:
        """No file."""
        return []

    def to_json(self, value: tuple[StoredFile, ...], _field: Column, /) -> list[dict[str, str]]:
        """A list of objects."""
        return [{"digest": file.digest, "name": file.name} for file in value]

    def from_json(self, data: list[dict[str, str]], _field: Column, /) -> tuple[StoredFile, ...]:
        """From a list of objects."""
        return tuple(StoredFile(each["digest"], each["name"]) for each in data)

    def texts(self, value: tuple[StoredFile, ...], field: Column, /) -> Iterator[Passage]:
        """The names; what stands in the files is read by whoever opens them."""
        yield from (Passage(field.label, file.name) for file in value)

    def rewritten(
        self, value: tuple[StoredFile, ...], _field: Column, edits: Iterator[Sequence[Edit]], /
    ) -> tuple[StoredFile, ...]:
        """The files, their names written over; a star can not stand in a name."""
        names = [blocks.written_over(file.name, next(edits)).replace("*", "＊") for file in value]
        return tuple(StoredFile(file.digest, name) for file, name in zip(value, names, strict=True))


def files_in(value: Any) -> Iterator[StoredFile]:
    """Every file that values name, in their order, however deep: in fields, in tables, in steps."""
    if isinstance(value, StoredFile):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from files_in(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from files_in(each)


def _stored(given: object, field: Column) -> StoredFile:
    if isinstance(given, StoredFile):
        digest, name = given.digest, given.name
    elif isinstance(given, Mapping):
        digest, name = str(given.get("digest", "")), str(given.get("name", ""))
    else:
        digest, name = "", ""
    name = one_line(name)
    if not _DIGEST.fullmatch(digest) or not name:
        raise BlockError(f"“{field.label}”里有文件没有上传成功，请重新上传")
    if len(name) > LONGEST or any(char in '/\\:*?"<>|' for char in name):
        raise BlockError(f"“{field.label}”的文件名“{name[:LONGEST]}”太长或有特殊符号，请改名后再上传")
    return StoredFile(digest, name)


BLOCK = Files()

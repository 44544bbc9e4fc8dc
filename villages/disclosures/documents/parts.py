"""Opens the zip of an Office file within limits, and reads XML without entities or document types. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from xml.parsers import expat

from villages.core.refusal import Refusal

MOST_PARTS = 5_000
MOST_UNPACKED = 256 * 1024 * 1024
MOST_TEXT = 20_000_000
CHUNK = 1 << 16
_ENCRYPTED = 0x1
_PICTURES = re.compile(r"/media/|/embeddings/|/activeX/|/ink/", re.IGNORECASE)

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Parts:
    """The parts of an Office file, unpacked only as far as the limits allow."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises Refusal for a damaged, encrypted or oversized file."""
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise self.damaged() from error
        parts = self._zip.infolist()
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise Refusal(f"附件 {name} 加了密码，无法检查，请去掉密码后再上传")
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refusal(f"附件 {name} 解开后太大，无法检查，请拆成几个文件，或删去多余的图片")
        self.names = [part.filename for part in parts]

    def damaged(self) -> Refusal:
        """What to say of a file that cannot be read."""
        return Refusal(f"附件 {self.name} 已损坏，或不是完整的文件，请重新保存后再上传")

    @property
    def pictures(self) -> list[str]:
        """Images and embedded files, which only a person can judge."""
        return [name for name in self.names if _PICTURES.search(name) and not name.endswith("/")]

    def xml_names(self, *folders: str) -> list[str]:
        """XML parts under folders, in natural order."""
        found = [name for name in self.names if name.startswith(folders) and name.endswith((".xml", ".rels", ".vml"))]
        return sorted(found, key=lambda name: [int(p) if p.isdigit() else p for p in re.split(r"(\d+)", name)])

    def parse(self, part: str, start: Start, text: Text, end: End) -> None:
        """Run through one XML part; raises Refusal for XML that is broken or has a document type (entities)."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler = lambda tag, given: start(_bare(tag), {_bare(k): v for k, v in given.items()})
        parser.EndElementHandler = lambda tag: end(_bare(tag))
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.buffer_text = True
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by place
            parser.Parse(b"", True)  # noqa: FBT003
        except (expat.ExpatError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise self.damaged() from error
        except Exception as error:  # zlib has its own
            if isinstance(error, Refusal):
                raise
            raise self.damaged() from error

    def _refuse_doctype(self, *_: object) -> None:
        raise Refusal(f"附件 {self.name} 里有不该出现的内容（文档类型声明），不能接收，请用办公软件另存后再上传")


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def short(part: str) -> str:
    """The name of a part for people."""
    return PurePosixPath(part).name

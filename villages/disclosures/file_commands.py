"""`villages disclosures attach|detach|files`: the attachments, from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import click

from villages.core.clock import now
from villages.core.console import FORMAT, columns, installation, print_json, say
from villages.core.files import FileStore, digest_of
from villages.core.refusal import Refusal
from villages.disclosures import gate
from villages.disclosures.act_commands import AS, ID
from villages.disclosures.attaching import attach as attach_file
from villages.disclosures.attaching import detach as detach_file
from villages.disclosures.attachments import spoken_size, using, what
from villages.disclosures.door import acting
from villages.disclosures.models import Attachment
from villages.disclosures.queries import item
from villages.disclosures.uploads import MOST_BYTES, read_upload
from villages.disclosures.workflow import STATES

_HEX = re.compile(r"[0-9a-fA-F]{1,64}")
FIELD = click.argument("field_name", metavar="FIELD")


@click.command(help="给草稿加附件：PDF、Word、Excel、CSV、文字或图片。FIELD 是字段名，某一步的写成 字段名.2")
@ID
@FIELD
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@AS
def attach(item_id: int, field_name: str, files: tuple[Path, ...], name: str) -> None:
    """Add files to a draft, all or none."""
    uploads = [read_upload(_read(path), path.name) for path in files]
    store = FileStore(installation().settings.files_dir)
    with acting(installation().storage, "item.attach", f"item:{item_id}", name=name) as (session, by):
        found = item(session, item_id)
        session.refresh(found, with_for_update=True)  # two people at once: the second sees what the first added
        for upload in uploads:
            attach_file(session, found, field_name, upload, by=by, at=now())
        for upload in uploads:
            store.put(upload.data)
    for upload in uploads:
        shape = f"，{upload.width}×{upload.height} 像素" if upload.width else ""
        size = spoken_size(len(upload.data))
        say(f"编号 {item_id} 加上附件“{gate.mask(upload.name)}”（{what(upload.media_type)}，{size}{shape}）")


@click.command(help="从草稿里去掉附件 NAME；已经公开的那一版不变。")
@ID
@FIELD
@click.argument("file_name", metavar="NAME")
@AS
def detach(item_id: int, field_name: str, file_name: str, name: str) -> None:
    """Take a file out of a draft."""
    with acting(installation().storage, "item.detach", f"item:{item_id}", name=name) as (session, by):
        found = item(session, item_id)
        session.refresh(found, with_for_update=True)
        detach_file(session, found, field_name, file_name, by=by, at=now())
    say(f"编号 {item_id} 去掉附件“{gate.mask(file_name)}”")


@click.command("files", help="哪些公开事项用了一个文件：写文件的编号（SHA-256，至少前 8 位），或本机上的文件。")
@click.argument("digest_or_path", metavar="DIGEST_OR_PATH")
@FORMAT
def files_(digest_or_path: str, form: str) -> None:
    """Which items use a stored file."""
    digests = _digests(digest_or_path)
    with installation().storage.reading() as session:
        rows = [_row(each) for digest in digests for each in using(session, digest)]
    if form == "json":
        print_json(rows)
        return
    if not rows:
        raise Refusal(f"没有公开事项用“{digest_or_path}”这个文件，请核对编号或文件")
    names = {"item": "编号", "title": "标题", "state": "状态", "name": "附件", "digest": "文件编号"}
    say(columns([[str(row[key]) for key in names] for row in rows], names.values()))


def _row(found: Attachment) -> dict[str, object]:
    return {
        "item": found.item_id,
        "title": found.item.title,
        "state": STATES[found.item.state],
        "name": gate.mask(found.name),
        "digest": found.digest,
        "media_type": found.media_type,
        "size": found.size,
    }


def _digests(given: str) -> list[str]:
    """What a file is called in the store: as it is, and as it would be stored."""
    path = Path(given)
    if not path.is_file():
        if not _HEX.fullmatch(given):
            raise Refusal(f"“{given}”既不是文件的编号，也不是本机上的文件，请核对")
        return [given]
    data = _read(path)
    try:
        stored = read_upload(data, path.name).digest
    except Refusal:
        return [digest_of(data)]
    return list(dict.fromkeys([digest_of(data), stored]))


def _read(path: Path) -> bytes:
    """A file's bytes; of one that is far too large, as many as show that it is."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refusal(f"打不开文件 {gate.mask(str(path))}：{error.strerror}。请检查文件名和权限") from error


FILE_COMMANDS = (attach, detach, files_)

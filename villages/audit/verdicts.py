"""The last verification, kept beside the anchors so that a page can show it without reading every entry."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from villages.audit.anchors import VERDICT
from villages.audit.chain import Head
from villages.audit.checking import Verdict


def keep(folder: Path, verdict: Verdict) -> None:
    """Keep a verdict in place of the one before."""
    told = {
        "at": verdict.at.isoformat(),
        "entries": verdict.entries,
        "seq": verdict.head.seq,
        "digest": verdict.head.digest,
        "findings": list(verdict.findings),
    }
    draft = folder / f".{VERDICT}.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False)
    draft.replace(folder / VERDICT)


def last(folder: Path) -> Verdict | None:
    """The last verdict; None where there is none to be read."""
    try:
        told = json.loads((folder / VERDICT).read_text(encoding="utf-8"))
        head = Head(told["seq"], told["digest"])
        return Verdict(datetime.fromisoformat(told["at"]), told["entries"], head, tuple(told["findings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None

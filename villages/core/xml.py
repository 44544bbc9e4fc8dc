"""XML documents, written element by element. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
# XML 1.0 takes none of these, however they are written.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def element(name: str, content: str | Iterable[str] = "", /, **attributes: str) -> str:
    """An element with a text, or with elements made before; a trailing _ of an attribute's name is left out."""
    inner = escape(_FORBIDDEN.sub("", content)) if isinstance(content, str) else "".join(content)
    told = "".join(f" {key.rstrip('_')}={quoteattr(_FORBIDDEN.sub('', text))}" for key, text in attributes.items())
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)

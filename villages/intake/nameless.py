"""A text without who wrote: what the form has of name, telephone, addresses is taken out of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from villages.intake.kinds import Field

WRITER, LEFT_OUT = "写信人", "（略）"
# What people are called by their surname alone.
CALLED = "(?:先生|女士|小姐|同志|师傅|老师|大爷|大娘|大叔|大姐|大妈|叔|婶|哥|姐|某某|某)"
SHORTEST_PART = 2


def nameless(text: str, fields: Iterable[Field], values: Mapping[str, Any]) -> str:
    """A text without what was given in some fields of a form that say who wrote."""
    for field in fields:
        known = values.get(field.name, "")
        if len(known) < SHORTEST_PART:
            continue
        if field.block == "name":
            text = re.sub(f"{re.escape(known)}{CALLED}?|{re.escape(known[0])}{CALLED}", WRITER, text)
        else:
            text = text.replace(known, LEFT_OUT)
    return text

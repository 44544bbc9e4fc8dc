"""link: the address of a page elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from villages.disclosures.blocks import Block, BlockError
from villages.disclosures.fields import Column
from villages.disclosures.wording import seen, shortened

LONGEST = 500


class Link(Block[str]):
    """http or https with a host; no user name in it, which is how a false address looks like a true one."""

    label = "网址"

    def parse(self, given: object, field: Column, /) -> str:
        """The address as given. Raises BlockError."""
        text = seen(str(given)).strip()
        if len(text) > LONGEST or not _is_address(text):
            raise BlockError(
                f"“{field.label}”的值“{shortened(given)}”不是网址，请填以 https:// 或 http:// 开头的完整网址"
            )
        return text


def _is_address(text: str) -> bool:
    if any(char.isspace() or char in "\"'<>\\`" for char in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port  # refuses a port that is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc


BLOCK = Link()

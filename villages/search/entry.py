"""What a caller hands to the index, and the order in which it is found. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from villages.search.folding import fold

# In the order in which those of one day are found, the last first. The place of a subject never changes.
SUBJECTS = ("item",)
REF_BITS, SUBJECT_BITS = 31, 3


@dataclass(frozen=True)
class Entry:
    """One text. `subject` and `ref` say whose; `section` and `kind` are words to filter by.

    Each line of `text` stands for itself: nothing is found across its end. `until` is the last day it may be found.
    """

    subject: str
    ref: int
    unit_id: int
    section: str
    kind: str
    day: date
    until: date | None
    title: str
    text: str

    @property
    def key(self) -> int:
        """Greater is found earlier: by day, then subject, then number."""
        place = SUBJECTS.index(self.subject)
        return (((self.day.toordinal() << SUBJECT_BITS) | place) << REF_BITS) | self.ref

    def row(self) -> dict[str, object]:
        """As columns of the table."""
        return {
            "key": self.key, "subject": self.subject, "ref": self.ref, "unit_id": self.unit_id,
            "section": self.section, "kind": self.kind, "day": self.day, "until": self.until, "title": self.title,
            "text": self.text, "folded_title": fold(self.title), "folded_text": fold(self.text),
        }  # fmt: skip

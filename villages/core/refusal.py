"""A refusal: work that met a problem a person can mend."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - the word people use for it; not every refusal is an error
    """One plain Chinese line per problem: what, where, what to do. Commands end with status 1."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines

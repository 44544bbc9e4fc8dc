"""A refusal: work that met a problem a person can mend."""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(Exception):  # noqa: N818 - the word people use for it; not every refusal is an error
    """One plain Chinese line per problem: what, where, what to do. Commands end with status 1."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


MOST_PROBLEMS = 1_000


def refuse_if(problems: Iterable[str]) -> None:
    """Raise one Refusal for all problems, if there are any; beyond MOST_PROBLEMS they are only counted."""
    lines = list(problems)
    if len(lines) > MOST_PROBLEMS:
        lines[MOST_PROBLEMS:] = [f"另有 {len(lines) - MOST_PROBLEMS} 处，多半是同一个原因；改好上面的再试，会接着列出"]
    if lines:
        raise Refusal(*lines)


LONGEST_NOTE = 300


def needed(text: str, what: str, most: int = LONGEST_NOTE) -> str:
    """A text that must be there; raises Refusal that names it."""
    text = text.strip()
    if not 0 < len(text) <= most:
        raise Refusal(f"请写明{what}，最多 {most} 个字")
    return text

"""Makes one sound, in a process of its own: JSON on standard input, the MP3 on standard output.

So the dictionary's 50 MB and the seconds of work burden no process that shows pages.
"""

from __future__ import annotations

import json
import os
import sys

from villages.speech.readings import pinyin
from villages.speech.voice import VoiceError, mp3

# Whoever reads a page comes first.
NICENESS = 10


def main() -> int:
    """Say what standard input holds; 1 where the voice fails."""
    os.nice(NICENESS)
    told = json.load(sys.stdin)
    try:
        sound = mp3([pinyin(sentence, told["names"]) for sentence in told["sentences"]])
    except VoiceError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the caller's log
        return 1
    sys.stdout.buffer.write(sound)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The voice: espeak-ng says pinyin, LAME makes an MP3 of the sound.

espeak-ng reads Chinese characters wrongly but pinyin rightly, so it never sees a character.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from collections.abc import Sequence
from functools import cache

PROGRAM = "espeak-ng"
VOICE = "cmn-latn-pinyin"
PACKAGE = "espeak-ng"
# Slower than the voice's own 175 and louder than its 100: for people who are no longer young.
PACE, LOUDNESS = 160, 130
KBPS, SAMPLES_PER_S = 24, 16_000
PATIENCE_S = 15


class VoiceError(Exception):
    """The voice could not say it."""


@cache
def program() -> str:
    """Where espeak-ng is, or an empty text where it or its voice is missing; looked up once a process."""
    found = shutil.which(PROGRAM)
    if found is None:
        return ""
    trial = subprocess.run([found, "-v", VOICE, "-q", "--stdin"], input=b"hao3", capture_output=True, check=False)  # noqa: S603 - our own words
    return found if trial.returncode == 0 else ""


def mp3(lines: Sequence[str]) -> bytes:
    """Lines of pinyin as the bytes of an MP3: one channel, 3 kB a second. Raises VoiceError."""
    import lameenc  # noqa: PLC0415 - only who makes sound needs it

    with wave.open(io.BytesIO(_spoken("\n".join(lines))), "rb") as sound:
        encoder = lameenc.Encoder()
        encoder.silence()
        encoder.set_bit_rate(KBPS)
        encoder.set_in_sample_rate(sound.getframerate())
        encoder.set_out_sample_rate(SAMPLES_PER_S)
        encoder.set_channels(sound.getnchannels())
        encoder.set_quality(7)
        samples = sound.readframes(sound.getnframes())
    return bytes(encoder.encode(samples)) + bytes(encoder.flush())


def _spoken(pinyin: str) -> bytes:
    """A WAV file of pinyin."""
    if not program():
        raise VoiceError(f"{PROGRAM} is missing")
    command = [program(), "-v", VOICE, "-s", str(PACE), "-a", str(LOUDNESS), "--stdin", "--stdout"]
    try:
        # By standard input: what is said stands in no list of processes.
        said = subprocess.run(command, input=pinyin.encode(), capture_output=True, timeout=PATIENCE_S, check=True)  # noqa: S603 - our own words
    except (OSError, subprocess.SubprocessError) as error:
        raise VoiceError(f"{PROGRAM}: {error}") from error
    return said.stdout

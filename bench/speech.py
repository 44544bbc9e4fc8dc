"""Time and bytes of reading aloud: a text of three minutes, from words to MP3, and a second listener's share."""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from villages.speech import readings, voice
from villages.speech.making import talk
from villages.speech.shelf import Shelf

TEXT = "二〇二六年9月，村里修路灯花出去 12,460.00 元，经手人张三，电话 0393-0000000。大家在村室开会，都同意。\n" * 20


def timed(name, work):
    began = time.perf_counter()
    result = work()
    print(f"{name:<28}{time.perf_counter() - began:8.3f} s")
    return result


said = timed("worded and cut", lambda: talk(TEXT))
lines = timed("pinyin (with its dictionary)", lambda: [readings.pinyin(each) for each in said.sentences])
timed("pinyin again", lambda: [readings.pinyin(each) for each in said.sentences])
sound = timed("said and encoded", lambda: voice.mp3(lines))
with tempfile.TemporaryDirectory() as folder:
    shelf = Shelf(Path(folder))
    timed("first listener, in all", lambda: shelf.sound(said))
    timed("second listener", lambda: shelf.sound(said))
characters = sum(char.isalnum() for each in said.sentences for char in each)
seconds = len(sound) * 8 / voice.KBPS / 1000
print(f"{characters} characters, {seconds:.0f} s, {len(sound):,} bytes, {characters / seconds:.2f} characters a second")

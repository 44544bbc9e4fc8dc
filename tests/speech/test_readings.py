"""Words are read in the right way: the pinyin, and what the voice makes of it."""

import re
import subprocess

import pytest

from villages.registry.commands import read_county
from villages.service.commands import BUNDLED
from villages.speech.readings import pinyin
from villages.speech.voice import VOICE, program

WORDS = {
    "银行": "yin2 hang2",
    "行人": "xing2 ren2",
    "重庆": "chong2 qing4",
    "重要": "zhong4 yao4",
    "音乐": "yin1 yue4",
    "快乐": "kuai4 le4",
    "南乐县": "nan2 le4 xian4",
    "濮阳市": "pu2 yang2 shi4",
    "会计": "kuai4 ji4",
    "开会": "kai1 hui4",
    "村长": "cun1 zhang3",
    "乡长": "xiang1 zhang3",
    "特困供养": "te4 kun4 gong1 yang3",
    "长度": "chang2 du4",
    "还款": "huan2 kuan3",
    "还剩": "hai2 sheng4",
    "调整": "tiao2 zheng3",
    "调查": "diao4 cha2",
    "便民": "bian4 min2",
    "更正": "geng1 zheng4",
    "更多": "geng4 duo1",
    "中标": "zhong4 biao1",
    "发放": "fa1 fang4",
    "供给": "gong1 ji3",
    "任期": "ren4 qi1",
    "负责任": "fu4 ze2 ren4",
    "任庄村": "ren2 zhuang1 cun1",
    "翟庄村": "zhai2 zhuang1 cun1",
    "前什固村": "qian2 shi2 gu4 cun1",
    "佛善村": "fo2 shan4 cun1",
    "绿化": "lv4 hua4",
    "女儿": "nv3 er2",
    "战略": "zhan4 lve4",
    "一万两千四百六十元": "yi2 wan4 liang3 qian1 si4 bai3 liu4 shi2 yuan2",
    "百分之三": "bai3 fen1 zhi1 san1",
    "尾号幺二": "wei3 hao4 yao1 er4",
    "行政": "xing2 zheng4",
}
# What the voice's trace says of each tone, at the end of a word and before others.
TONES = {"1": {"55"}, "2": {"35"}, "3": {"214", "21", "35"}, "4": {"51"}}


def trace(syllables):
    """The voice's own phonemes of a line of pinyin."""
    command = [program(), "-v", VOICE, "-q", "-x", "--stdin"]
    return subprocess.run(command, input=syllables, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(("word", "syllables"), WORDS.items())
def test_a_word_sounds_as_it_is_said(word, syllables):
    read = pinyin(word)
    assert read == syllables + "."
    assert trace(read) == trace(syllables + ".")


@pytest.mark.parametrize("syllables", WORDS.values())
def test_the_voice_says_one_syllable_with_the_right_tone_for_each(syllables):
    heard = [re.search(r"\d+(?=[^\d]*$)", each)[0] for each in trace(syllables).split() if re.search(r"\d", each)]
    tones = re.findall(r"\d", syllables)
    assert len(heard) == len(tones)
    assert all(sound in TONES[tone] for sound, tone in zip(heard, tones, strict=True))


@pytest.mark.parametrize(
    ("name", "syllables"), {"任小明": "ren2 xiao3 ming2", "单田": "shan4 tian2", "曾三": "zeng1 san1"}.items()
)
def test_people_are_called_by_the_reading_of_their_family_name(name, syllables):
    assert pinyin(f"{name}，", [name]) == syllables + "."
    assert pinyin("责任单位", [name]) == "ze2 ren4 dan1 wei4."


def test_letters_are_called_by_their_names():
    assert pinyin("A四") == "ei1 si4."


def test_pauses_stand_where_the_text_has_them():
    assert pinyin("收入（示例），三元。") == "shou1 ru4, shi4 li4, san1 yuan2."


def test_every_village_of_the_county_can_be_said():
    names = "。".join(row.name for row in read_county(BUNDLED))
    characters = len(re.findall(r"[\u3400-\u9fff]", names))
    assert len(pinyin(names).split()) == characters
    letters = re.compile(r"[a-z]+[1-4]?[,.]?")
    assert all(letters.fullmatch(each) for each in pinyin(names).split())

"""Strokes in the order of writing, against characters that everybody learns at school."""

from __future__ import annotations

import pytest

from kiosk.dictionary import dictionary
from kiosk.strokes import strokes
from villages.registry.models import Unit

pytestmark = pytest.mark.glass

# 1 横, 2 竖, 3 撇, 4 点, 5 折.
KNOWN = """
南122543112 乐35234 县2511154 村1234124 乡553 镇311151225111134 庄413121 公3454 开1132 国25112141 这4134454 建51111254
远1135454 区1345 医1311345 凶3452 街332121121112 载1211521534 式112154 衷4125123534 堂24345251121 变41223454 我3121534
车1512 轮15213435 雨12524444 雪14524444511 竹312312 笔3143143115 足2512134 路2512121354251 羊431112 美431121134
辛4143112 辣41431131251234 打12112 拆12133124 冰412534 冲412512 紧2254554234 红551121 草122251112 饭3553354 说454325135
马551 鸟35451 长3154 出52252 为4354 必45434 凹25251 凸21251 乘3122113534 垂31212211 杨1234533 塞4451122134121
养431113432 保322511234 低3235154 补4523424 贴253421251 证4512121 宅445315 基12211134121 地121525
"""


@pytest.mark.parametrize("known", KNOWN.split())
def test_a_character_is_written_so(known):
    assert strokes(known[0]) == known[1:]


def test_every_common_character_has_its_strokes():
    cells = ((row, cell) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    common = [bytes(cell).decode("gb2312", "ignore") for cell in cells]
    assert len([each for each in common if each]) == 3755
    assert [each for each in common if each and not strokes(each)] == []


def test_every_character_of_the_countys_names_has_its_strokes(nanle):
    with nanle.session(writes=False) as session:
        characters = set("".join(name for (name,) in session.query(Unit.name)))
    assert [each for each in sorted(characters) if not strokes(each)] == []


def test_a_character_that_nobody_took_apart_has_none():
    assert strokes("a") == ""


def test_the_dictionary_lists_frequent_characters_first():
    lines = dictionary(["南乐县"], "").split("\n\n")[1].splitlines()
    assert len(lines) > 6700
    at = {line[0]: number for number, line in enumerate(lines)}
    assert at["的"] < at["县"] < at["疃"]
    assert lines[at["南"]] == "南\t122543112"

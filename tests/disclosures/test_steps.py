"""四议两公开: the order of the steps, who must come, how many must agree, how long the notice stays up."""

from datetime import date

import pytest

from villages.disclosures import blocks
from villages.disclosures.blocks import BlockError
from villages.disclosures.kinds import kinds

FIELD = next(field for kind in kinds().values() for field in kind.fields if field.block == "steps")
REPRESENTATIVES, ADULTS, HOUSEHOLDS = "村民代表会议", "村民会议（按村民）", "村民会议（按户代表）"


def vote(step, day, expected=9, attended=9, favour=9, against=0, abstain=0, **more):
    counts = {"expected": expected, "attended": attended, "favour": favour, "against": against, "abstain": abstain}
    return {"step": step, "held_on": f"2026-09-{day:02}"} | {name: str(count) for name, count in counts.items()} | more


def procedure(**resolve):
    return [
        vote("propose", 1),
        vote("discuss", 3),
        vote("deliberate", 5),
        vote("resolve", 8, **({"meeting": REPRESENTATIVES} | resolve)),
        {"step": "announce", "held_on": "2026-09-09", "until": "2026-09-16"},
        {"step": "report", "held_on": "2026-12-20", "minutes": "路修好了"},
    ]


def problems(rows):
    try:
        blocks.parse(rows, FIELD)
    except BlockError as error:
        return list(error.lines)
    return []


def test_the_six_steps_in_their_order_are_taken():
    taken = blocks.parse(procedure(), FIELD)
    assert [row["step"] for row in taken] == [step.name for step in FIELD.steps]
    assert len(taken) == 6
    assert taken[3]["held_on"] == date(2026, 9, 8)
    assert blocks.from_json(blocks.to_json(taken, FIELD), FIELD) == taken
    assert blocks.parse(taken, FIELD) == taken


def test_steps_are_shown_one_a_line_with_their_votes():
    shown = blocks.show(blocks.parse(procedure(), FIELD), FIELD).splitlines()
    assert shown[3] == (
        "4. 村民代表会议或村民会议决议：2026年9月8日，村民代表会议，应到人数 9，实到人数 9，赞成 9，反对 0，弃权 0"
    )
    assert shown[5].endswith("路修好了")


def test_a_step_may_be_named_by_its_label_or_its_place():
    rows = procedure()
    rows[0]["step"], rows[1]["step"] = "村党支部会提议", "2"
    assert blocks.parse(rows, FIELD) == blocks.parse(procedure(), FIELD)


def test_a_decision_may_be_published_before_its_result_is_known():
    assert problems(procedure()[:4]) == []
    assert "至少要完成 4 步才能公开，现在只有 3 步" in problems(procedure()[:3])[0]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ([0, 2, 1, 3], "第 2 步应是“村“两委”会商议”"),
        ([0, 1, 3, 4], "第 3 步应是“党员大会审议”"),
        ([0, 0, 1, 2], "第 2 步应是“村“两委”会商议”"),
        ([0, 1, 2, 3, 4, 5, 5], "只有 6 步，现在填了 7 步"),
    ],
)
def test_steps_cannot_be_skipped_repeated_or_swapped(order, said):
    assert any(said in line for line in problems([procedure()[at] for at in order]))


def test_a_later_step_cannot_be_earlier_in_time():
    rows = procedure()
    rows[2]["held_on"] = "2026-09-02"
    assert problems(rows) == ["“六步记录”第 3 步的日期 2026年9月2日 早于前一步的 2026年9月3日，请核对日期"]


@pytest.mark.parametrize(
    ("meeting", "expected", "attended", "favour", "is_valid"),
    [
        (REPRESENTATIVES, 30, 20, 11, True),
        (REPRESENTATIVES, 30, 19, 19, False),  # 2/3 of 30 is 20
        (REPRESENTATIVES, 31, 21, 11, True),
        (REPRESENTATIVES, 31, 20, 20, False),  # 2/3 of 31 is more than 20
        (REPRESENTATIVES, 30, 20, 10, False),  # half of those present is not a majority
        (REPRESENTATIVES, 30, 30, 15, False),
        (REPRESENTATIVES, 30, 30, 16, True),
        (ADULTS, 100, 51, 26, True),
        (ADULTS, 100, 50, 50, False),  # more than half must come
        (ADULTS, 101, 51, 26, True),
        (ADULTS, 100, 51, 25, False),
        (HOUSEHOLDS, 300, 200, 101, True),
        (HOUSEHOLDS, 300, 199, 199, False),
        (HOUSEHOLDS, 300, 200, 100, False),
        (REPRESENTATIVES, 0, 0, 0, False),
    ],
)
def test_the_resolution_needs_its_legal_quorum_and_majority(meeting, expected, attended, favour, is_valid):
    against = attended - favour
    rows = procedure(meeting=meeting, expected=expected, attended=attended, favour=favour, against=against)
    assert (problems(rows) == []) is is_valid


@pytest.mark.parametrize(("attended", "favour", "is_valid"), [(10, 6, True), (9, 9, False), (10, 5, False)])
def test_the_party_members_meeting_needs_half_and_a_majority(attended, favour, is_valid):
    rows = procedure()
    rows[2] = vote("deliberate", 5, 20, attended, favour, attended - favour)
    assert (problems(rows) == []) is is_valid


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"attended": 19, "favour": 19, "expected": 30}, "村民代表会议的到会人数没有达到三分之二，会议无效"),
        ({"meeting": ADULTS, "expected": 100, "attended": 50, "favour": 50}, "没有超过一半，会议无效"),
        ({"favour": 4, "against": 5}, "实到 9 人、赞成 4 票，赞成的没有超过一半，没有通过"),
        ({"attended": 10, "favour": 10}, "实到 10 人多于应到 9 人"),
        ({"favour": 8}, "合计 8 票，与实到 9 人不一致，请核对（没有表态的计入弃权）"),
        ({"meeting": "茶话会"}, "要写明是什么会议，请填：村民代表会议、"),
        ({"abstain": ""}, "缺少弃权，没有的填 0"),
        ({"expected": "很多"}, "第 4 行：“应到人数”的值“很多”不对"),
        ({"held_on": ""}, "第 4 行：“日期”不能空着"),
        ({"step": "抽签"}, "没有“抽签”这一步，请填：村党支部会提议、"),
    ],
)
def test_what_is_wrong_with_a_vote_is_said(changed, said):
    rows = procedure()
    rows[3] |= {name: str(value) for name, value in changed.items()}
    assert any(said in line for line in problems(rows)), problems(rows)


@pytest.mark.parametrize(
    ("until", "said"),
    [("2026-09-15", "从 2026年9月9日 公示到 2026年9月15日，不满 7 天"), ("", "要写明公示到哪一天")],
)
def test_the_decision_stays_on_the_wall_for_seven_days(until, said):
    rows = procedure()
    rows[4]["until"] = until
    assert said in problems(rows)[0]


def test_the_privacy_scan_sees_the_minutes():
    passages = list(blocks.texts(blocks.parse(procedure(), FIELD), FIELD))
    assert ("六步记录第 6 步“记录”", "路修好了", "六步记录第 6 步") in {(p.where, p.text, p.row) for p in passages}

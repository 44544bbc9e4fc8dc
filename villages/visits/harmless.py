"""Which words may be kept when a search found nothing: only what is most likely about things, not people. Pure.

People type names, telephone numbers and addresses into any field. What is long, what the gate finds anything in, long
runs of letters or digits and whatever may be a Chinese name are never kept. The surnames are those that nearly
everybody has; of the rest the rule `vain_days` lets pass only what came again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from villages.disclosures.gate import Piece, scan
from villages.disclosures.kind import Kind
from villages.disclosures.kinds import kinds
from villages.search.folding import fold, words_of

LONGEST = 16
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢"
    "安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝路游靳"
)
DOUBLE_SURNAMES = frozenset({"欧阳", "上官", "司马", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒"})
# Subjects that begin like a name and stand in no catalogue file.
EVERYDAY = Path(__file__).with_name("everyday.txt")
_LONG_RUN = re.compile(r"[a-z]{5,}|[0-9]{5,}|(?:[0-9][_ ]?){7,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def subjects() -> str:
    """Words of the catalogue and of every day, folded: subjects even where they look like a name (金额, 路灯)."""
    told = (text for kind in kinds().values() for text in _words(kind))
    return "\n".join(fold(text) for text in (*EVERYDAY.read_text(encoding="utf-8").split(), *told))


def _words(kind: Kind) -> Iterator[str]:
    yield from (kind.label, kind.words, kind.column)
    for field in kind.fields:
        yield from (field.label, field.help, *field.choices, *(column.label for column in field.columns))


def kept_words(typed: str, known: str) -> str:
    """What was typed as it may be kept, folded; '' where it must not be. `known`: see subjects."""
    words = words_of(typed)
    told = " ".join(words)
    if not told or len(told) > LONGEST or _LONG_RUN.search(told):
        return ""
    if scan([Piece("", typed), Piece("", told)]) or any(may_name(word, known) for word in (*words, "".join(words))):
        return ""
    return told


def may_name(word: str, known: str) -> bool:
    """Whether a folded word may be a person's name, alone or with subjects before and after it (低保王小明)."""
    return word not in known and any(
        _is_name(word[start:end])
        and word[start:end] not in known
        and _is_subject(word[:start], known)
        and _is_subject(word[end:], known)
        for start in range(len(word))
        for end in range(start + 2, min(start + 4, len(word)) + 1)
    )


def _is_name(part: str) -> bool:
    if not _CHINESE.fullmatch(part):
        return False
    return part[:2] in DOUBLE_SURNAMES if len(part) > 3 else part[0] in SURNAMES or part[:2] in DOUBLE_SURNAMES  # noqa: PLR2004


def _is_subject(part: str, known: str) -> bool:
    return not part or (len(part) > 1 and part in known)

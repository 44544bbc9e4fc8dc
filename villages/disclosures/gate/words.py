"""Words that a person must look at before they become public: addresses, illness, children, networks. Pure."""

from __future__ import annotations

import re

from villages.disclosures.gate.folding import fold

ADDRESS, LANDLINE, HEALTH, CHILD, NETWORK, HALF_MASKED = (
    "详细住址", "固定电话", "健康或残疾信息", "14岁以下儿童", "邮箱、微信或QQ", "身份证号遮得不够",
)  # fmt: skip
CONTACT = {ADDRESS, LANDLINE, NETWORK}
_N = r"[0-9一二三四五六七八九十百两〇零]{1,6}"
_PATTERNS = {
    ADDRESS: (
        rf"{_N}\s*(?:村民)?(?:小)?组\s*{_N}\s*[号户]",
        rf"(?:路|街|巷|大道|胡同|弄|里|村|庄|屯|营|寨|社区|小区|花园|苑|府|城)\s*{_N}\s*(?:号院|号楼|号|户|栋|幢|排)(?!线|文|令|公告|楼栋)",
        rf"{_N}\s*(?:号楼|栋|幢|座)\s*(?:{_N}\s*单元|{_N}\s*(?:室|户|号))",
        rf"{_N}\s*单元\s*{_N}",
        rf"门牌\s*号?\s*[:：]?\s*{_N}",
        rf"第?{_N}\s*排\s*第?{_N}\s*[户家号]",
    ),
    LANDLINE: (
        r"(?<![0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{2})\)?[-( ]{0,2}[2-8][0-9]{2,3}[- ]?[0-9]{4}(?![0-9])",
        r"(?:电话|座机|宅电|传真)[^0-9]{0,4}[2-8][0-9]{2,3}-?[0-9]{4}(?![0-9])",
    ),
    HEALTH: (
        r"(?:肢体|视力|听力|言语|智力|精神|多重)\s*(?:残疾|残|[,(]?\s*[一二三四1-4]\s*级)",
        r"残疾\s*(?:类别|等级|级别|程度)|[一二三四1-4]级\s*(?:伤残|残疾|肢残|智残)|重度残疾(?!人(?:护理|两项)?补贴)|重残",
        r"癌|肿瘤|白血病|尿毒症|艾滋|HIV|乙肝|丙肝|肝硬化|糖尿病|高血压|冠心病|心脏病|脑梗|脑出血|脑瘫|偏瘫|瘫痪|中风后|截肢",
        r"精神分裂|精神病|精神障碍|抑郁|癫痫|痴呆|自闭症|肺结核|尘肺|肾衰|透析|化疗|放疗|血友病|红斑狼疮|帕金森|梅毒|性病|流产|怀孕|孕妇",
        r"病种|病情|病历|病因|确诊|诊断(?:为|:|：|证明|结果)|患有|身患|罹患|因病(?!致贫返贫政策)|久病|重病户|重大疾病患者|住院号|手术",
    ),
    CHILD: (
        r"(?<![0-9至到-])(?:[0-9]|1[0-3])\s*(?:周)?岁(?!以上|以下|及以|以内|至|到|\s*[-(]|修)",
        r"(?<![十至到-])(?:[一二三四五六七八九]|十[一二三]?)\s*(?:周)?岁(?!以上|以下|及以|以内|至|到|\s*[-(])",
        r"[0-9]{1,2}\s*个?月大|[男女]童|男婴|女婴|婴儿|弃婴|孤儿姓名|留守儿童[:：(]",
    ),
    NETWORK: (
        r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z.]{2,20}",
        r"(?:微信|weixin|wechat|(?<![a-z])[wv]x)\s*(?:号|id)?\s*(?:为|是)?\s*[:：]?\s*[A-Za-z][A-Za-z0-9_-]{5,19}",
        r"(?:QQ|扣扣)\s*(?:号码?|群号?)?\s*(?:为|是)?\s*[:：]?\s*[1-9][0-9]{4,10}",
    ),
    HALF_MASKED: (r"(?<![0-9*])[1-8][0-9]{5,13}[*＊#●■xX]{2,12}[0-9]{0,4}[0-9Xx]?(?![0-9*])",),
}
PATTERNS = {what: re.compile("|".join(given), re.IGNORECASE) for what, given in _PATTERNS.items()}
_AGE_COLUMN = re.compile(r"年龄|周岁")
_AGE = re.compile(r"\s*(?:[0-9]|1[0-3])\s*")
_HALF_LENGTHS = {15, 18}


def words_in(text: str, where: str, *, exempt: bool) -> list[tuple[str, int, int]]:
    """What of each sort stands in a text, with the extent of the first of its sort."""
    folded = fold(text)
    found = []
    for what, pattern in PATTERNS.items():
        if exempt and what in CONTACT:
            continue
        # Masks are read as written: folding makes an X of what may be a star.
        for match in pattern.finditer(text if what == HALF_MASKED else folded):
            if what != HALF_MASKED or len(match.group()) in _HALF_LENGTHS:
                found.append((what, match.start(), match.end()))
                break
    if _AGE_COLUMN.search(where) and _AGE.fullmatch(folded):
        found.append((CHILD, 0, len(text)))
    return found

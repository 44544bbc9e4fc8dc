"""The details that a government website must state, and what each one looks like. Pure.

Source: 国办发〔2017〕47号 annex (tags), 国办秘函〔2019〕19号 (footer); 个人信息保护法 Art 17 (whom to ask).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 200


@dataclass(frozen=True)
class Detail:
    """One detail. `example` shows its form, `pattern` (all of it must match) checks it; '' takes any text.

    `is_needed`: a government site must state it; while it is unset, `villages check` says `empty`.
    """

    key: str
    label: str
    example: str
    empty: str
    pattern: str = ""
    is_needed: bool = True

    def problem(self, value: str) -> str:
        """What is wrong with a value, in Chinese; '' when nothing is."""
        if not value or len(value) > LONGEST or not value.isprintable():
            return f"“{self.label}”要有 1 到 {LONGEST} 个字，不能有看不见的字符"
        if self.pattern == ADDRESS:
            good = _is_address(value)
        else:
            good = not self.pattern or re.fullmatch(self.pattern, value, re.ASCII) is not None
        return "" if good else f"“{self.label}”的值“{value}”不对，应写成 {self.example}"


ADDRESS = "address"
PHONE = r"\+?\d[\d -]{2,24}( ?(转|,) ?\d{1,6})?"
DETAILS = (
    Detail("name", "网站名称", "某某县人民政府", "页面标签里用的是“码上公开”"),
    Detail("code", "网站标识码", "1234560001（10 位）", "页面缺少网站标识码，检查会扣分", r"[0-9A-Za-z]{10}"),
    Detail("organiser", "主办单位", "某某县人民政府办公室", "页脚没有主办单位"),
    Detail("operator", "承办单位", "某某县大数据中心", "页脚没有承办单位", is_needed=False),
    Detail("phone", "联系电话", "0000-0000000", "页脚没有联系电话", PHONE),
    Detail("icp", "ICP 备案号", "某ICP备12345678号-1", "页脚没有 ICP 备案号", r"[一-龥]ICP备\d{6,10}号(-\d{1,3})?"),
    Detail("police", "公安备案号", "某公网安备12345678901234号", "页脚没有公安备案号", r"[一-龥]公网安备 ?\d{14}号"),
    Detail("certificate", "党政机关网站标识的网址", "https://bszs.conac.cn/…", "页脚没有党政机关网站标识", ADDRESS),
    Detail("error_report", "“我为政府网站找错”的网址", "https://zfwzzc.www.gov.cn/…", "页脚没有找错入口", ADDRESS),
    Detail("portal", "县政府门户网站的网址", "https://www.某某县.gov.cn/", "页面不能指到县政府门户网站", ADDRESS),
    Detail(
        "disclosure",
        "政府信息公开平台的网址",
        "https://www.某某县.gov.cn/xxgk/",
        "页面不能指到政府信息公开平台",
        ADDRESS,
    ),
    Detail("privacy_unit", "个人信息归哪个单位管", "某某县人民政府办公室", "隐私说明里没有负责的单位"),
    Detail("privacy_phone", "个人信息问题的电话", "0000-0000000", "隐私说明里没有可以打的电话", PHONE),
    Detail("privacy_place", "个人信息问题到哪里问", "某某县某某路 1 号", "隐私说明里没有地址", is_needed=False),
)
# The titles of the oversight page's columns, as the county's report of 2021 names them; a county may rename any.
TITLES = tuple(
    Detail(f"column_{key}", f"“{title}”一栏的名称", title, f"叫“{title}”", r"[^\s]{2,12}", is_needed=False)
    for key, title in (
        ("policies", "民生政策"),
        ("projects", "项目公示"),
        ("funds", "资金查询"),
        ("poverty", "精准扶贫"),
        ("search", "综合查询"),
        ("complaints", "投诉处理"),
    )
)
BY_KEY = {detail.key: detail for detail in (*DETAILS, *TITLES)}


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    odd = any(char.isspace() or char in "\"'<>\\`" for char in text)
    return not odd and parts.scheme in ("http", "https") and "." in (parts.hostname or "") and "@" not in parts.netloc

"""The fixed words of the machines: what comes from a screen is one of these, or nothing. Pure."""

from __future__ import annotations

import re

STATES = {"fresh": "正常", "silent": "没有消息", "asking": "等着配对", "revoked": "已停用"}
ORIENTATIONS = {"portrait": "竖屏", "landscape": "横屏"}
# What its printer prints on.
PAPERS = {"a4": "A4 纸", "receipt": "小票（80 毫米）", "none": "没有打印机"}
# What can go wrong at a machine, as it tells in its heartbeat.
ERRORS = {
    "script": "屏幕程序出错",
    "page": "有的页面没有打开",
    "line": "网络断过",
    "print": "打印没有成功",
    "sound": "念不出声音",
    "storage": "存不下离线内容",
    "worker": "离线程序没有装上",
    "other": "别的问题",
}
# What is counted by machine and day.
COUNTED = {"screen": "看了多少屏", "print": "打印（张）", "help": "请人帮忙", "aloud": "念给我听", "take": "带走阅读"}
# What the screens are called from which somebody may call.
SCREENS = {
    "waiting": "待机画面",
    "home": "首页",
    "townships": "选乡镇",
    "township": "选村",
    "find": "按拼音找村",
    "number": "按码号找村",
    "search": "搜索",
    "village": "村的页面",
    "section": "村的栏目",
    "item": "公开的内容",
    "document": "公报和文件",
    "printout": "打印",
    "zone": "公开专区",
    "tell": "我要反映",
    "writing": "正在写要反映的",
    "follow": "凭回执查",
    "subsidy": "补贴发没发",
    "take": "带走阅读",
    "elsewhere": "去别的网站",
    "later": "等网络恢复",
    "pair": "配对",
    "help": "请人帮忙",
}
NAME = re.compile(r"[a-z][a-z_]{0,19}", re.ASCII)


def name_of_screen(text: str) -> str:
    """A screen's name as it may be kept; '' for anything else."""
    return text if NAME.fullmatch(text) else ""


def error_of(text: object) -> str:
    """One of ERRORS as it may be kept: 'other' for a word that is none, '' for nothing."""
    if not isinstance(text, str) or not text:
        return ""
    return text if text in ERRORS else "other"

"""A browser in words, from what it says of itself. Pure."""

from __future__ import annotations

# The first that is named counts: nearly all of them call themselves Chrome or Safari too.
PROGRAMS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "Edg": "Edge",
    "QQBrowser": "QQ 浏览器",
    "UCBrowser": "UC 浏览器",
    "360": "360 浏览器",
    "Firefox": "Firefox",
    "HuaweiBrowser": "华为浏览器",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows 电脑",
    "iPhone": "苹果手机",
    "iPad": "平板",
    "Android": "安卓手机",
    "HarmonyOS": "鸿蒙手机",
    "Macintosh": "苹果电脑",
    "Linux": "Linux 电脑",
}


def in_words(user_agent: str) -> str:
    """Program and machine, such as 'Chrome，Windows 电脑'."""
    program = next((words for mark, words in PROGRAMS.items() if mark in user_agent), "别的浏览器")
    system = next((words for mark, words in SYSTEMS.items() if mark in user_agent), "")
    return f"{program}，{system}" if system else program

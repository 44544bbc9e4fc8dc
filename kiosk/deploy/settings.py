"""The machine's one configuration file: KEY=value lines, read, checked, and refused in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CONFIGURATION = "/etc/villages-kiosk.conf"
LOOPBACK = {"127.0.0.1", "localhost"}
TURNS = (0, 90, 180, 270)
LAST_HOUR, LEAST_ZOOM, MOST_ZOOM, LOUDEST = 23, 50, 300, 100
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")
PRINTER = re.compile(r"(?:ipp|ipps|usb|socket|lpd|dnssd|hp)://[!-~]+")
NAME = re.compile(r"[A-Za-z0-9._:/-]+")
CLOCKS = ("ntp.ntsc.ac.cn", "ntp.aliyun.com", "cn.pool.ntp.org")


@dataclass(frozen=True)
class Settings:
    """What one machine is told; `address` ends in a slash, turns are degrees clockwise, zoom and volume per cent."""

    address: str
    rotate: int = 0
    touch_rotate: int | None = None
    zoom: int = 100
    volume: int = 70
    printer: str = ""
    printer_model: str = ""
    paper: str = "A4"
    restart_hour: int = 3
    time_servers: tuple[str, ...] = CLOCKS
    keyboard: bool = False

    @property
    def home(self) -> str:
        """The address that the screen opens."""
        return self.address + "kiosk/"

    @property
    def touch_turn(self) -> int:
        """How far touch is turned: as far as the picture, unless said otherwise."""
        return self.rotate if self.touch_rotate is None else self.touch_rotate


class Wrong(Exception):  # noqa: N818 - it is what the configuration is
    """The configuration can not be used; `problems` are Chinese lines, one each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", 0, urlsplit("")
    if parts.scheme not in {"https", "http"} or not HOST.fullmatch(host) or parts.username is not None or port == 0:
        raise ValueError("不像网址。要写成 https://域名/路径/ 的样子，照着县里给的网址抄，用半角字母。")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ValueError("要以 https:// 开头。没有 https，断网的时候屏幕上就没有内容可看。")
    if parts.query or parts.fragment or not PATH.fullmatch(parts.path):
        raise ValueError("只写到系统首页为止，问号、井号和后面的部分不要写。")
    return text.rstrip("/").removesuffix("/kiosk") + "/"


def _among(choices: tuple[int, ...], hint: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text not in {str(each) for each in choices}:
            raise ValueError(hint)
        return int(text)

    return read


def _between(least: int, most: int, hint: str) -> Callable[[str], int]:
    return _among(tuple(range(least, most + 1)), hint)


def _matching(pattern: re.Pattern[str], hint: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(hint)
        return text

    return read


def _clocks(text: str) -> tuple[str, ...]:
    names = tuple(text.split())
    if not all(HOST.fullmatch(name) for name in names):
        raise ValueError("写校时服务器的域名或 IP 地址，几个之间用空格分开。")
    return names


def _keyboard(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError("只能写 no（插上的键盘、鼠标不起作用）或 yes（起作用）。")
    return text == "yes"


_TURN = "只能写 0、90、180 或 270。屏幕竖着装先写 90，画面上下倒了再改成 270。"
_FIELDS: dict[str, Callable[[str], Any]] = {
    "ADDRESS": _address,
    "ROTATE": _among(TURNS, _TURN),
    "TOUCH_ROTATE": _among(TURNS, "只能空着，或者写 0、90、180、270。空着就是和画面一起转。"),
    "ZOOM": _between(LEAST_ZOOM, MOST_ZOOM, f"写 {LEAST_ZOOM} 到 {MOST_ZOOM} 之间的整数，不带百分号。"),
    "VOLUME": _between(0, LOUDEST, f"写 0 到 {LOUDEST} 之间的整数，不带百分号。"),
    "PRINTER": _matching(PRINTER, "不像打印机的地址。网络打印机写成 ipp://打印机的IP/ipp/print；没有打印机就空着。"),
    "PRINTER_MODEL": _matching(NAME, "写 lpinfo -m 列出的驱动名称（每行开头那一段）；一般空着。"),
    "PAPER": _matching(NAME, "写纸张名称，例如 A4；小票打印机写驱动里的名称。"),
    "RESTART_HOUR": _between(0, LAST_HOUR, f"写 0 到 {LAST_HOUR} 之间的整数，例如 3 就是夜里三点。"),
    "TIME_SERVERS": _clocks,
    "KEYBOARD": _keyboard,
}


def _setting(key: str, equals: str, value: str, seen: set[str]) -> dict[str, Any]:
    if not equals:
        raise ValueError("每行要写成 名称=内容；说明文字前面要加 #。")
    if key not in _FIELDS:
        raise ValueError(f"没有这个设置。能写的有：{'、'.join(_FIELDS)}。")
    if key in seen:
        raise ValueError("写了两遍，请删去一行。")
    seen.add(key)
    return {key.lower(): _FIELDS[key](value)} if value else {}


def read(text: str) -> Settings:
    """Settings from the file's text; Wrong with every problem at once. What is left empty keeps its default."""
    given: dict[str, Any] = {}
    problems: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not key or key.startswith("#"):
            continue
        try:
            given |= _setting(key, equals, value.strip("\"'"), seen)
        except ValueError as error:
            problems.append(f"第 {number} 行 {key}：{error}")
    if "address" not in given and not any(" ADDRESS：" in problem for problem in problems):
        problems.append("ADDRESS：还没有填。请写上本系统的网址，例如 ADDRESS=https://县门户的域名/msgk/")
    if problems:
        raise Wrong(problems)
    return Settings(**given)

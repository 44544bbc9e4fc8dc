"""Whether the machine is well, for the technician on the telephone: one line a question, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from . import screen
from .connecting import trouble
from .machine import Machine
from .policies import QUEUE
from .session import APPLIED
from .settings import CONFIGURATION, Settings, Wrong, read

TEST_PAGE = "/usr/share/cups/data/default-testpage.pdf"
TOUCH = "E:ID_INPUT_TOUCHSCREEN=1"


def _configuration(machine: Machine, _: Settings) -> str:
    same = machine.read(CONFIGURATION) == machine.read(str(APPLIED))
    return "" if same else "设置文件改过，还没有生效。请运行 sudo villages-kiosk install。"


def _service(machine: Machine, _: Settings) -> str:
    is_active = machine.says("systemctl", "is-active", "villages-kiosk.service") == "active"
    return "" if is_active else "没有在运行。请看原因：sudo journalctl -t villages-kiosk -n 30。"


def _screen(_: Machine, __: Settings) -> str:
    return "" if screen.is_there() else "没有找到屏幕。请看看屏幕的电源和视频线（HDMI、DP）。"


def _touch(_: Machine, __: Settings) -> str:
    devices = Path("/run/udev/data").glob("c13:*")
    found = any(TOUCH in device.read_text(errors="replace").splitlines() for device in devices)
    return "" if found else "没有找到触摸屏。请看看触摸的 USB 线，换一个插口再试。"


def _site(_: Machine, settings: Settings) -> str:
    return trouble(settings.home)


def _clock(machine: Machine, _: Settings) -> str:
    is_right = machine.says("timedatectl", "show", "-p", "NTPSynchronized", "--value") == "yes"
    return "" if is_right else "还没有对准。请看看能不能上网；内网的机器在设置里写 TIME_SERVERS。"


def _printer(machine: Machine, settings: Settings) -> str:
    if not settings.printer:
        return ""
    state = machine.says("lpstat", "-p", QUEUE)
    if not state:
        return "还没有装上。请开机、插好线，运行 sudo villages-kiosk install。"
    return "" if "disabled" not in state else "停了。请看看缺纸、卡纸没有，再运行 sudo cupsenable villages。"


def _sound(machine: Machine, _: Settings) -> str:
    cards = machine.read("/proc/asound/cards")
    return "" if cards and "no soundcards" not in cards else "没有找到声卡。请在 BIOS 里打开声卡，或者插上 USB 音箱。"


QUESTIONS: dict[str, Callable[[Machine, Settings], str]] = {
    "设置": _configuration,
    "程序": _service,
    "屏幕": _screen,
    "触摸": _touch,
    "网站": _site,
    "时间": _clock,
    "打印机": _printer,
    "声音": _sound,
}


def show() -> int:
    """Ask every question; 1 when something is wrong."""
    machine = Machine()
    try:
        settings = read(machine.read(CONFIGURATION))
    except Wrong as wrong:
        print(f"设置文件 {CONFIGURATION} 要改：", *wrong.problems, sep="\n", file=sys.stderr)
        return 2
    status = 0
    for name, ask in QUESTIONS.items():
        answer = ask(machine, settings)
        status = 1 if answer else status
        print(f"{name}：{answer or '正常'}")
    return status


def print_test() -> int:
    """Send a page to the printer."""
    sent = Machine().says("lp", "-d", QUEUE, TEST_PAGE)
    print("试验页已经送到打印机，十几秒里应该打出来。" if sent else "没有送成。请运行 villages-kiosk check 看原因。")
    return 0 if sent else 1

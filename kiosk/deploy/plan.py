"""What a kiosk consists of: packages, files, units. All of it follows from the settings; nothing here is done yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

from .policies import policies
from .screen import matrix
from .settings import CONFIGURATION, Settings

HERE = Path(__file__).parent
PROGRAM = "usr/local/lib/villages-kiosk"
USER = "kiosk"
HOME = "/var/lib/villages-kiosk"
HOURS, FETCH_BEFORE, UPGRADE_BEFORE = 24, 2, 1

PACKAGES = (
    "cage",
    "xwayland",  # cage does not start without it, and Debian 12 does not bring it along
    "wlr-randr",
    "chromium",
    "fonts-noto-cjk",
    "ca-certificates",
    "cups",
    "ipp-usb",
    "pipewire-pulse",
    "wireplumber",
    "dbus-user-session",
    "libpam-systemd",
    "systemd-timesyncd",
    "tzdata",
    "unattended-upgrades",
)
NIGHT, SCREEN = "villages-kiosk-night.timer", "villages-kiosk.service"
# Started with the machine. Debian starts the first two as it installs them.
UNITS = ("systemd-timesyncd.service", "cups.service", NIGHT, SCREEN)
SOUND = ("pipewire.socket", "pipewire-pulse.socket", "wireplumber.service")
# What would send the machine to sleep, or let three keys of a keyboard start it anew.
NEVER = ("sleep.target", "suspend.target", "hibernate.target", "hybrid-sleep.target", "ctrl-alt-del.target")

# What must be told when a file under a folder has changed; the kiosk itself always starts anew after a change.
AFTERWARDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("etc/systemd/", ("systemctl", "daemon-reload")),
    ("etc/systemd/journald.conf.d/", ("systemctl", "restart", "systemd-journald.service")),
    ("etc/systemd/timesyncd.conf.d/", ("systemctl", "restart", "systemd-timesyncd.service")),
    ("etc/systemd/system/apt-daily.timer.d/", ("systemctl", "restart", "apt-daily.timer")),
    ("etc/systemd/system/apt-daily-upgrade.timer.d/", ("systemctl", "restart", "apt-daily-upgrade.timer")),
    ("etc/sysctl.d/", ("systemctl", "restart", "systemd-sysctl.service")),
    ("etc/udev/", ("systemctl", "try-reload-or-restart", "systemd-udevd.service")),
    ("etc/udev/", ("udevadm", "trigger", "--subsystem-match=input", "--action=change")),
    ("etc/default/grub.d/", ("update-grub",)),
)

# A keyboard or mouse that a visitor brings does nothing; buttons on the machine itself are no keyboard.
_DEAF = """SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_INPUT_KEYBOARD}=="1", ENV{LIBINPUT_IGNORE_DEVICE}="1"
SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_INPUT_MOUSE}=="1", ENV{LIBINPUT_IGNORE_DEVICE}="1"
SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_INPUT_TOUCHPAD}=="1", ENV{LIBINPUT_IGNORE_DEVICE}="1"
"""


@dataclass(frozen=True)
class File:
    """A file that must stand on the machine, below its root."""

    path: str
    content: bytes
    mode: int = 0o644


def files(settings: Settings, configuration: str) -> Iterator[File]:
    """Every file of a kiosk; `configuration` is the text that the settings were read from."""
    words = _words(settings)
    for source in _below(HERE / "system"):
        path = source.relative_to(HERE / "system").as_posix()
        content = Template(source.read_text(encoding="utf-8")).substitute(words).encode()
        yield File(path, content, 0o755 if "/sbin/" in path else 0o644)
    text = json.dumps(policies(settings), indent=2, ensure_ascii=False) + "\n"
    yield File("etc/chromium/policies/managed/villages-kiosk.json", text.encode())
    yield File(f"{PROGRAM}/applied.conf", configuration.encode())
    for source in _below(HERE):
        yield File(f"{PROGRAM}/deploy/{source.relative_to(HERE).as_posix()}", source.read_bytes())


def template() -> File:
    """The configuration file, to be filled in."""
    return File(CONFIGURATION.lstrip("/"), (HERE / "villages-kiosk.conf").read_bytes())


def _below(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if "__pycache__" not in path.parts)


def _words(settings: Settings) -> dict[str, str]:
    return {
        "restart_hour": f"{settings.restart_hour:02}",
        "fetch_hour": f"{(settings.restart_hour - FETCH_BEFORE) % HOURS:02}",
        "upgrade_hour": f"{(settings.restart_hour - UPGRADE_BEFORE) % HOURS:02}",
        "time_servers": " ".join(settings.time_servers),
        "touch_matrix": matrix(settings.touch_turn),
        "keyboard": "" if settings.keyboard else _DEAF,
    }

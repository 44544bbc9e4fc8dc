"""What is done to a machine besides files: each step first looks whether it is needed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from .machine import Failed, Machine
from .plan import AFTERWARDS, HOME, NEVER, NIGHT, PACKAGES, SCREEN, SOUND, UNITS, USER, files
from .policies import QUEUE
from .settings import Settings

RELEASES = {"12", "13"}
ZONE = "Asia/Shanghai"  # whose night it is
ANSWERS_WITHIN = 20
NO_PACKAGES = "软件包没有装上。请看看网线插好没有，能不能上网，/etc/apt 里的软件源对不对，再运行一次。"
NO_SPOOLER = "打印服务没有起来。请运行 sudo systemctl restart cups，再运行一次。"
NO_ANSWER = "打印机 {uri} 没有应答，别的都装好了。请开机、插好线，看看 PRINTER 写得对不对，再运行一次。"
# A jam must not stop the queue for ever, and nobody's print may come out an hour later, or stay on the disk.
SPOOLER = {"MaxJobTime": "300", "PreserveJobHistory": "No", "PreserveJobFiles": "No"}


def install(machine: Machine, settings: Settings, configuration: str) -> None:
    """All of it, in order; a machine that is as it should be stays untouched."""
    packages(machine)
    user(machine)
    machine.put(files(settings, configuration))
    afterwards(machine)
    units(machine)
    start(machine)
    machine.settled()
    printer(machine, settings)


def packages(machine: Machine) -> None:
    """Install what is missing."""
    listed = machine.says("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n").splitlines()
    missing = [name for name in PACKAGES if f"{name} installed" not in listed]
    if missing:
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        machine.run("apt-get", "-qq", "update", hint=NO_PACKAGES)
        machine.run("apt-get", "-qq", "install", "-y", "--no-install-recommends", *missing, hint=NO_PACKAGES)


def user(machine: Machine) -> None:
    """The account under which the browser runs: no password, no shell, sound."""
    if not machine.says("getent", "passwd", USER):
        machine.run("useradd", "--system", "--user-group", "--home-dir", HOME, "--shell", "/usr/sbin/nologin", USER)
    if "audio" not in machine.says("id", "-nG", USER).split():
        machine.run("usermod", "--append", "--groups", "audio", USER)


def afterwards(machine: Machine) -> None:
    """Tell those whose files have changed."""
    for folder, command in AFTERWARDS:
        if any(path.startswith(f"/{folder}") for path in machine.changed) and _is_there(machine, command[0]):
            machine.run(*command)


def _is_there(machine: Machine, program: str) -> bool:
    return not machine.is_here or bool(machine.says("sh", "-c", f"command -v {program}"))


def units(machine: Machine) -> None:
    """What starts by itself, and what never may."""
    for unit in UNITS:
        if machine.says("systemctl", "is-enabled", unit) != "enabled":
            machine.run("systemctl", "enable", "--quiet", unit)
    asleep = [unit for unit in SOUND if machine.says("systemctl", "--global", "is-enabled", unit) != "enabled"]
    if asleep:
        machine.run("systemctl", "--global", "enable", "--quiet", *asleep)
    awake = [unit for unit in NEVER if machine.says("systemctl", "show", "-P", "LoadState", unit) != "masked"]
    if awake:
        machine.run("systemctl", "mask", "--quiet", *awake)
    if machine.says("timedatectl", "show", "-p", "Timezone", "--value") != ZONE:
        machine.run("timedatectl", "set-timezone", ZONE)
    if machine.says("systemctl", "get-default") != "graphical.target":
        machine.run("systemctl", "set-default", "--quiet", "graphical.target")


def start(machine: Machine) -> None:
    """Start what does not run; after a change the screen starts anew."""
    for unit in (NIGHT, SCREEN):
        state = machine.says("systemctl", "show", "-P", "ActiveState", unit)
        if state not in {"active", "activating"} or (unit == SCREEN and machine.changed):
            machine.run("systemctl", "--no-block", "restart", unit)


def printer(machine: Machine, settings: Settings) -> None:
    """One queue, the default, that prints without asking; none where the settings name no printer."""
    known = machine.says("lpstat", "-v", QUEUE).partition(": ")[2]
    if not settings.printer:
        if known:
            machine.run("lpadmin", "-x", QUEUE)
        return
    rules = machine.read("/etc/cups/cupsd.conf").splitlines()
    missing = [f"{name}={value}" for name, value in SPOOLER.items() if f"{name} {value}" not in rules]
    if missing:
        machine.run("cupsctl", *missing)
        _until(machine, lambda: "scheduler is running" in machine.says("lpstat", "-r"), NO_SPOOLER)
    if known != settings.printer or f"*{settings.paper}" not in _papers(machine):
        driver = settings.printer_model or "everywhere"
        machine.run("lpadmin", "-p", QUEUE, "-v", settings.printer, "-m", driver, "-E")
        # CUPS asks a driverless printer only after it has said yes to us; no answer leaves a queue without papers.
        _until(machine, lambda: bool(_papers(machine)), NO_ANSWER.format(uri=settings.printer))
        options = (f"PageSize={settings.paper}", "printer-error-policy=retry-job", "printer-is-shared=false")
        machine.run("lpadmin", "-p", QUEUE, *(part for option in options for part in ("-o", option)))
    if not machine.says("lpstat", "-d").endswith(f": {QUEUE}"):
        machine.run("lpadmin", "-d", QUEUE)


def _papers(machine: Machine) -> list[str]:
    lines = machine.says("lpoptions", "-p", QUEUE, "-l").splitlines()
    return next((line.split() for line in lines if line.startswith("PageSize/")), [])


def _until(machine: Machine, is_so: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + ANSWERS_WITHIN
    while machine.runs and not is_so():
        if time.monotonic() > until:
            raise Failed(otherwise)
        time.sleep(1)


def uninstall(machine: Machine) -> None:
    """Give the machine back; packages, the configuration and what CUPS was told stay."""
    for unit in (SCREEN, NIGHT):
        if machine.says("systemctl", "is-enabled", unit) == "enabled":
            machine.run("systemctl", "disable", "--quiet", "--now", unit)
    if machine.says("lpstat", "-v", QUEUE):
        machine.run("lpadmin", "-x", QUEUE)
    machine.take_all_away()
    afterwards(machine)
    asleep = [unit for unit in NEVER if machine.says("systemctl", "show", "-P", "LoadState", unit) == "masked"]
    if asleep:
        machine.run("systemctl", "unmask", "--quiet", *asleep)
    if machine.says("getent", "passwd", USER):
        machine.run("systemctl", "stop", f"user@{machine.says('id', '-u', USER)}.service")
        machine.run("userdel", USER)
    if machine.has(HOME):
        machine.run("rm", "-rf", HOME)

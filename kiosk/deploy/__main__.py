"""The technician's commands: install, check, print-test, uninstall."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from . import checkup, steps
from .machine import Failed, Machine
from .plan import template
from .settings import CONFIGURATION, Wrong, read

DONE, FAILED, WRONG = 0, 1, 2
INSTALL = "按设置文件把这台机器装成一体机，改了设置也用它"
UNINSTALL = "恢复原样：删去装上的文件、账号、打印队列和页面的存底"


def options() -> argparse.ArgumentParser:
    """The commands and their help."""
    parser = argparse.ArgumentParser(prog="villages-kiosk", description="触摸查询一体机")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    for name, words in (("install", INSTALL), ("uninstall", UNINSTALL)):
        command = commands.add_parser(name, help=words)
        command.add_argument("--dry-run", action="store_true", help="只说会做什么，不做")
        command.add_argument("--root", type=Path, help="和 --dry-run 一起用：文件写到这个文件夹里")
    commands.add_parser("check", help="看看网络、时间、屏幕、触摸、打印机、声音好不好")
    commands.add_parser("print-test", help="打一张试验页")
    return parser


def may(machine: Machine) -> str:
    """Why this machine may not be changed, in Chinese; '' when it may."""
    if not machine.runs:
        return ""
    if os.geteuid() != 0:
        return "请用管理员身份运行：命令前面加 sudo。"
    system = dict(line.split("=", 1) for line in machine.read("/etc/os-release").splitlines() if "=" in line)
    if system.get("ID") != "debian" or system.get("VERSION_ID", "").strip('"') not in steps.RELEASES:
        return "这台机器装的不是 Debian 12 或 13。请先重装系统。"
    return ""


def install(machine: Machine) -> int:
    """Bring the machine to what its configuration says."""
    machine.put_if_absent(template())
    text = machine.read(CONFIGURATION)
    try:
        settings = read(text)
    except Wrong as wrong:
        print(f"请先改好设置文件 {CONFIGURATION}，再运行一次：", *wrong.problems, sep="\n", file=sys.stderr)
        return WRONG
    steps.install(machine, settings, text)
    return DONE


def uninstall(machine: Machine) -> int:
    """Bring the machine to what it was."""
    steps.uninstall(machine)
    print(f"软件包没有卸载，设置文件 {CONFIGURATION} 也还在。")
    return DONE


def main(arguments: list[str]) -> int:
    """Exit 0 done or all well, 1 could not be done or something is wrong, 2 the configuration is."""
    parser = options()
    asked = parser.parse_args(arguments)
    if asked.command in {"check", "print-test"}:
        return checkup.show() if asked.command == "check" else checkup.print_test()
    if asked.root and not asked.dry_run:
        parser.error("--root 要和 --dry-run 一起用")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # so that it stands before what commands say
    os.environ["PATH"] += ":/usr/sbin:/sbin"  # which Debian's su leaves out
    machine = Machine(asked.root, dry=asked.dry_run)
    refused = may(machine)
    if refused:
        print(refused, file=sys.stderr)
        return FAILED
    try:
        status = install(machine) if asked.command == "install" else uninstall(machine)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return FAILED
    if status == DONE:
        print(machine.summary())
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

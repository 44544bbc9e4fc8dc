"""Guards the house: what exists is documented."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from villages.app import COMMANDS
from villages.settings import Raw

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = (ROOT / "docs/handbook.md").read_text(encoding="utf-8")


def leaves(command: click.Command, path: str = ""):
    name = f"{path} {command.name}".strip()
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from leaves(each, name)
    else:
        yield name, command


ALL = [leaf for command in COMMANDS for leaf in leaves(command)]


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_command_has_help_and_stands_in_the_handbook(name, command):
    assert command.help
    assert f"villages {name}" in HANDBOOK
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help or parameter.name == "output", parameter.name


@pytest.mark.parametrize("field", fields(Raw), ids=lambda field: field.metadata["name"])
def test_every_setting_stands_in_the_handbook_with_its_default(field):
    row = next(line for line in HANDBOOK.splitlines() if line.startswith(f"| `{field.metadata['name']}`"))
    assert field.metadata["help"] in row
    assert field.metadata["default"] in row


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readmes_name_the_same_two_commands():
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert {"./dev start", "./dev test"} <= set(re.findall(r"\./dev \w+", text))

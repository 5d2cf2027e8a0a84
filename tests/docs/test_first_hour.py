"""Guides with pictures: their commands are gen's, their pictures there and small."""

from __future__ import annotations

import re

import click
import pytest
from kit.documents import ROOT

from generator.cli import commands

PAGES = ("docs/第一小时.md", "docs/核对页.md", "docs/取回.md")
TEXT = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in PAGES)
COMMANDS = sorted(set(re.findall(r"^gen .+$|`(gen [^`]+)`", TEXT, re.MULTILINE)) - {""}) + [
    line for line in TEXT.split("\n") if line.startswith("gen ")
]


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_is_one(line: str) -> None:
    _, verb, *rest = line.split()
    command = commands.cli.commands[verb]
    known = {name for param in command.params for name in param.opts}
    assert {word for word in rest if word.startswith("--")} <= known
    assert isinstance(command, click.Command)


def test_pictures_are_there_and_small() -> None:
    named = re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT)
    there = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs/图").iterdir()}
    assert set(named) == there
    sizes = [(ROOT / "docs" / name).stat().st_size for name in named]
    assert max(sizes) < 120_000
    assert sum(sizes) < 1_000_000

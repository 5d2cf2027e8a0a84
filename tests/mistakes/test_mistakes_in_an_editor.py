"""An editor with gen's JSON Schema sees the mistakes that a schema can see, and only mistakes."""

from __future__ import annotations

from pathlib import Path

import mistake_cases as cases
import pytest
import yaml
from jsonschema import Draft7Validator
from kit import workspaces
from kit.yaml import plain

from generator.content.schema.json_schema import FILES, json_schema
from generator.problems.messages import CATALOG

#: Codes of mistakes that are a key or a value out of place; whoever knows no figure sees them.
SEEN = {
    "L201", "L202", "L205", "L206", "L207", "L208", "L209", "L210", "L211", "L212", "L213", "L214",
    "L215", "L217", "L218", "L219", "L221", "L301", "L303", "L307", "L310", "L401", "L402", "L406",
    "L501", "L503", "L506",
}  # fmt: skip
#: Of these, slips in numbers; a fact may be any text, whatever gen makes of it.
NUMBERS = {"L205", "L206", "L207"}


VALID = {name: Draft7Validator(json_schema(name)).is_valid for name in FILES}


def marked(folder: Path) -> tuple[set[str], set[str]]:
    """The files changed that an editor can read, and those of them that it marks."""
    readable, found = set(), set()
    for path in folder.rglob("*.yaml"):
        name = path.name if path.name in FILES else path.parent.name
        place = path.relative_to(folder).as_posix()
        sample = workspaces.ROOT / place
        if name not in FILES or not path.is_file():
            continue
        if sample.is_file() and path.read_bytes() == sample.read_bytes():
            continue
        try:
            data = plain(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError, ValueError):
            continue  # no YAML at all: an editor says that without a schema
        if data is not None:
            readable.add(place)
            found |= set() if VALID[name](data) else {place}
    return readable, found


@pytest.mark.parametrize("mistake", cases.ALL, ids=[mistake.what for mistake in cases.ALL])
def test_a_mistake_in_an_editor(mistake: cases.Mistake, tmp_path: Path) -> None:
    folder = workspaces.copy_sample(tmp_path / "工作区")
    mistake.hand(folder)
    wrong = {
        file
        for code, file, _ in mistake.answers
        if code in SEEN and not (file == cases.FACTS and code in NUMBERS)
    }
    readable, found = marked(folder)
    assert wrong & readable <= found, mistake.answers
    assert found <= {file for code, file, _ in mistake.answers if CATALOG[code].severity == "error"}


def test_enough_of_them_is_seen() -> None:
    assert sum(any(code in SEEN for code, *_ in one.answers) for one in cases.ALL) > 30

"""核对清单: with every build a sheet of every printed figure, for the leader to tick off."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from generator.figures.amounts import exact_places, show
from generator.figures.model import Figure, Names, Words
from generator.problems import Position, Problems
from generator.record import Record
from generator.render import documents
from generator.render.documents import Output
from generator.workspace import Workspace

TEMPLATE: Final = "xlsx/核对清单.xlsx"
FILE: Final = "核对/核对清单.xlsx"
_EXACT_PLACES: Final = 6


def make(workspace: Workspace, record: Record, context: Names, problems: Problems) -> Output | None:
    """The sheet for what ``record`` says is printed; None after its problems were reported."""
    scope = Names(context)
    numbers: dict[str, tuple[Fraction, str, int]] = {}
    rows = []
    for number, (name, place, path) in enumerate(_printed(record), 1):
        value = record.values[path]
        if path not in numbers:
            numbers[path] = _number(value)
        rows.append(_row(number, name, place, path, value, numbers[path]))
    scope["清单"] = rows
    return documents.render_single(workspace, "xlsx", TEMPLATE, scope, FILE, problems)


def _printed(record: Record) -> list[tuple[str, tuple[str, ...], str]]:
    """(document, place, path) of every printed figure, in reading order; texts are left out."""
    return [
        (name, place, path)
        for name, document in record.documents.items()
        for place in document.places
        for path in [place[0].partition("|")[0]]
        if "value" in record.values.get(path, {})
    ]


def _row(
    number: int,
    name: str,
    place: tuple[str, ...],
    path: str,
    value: Mapping[str, Any],
    shown: tuple[Fraction, str, int],
) -> Names:
    lead = f"清单[{number}]"
    file, line, column = value["at"]
    at = Position(file, line, column)
    source = f"{file}:{line}:{column}" if line else file
    where = f"{place[1]}（{place[2]}）" if place[2] else place[1]
    exact, text, places = shown
    unit = value["unit"]

    def told(key: str, text: str) -> str:
        # What only says where to look needs no proof, unless its braces could pass for a tag's.
        return Words(text, f"{lead}.{key}", at) if "{" in text or "}" in text else text

    return Names(
        {
            "序号": number,
            "文件": told("文件", name.rpartition("/")[2]),
            "位置": told("位置", where),
            "内容": Words(place[3], f"{lead}.内容", at),
            "名称": told("名称", path),
            "数值": Figure(
                f"{lead}.数值", exact, text, unit, at, places, suffix="%" if unit == "%" else ""
            ),
            "公式": told("公式", value.get("formula", "")),
            "来源": told("来源", source),
        }
    )


def _number(value: Mapping[str, Any]) -> tuple[Fraction, str, int]:
    """The value as a typed number prints it: exact where that is short, else with six decimals."""
    exact = Fraction(value["value"])
    percent = value["unit"] == "%"
    scaled = exact * 100 if percent else exact
    needed = exact_places(scaled)
    places = needed if needed is not None and needed <= _EXACT_PLACES else _EXACT_PLACES
    return exact, show(scaled, places) + ("%" if percent else ""), places

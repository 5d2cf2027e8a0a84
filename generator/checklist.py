"""核对清单: with every build a sheet of every printed figure, for the leader to tick off."""

from __future__ import annotations

from fractions import Fraction
from pathlib import PurePosixPath
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
    scope["清单"] = [
        _row(number, name, place, record.values[path])
        for number, (name, place, path) in enumerate(_printed(record), 1)
    ]
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


def _row(number: int, name: str, place: tuple[str, ...], value: dict[str, Any] | Any) -> Names:
    lead = f"清单[{number}]"
    file, line, column = value["at"]
    source = f"{file}:{line}:{column}" if line else file
    path = place[0].partition("|")[0]

    def words(key: str, text: str) -> Words:
        return Words(text, f"{lead}.{key}", Position(file, line, column))

    where = f"{place[1]}（{place[2]}）" if place[2] else place[1]
    return Names(
        {
            "序号": number,
            "文件": words("文件", PurePosixPath(name).name),
            "位置": words("位置", where),
            "内容": words("内容", place[3]),
            "名称": words("名称", path),
            "数值": _number(f"{lead}.数值", value),
            "公式": words("公式", value.get("formula", "")),
            "来源": words("来源", source),
        }
    )


def _number(path: str, value: dict[str, Any]) -> Figure:
    """The figure as a typed number: exact where that is short, else with six decimals."""
    exact = Fraction(value["value"])
    percent = value["unit"] == "%"
    scaled = exact * 100 if percent else exact
    needed = exact_places(scaled)
    places = needed if needed is not None and needed <= _EXACT_PLACES else _EXACT_PLACES
    text = show(scaled, places) + ("%" if percent else "")
    file, line, column = value["at"]
    return Figure(
        path, exact, text, value["unit"], Position(file, line, column), places=places,
        suffix="%" if percent else "",
    )  # fmt: skip

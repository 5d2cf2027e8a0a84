"""核对清单: with every build a sheet of every printed figure, for the leader to tick off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from generator.build import documents
from generator.build.documents import Output
from generator.figures.model import Names, Words, calculated
from generator.problems import Position, Problems
from generator.records.record import Record, Shown
from generator.workspace import Workspace

TEMPLATE: Final = "xlsx/核对清单.xlsx"
FILE: Final = "核对/核对清单.xlsx"
#: A value is told as typed where that is short, else with so many decimals.
_EXACT_PLACES: Final = 6
_NOWHERE: Final = Position("")


def make(workspace: Workspace, record: Record, context: Names, problems: Problems) -> Output | None:
    """The sheet for what ``record`` says is printed; None after its problems were reported."""
    scope = Names(context)
    scope["清单"] = list(_rows(record))
    return documents.render_single(workspace, "xlsx", TEMPLATE, scope, FILE, problems)


def _rows(record: Record) -> Iterator[Names]:
    """A row for each printed figure. What stands in many rows is made once."""
    of_path: dict[str, Names] = {}
    printed: dict[str, Words] = {}
    for number, (name, shown, path) in enumerate(_printed(record), 1):
        own = of_path.get(path) or of_path.setdefault(path, _own(path, record.values[path]))
        text = shown.text
        yield Names(
            own,
            序号=number,
            文件=_told(name.rpartition("/")[2]),
            位置=_told(f"{shown.place}（{shown.section}）" if shown.section else str(shown.place)),
            内容=printed.get(text)
            or printed.setdefault(text, Words(text, f"清单内容〔{text}〕", _NOWHERE)),
        )


def _printed(record: Record) -> list[tuple[str, Shown, str]]:
    """(document, what it shows, path) of printed figures, in reading order; texts are left out."""
    return [
        (name, shown, path)
        for name, document in record.documents.items()
        for shown in document.places
        for path in [shown.path.partition("|")[0]]
        if "value" in record.values.get(path, {})
    ]


def _own(path: str, value: Mapping[str, Any]) -> Names:
    """What the rows of one figure have in common."""
    file, line, column = value["at"]
    at = Position(file, line, column)
    exact = Fraction(value["value"])
    return Names(
        名称=_told(path),
        数值=calculated(f"清单数值〔{path}〕", exact, value["unit"], at, _EXACT_PLACES),
        公式=_told(value.get("formula", "")),
        来源=_told(f"{file}:{line}:{column}" if line else file),
    )


def _told(text: str) -> str:
    """What only says where to look needs no proof, unless its braces could pass for a tag's."""
    return Words(text, f"清单〔{text}〕", _NOWHERE) if "{" in text or "}" in text else text

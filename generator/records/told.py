"""What a build knows of its values, in the words of records: put together where it is asked for.

A list of thousands of rows is written once and hardly ever asked; most of its values need no more
than their texts between the same signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring
from typing import Any

from generator.figures.model import Figure, Words
from generator.records import record


class Told(record.Values):
    """Values by path. ``came``: where imported ones are from, by their places in content."""

    def __init__(
        self, known: Mapping[str, Figure | Words], came: Mapping[tuple[str, int, int], str]
    ) -> None:
        self._known = known
        self._came = came

    def __getitem__(self, path: str) -> dict[str, Any]:
        return self._told(self._known[path])

    def __contains__(self, path: object) -> bool:
        return path in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (dict(self.items()),)

    def numbers(self) -> list[str]:
        """The paths of figures."""
        return [path for path, value in self._known.items() if isinstance(value, Figure)]

    def number(self, path: str) -> record.Number:
        """The one of ``path``, which is a figure."""
        value = self._known[path]
        assert isinstance(value, Figure)
        top, bottom = value.value.as_integer_ratio()
        return record.Number(top, bottom, value.unit, value.at.file, value.at.line)

    def written(self, paths: Iterable[str]) -> list[str]:
        """Those of ``paths`` as JSON, their members by name."""
        return [self._written(self._known[path]) for path in paths]

    def alike(self, *, numbers: bool) -> list[record.Alike]:
        """Those that hold nothing but what their kind does; of long lists these are nearly all."""
        if self._came:
            return []
        if not numbers:
            return [
                (path, str(value), _at(value))
                for path, value in self._known.items()
                if isinstance(value, Words)
            ]
        return [
            (path, value.text, _at(value), value.unit, str(value.value))
            for path, value in self._known.items()
            if isinstance(value, Figure) and _is_plain(value)
        ]

    def _told(self, value: Figure | Words) -> dict[str, Any]:
        at = value.at
        origin = self._came.get((at.file, at.line, at.column), "") if self._came else ""
        own: dict[str, Any] = {"origin": origin} if origin else {}
        if isinstance(value, Words):
            return {"text": str(value), "at": [at.file, at.line, at.column], **own}
        entry = {
            **own,
            "text": value.text,
            "value": str(value.value),
            "unit": value.unit,
            "at": [at.file, at.line, at.column],
        }
        if value.formula:
            entry["formula"] = value.formula
        if value.inputs:
            entry["inputs"] = list(value.inputs)
        if value.base is not None:
            base = value.base
            entry["base"] = {
                "path": base.path,
                "text": base.text,
                "at": [base.at.file, base.at.line, base.at.column],
            }
        return entry

    def _written(self, value: Figure | Words) -> str:
        at, quoted = value.at, encode_basestring
        if isinstance(value, Words):
            if not self._came:
                return f'{{"at":[{quoted(at.file)},{at.line},{at.column}],"text":{quoted(value)}}}'
        elif not self._came and _is_plain(value):
            return (
                f'{{"at":[{quoted(at.file)},{at.line},{at.column}],"text":{quoted(value.text)},'
                f'"unit":{quoted(value.unit)},"value":"{value.value}"}}'
            )
        return record.encoded(self._told(value))


def _is_plain(figure: Figure) -> bool:
    """Whether it was typed, and is compared with none of last year."""
    return not figure.formula and not figure.inputs and figure.base is None


def _at(value: Figure | Words) -> tuple[str, int, int]:
    at = value.at
    return at.file, at.line, at.column

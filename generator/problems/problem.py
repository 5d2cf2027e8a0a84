"""One finding, and the list that collects them through a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from generator.frozen import frozen
from generator.problems.place import Place
from generator.problems.position import Position


class Severity(StrEnum):
    """How bad a problem is; errors stop a build, warnings do so only under ``--strict``."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The Chinese word printed before a message."""
        return _LABELS[self]


_LABELS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示"}


#: Problems that say what is still to be filled in or brought up to date.
TO_DO: Final = ("L161", "L162", "L163")


@frozen
class Problem:
    """One finding: code, severity, place, Chinese message, repair hint, further places."""

    code: str
    severity: Severity
    message: str
    hint: str
    at: Position
    related: tuple[Position, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape promised for ``--format json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
            **_as_json(self.at),
            "related": list(map(_as_json, self.related)),
        }

    @staticmethod
    def from_json(plain: Mapping[str, Any]) -> Problem:
        """The problem that ``as_json`` described."""
        return Problem(
            code=plain["code"],
            severity=Severity(plain["severity"]),
            message=plain["message"],
            hint=plain["hint"],
            at=_from_json(plain),
            related=tuple(map(_from_json, plain["related"])),
        )


def _as_json(at: Position) -> dict[str, object]:
    place = "" if at.place is None else str(at.place)
    return {"file": at.file, "line": at.line, "column": at.column, "place": place}


def _from_json(plain: Mapping[str, Any]) -> Position:
    place = Place.told(plain["place"]) if plain["place"] else None
    return Position(plain["file"], plain["line"], plain["column"], place)


def problem(
    code: str, at: Position, *, related: Iterable[Position] = (), **values: object
) -> Problem:
    """Make the problem ``code`` of the catalogue, its texts filled with ``values``.

    Raises ``KeyError`` for a code or value that the catalogue does not know: that is our bug.
    """
    # Hundreds of texts, which a run without new findings has no use for.
    from generator.problems.messages import CATALOG

    entry = CATALOG[code]
    return Problem(
        code=code,
        severity=Severity(entry.severity),
        message=entry.text.format_map(values),
        hint=entry.hint.format_map(values),
        at=at,
        related=tuple(related),
    )


class Problems:
    """A growing list of problems handed down through one run."""

    def __init__(self) -> None:
        self._items: list[Problem] = []

    def add(
        self, code: str, at: Position, *, related: Iterable[Position] = (), **values: object
    ) -> None:
        """Collect the problem ``code`` at ``at``."""
        self._items.append(problem(code, at, related=related, **values))

    def add_values(self, code: str, at: Position, values: Mapping[str, object]) -> None:
        """Like ``add`` with the values in a mapping."""
        self._items.append(problem(code, at, **{str(k): v for k, v in values.items()}))  # type: ignore[arg-type]

    def extend(self, items: Iterable[Problem]) -> None:
        """Collect ready-made problems."""
        self._items.extend(items)

    def retell(self, told: Callable[[Problem], Problem]) -> None:
        """Put ``told`` of each problem in its place."""
        self._items[:] = map(told, self._items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @property
    def failed(self) -> bool:
        """Whether an error is among them."""
        return any(item.severity is Severity.ERROR for item in self._items)

    @property
    def warned(self) -> bool:
        """Whether a warning is among them."""
        return any(item.severity is Severity.WARNING for item in self._items)

    def sorted(self) -> list[Problem]:
        """Without repeats, in the order a person works through them: by file, line, column.

        What is found once more, from other places, is told once with all of them.
        """
        told: dict[tuple[str, Severity, str, str, Position], dict[Position, None]] = {}
        for item in self._items:
            one = item.code, item.severity, item.message, item.hint, item.at
            told.setdefault(one, {}).update(dict.fromkeys(item.related))
        found = [Problem(*one, tuple(places)) for one, places in told.items()]
        return sorted(found, key=lambda p: (p.at, p.code, p.message))

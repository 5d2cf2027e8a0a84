"""Content files changed in place: what is not meant stays, byte for byte, comments included.

A YAML round trip rewrites hundreds of lines of a hand-kept file. Here a path (``("收入预算",
"合计", "本年")``, list items by number from 0) leads to where a value stands in the text, and
only that piece is exchanged. Every change is read again before it is believed: a text that would
not say exactly what was asked for is never given out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import yaml

from generator.content.yaml import repair
from generator.frozen import frozen

Step = str | int
Path = tuple[Step, ...]
#: What can be written: a text as typed, or a row of them.
Value = str | Mapping[str, str]
#: What a file says, for comparing: texts, lists and mappings of them.
Said = str | list["Said"] | dict[str, "Said"]

#: Texts that need no quotes, as far as one character after the other tells.
_PLAIN: Final = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=\w))[^\r\n]*")
_PLAIN_FLOW: Final = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=\w))[^\r\n,\[\]{}]*")
#: No file that gen reads or writes is deeper.
_MAX_DEPTH: Final = 40
_COMMENT: Final = re.compile(r"[ \t]+#[^\r\n]*")
_NONE: Final[Mapping[Path, str]] = MappingProxyType({})
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


class EditError(ValueError):
    """The text cannot be changed so: it is no YAML, or has nothing at the path."""


@frozen
class Spot:
    """A value in the text: ``text[start:end]``; ``key`` is where its name begins, -1 without.

    ``kind``: ``scalar``, ``mapping`` or ``list``; ``style``: of a scalar as libyaml tells it
    (empty for a plain one), ``flow`` of a ``{}`` or ``[]``. ``below``: what it holds.
    """

    kind: str
    start: int
    end: int
    below: Mapping[Step, Spot]
    text: str = ""
    style: str = ""
    flow: bool = False
    key: int = -1

    def at(self, path: Path) -> Spot | None:
        """What stands at ``path`` below; None where nothing does."""
        here: Spot | None = self
        for step in path:
            here = here.below.get(step) if here is not None else None
        return here

    def leaves(self, above: Path = ()) -> Iterator[tuple[Path, Spot]]:
        """Every scalar with its path."""
        if self.kind == "scalar":
            yield above, self
        for step, spot in self.below.items():
            yield from spot.leaves((*above, step))


def locate(text: str) -> Spot | None:
    """Where everything in ``text`` stands; None for a text without values.

    Raises ``EditError`` for what is no plain YAML (anchors and repeated names included).
    """
    return _Locator(text).whole()


def said(spot: Spot | None) -> Said:
    """What the located text says."""
    if spot is None:
        return ""
    if spot.kind == "scalar":
        return spot.text
    if spot.kind == "list":
        return [said(below) for below in spot.below.values()]
    return {str(step): said(below) for step, below in spot.below.items()}


def replace(text: str, path: Path, value: str) -> str:
    """``text`` with the value at ``path``, a scalar, exchanged for ``value``.

    Raises ``EditError`` when no scalar stands there.
    """
    return revise(text, {path: value})


def revise(text: str, values: Mapping[Path, str], remarks: Mapping[Path, str] = _NONE) -> str:
    """``text`` with several values exchanged, and with ``remarks`` behind some of its lines.

    A remark comes in front of one that stands there. Raises ``EditError`` when a path leads to
    no scalar.
    """
    whole = locate(text)
    pieces: list[tuple[int, int, str]] = []
    for path, value in values.items():
        pieces.append(_exchanged(text, whole, path, value))
    ends = _line_ends(text, whole) if remarks else {}
    behind: dict[int, list[str]] = {}
    for path, remark in remarks.items():
        spot = _scalar_at(whole, path)
        behind.setdefault(ends[_line_start(text, spot.start)], []).append(remark)
    pieces += [(end, end, "".join(f"  # {remark}" for remark in dict.fromkeys(told)))
               for end, told in behind.items()]  # fmt: skip
    # From the end, so that what is in front stays where it is; a remark goes behind a new value.
    new = text
    for start, end, piece in sorted(pieces, key=lambda p: (p[0], p[0] == p[1]), reverse=True):
        new = new[:start] + piece + new[end:]
    wanted = said(whole)
    for path, value in values.items():
        wanted = _changed(wanted, path, value)
    if said(locate(new)) != wanted:
        raise EditError("these values cannot be changed in place")
    return new


def _exchanged(text: str, whole: Spot | None, path: Path, value: str) -> tuple[int, int, str]:
    spot = _scalar_at(whole, path)
    column = _column_of(text, spot.key if spot.key >= 0 else spot.start)
    flow = any(s is not None and s.flow for s in _above(whole, path))
    new = _scalar(value, flow=flow, indent=column + 2, newline=_newline(text))
    end = _last(text, spot) if spot.style in ("|", ">") else spot.end
    lead = " " if spot.start and text[spot.start - 1] in ":-" else ""
    return spot.start, end, lead + new


def _scalar_at(whole: Spot | None, path: Path) -> Spot:
    spot = whole.at(path) if whole is not None else None
    if spot is None or spot.kind != "scalar":
        raise EditError(f"no single value at {path}")
    return spot


def _above(whole: Spot | None, path: Path) -> Iterator[Spot | None]:
    for count in range(len(path)):
        yield whole.at(path[:count]) if whole is not None else None


def _line_ends(text: str, whole: Spot | None) -> dict[int, int]:
    """Where in each line, named by its start, what YAML reads of it ends.

    Of a block text that is the line of its sign.
    """
    ends: dict[int, int] = {}
    todo = [whole] if whole is not None else []
    while todo:
        spot = todo.pop()
        todo += spot.below.values()
        if spot.kind != "scalar" and not spot.flow:
            continue
        start, end = spot.start, spot.end
        if spot.style in ("|", ">"):
            end = start + len(
                text[start : _line_end(text, start)].split(" #", maxsplit=1)[0].rstrip()
            )
        line = _line_start(text, max(start, end - 1))
        ends[line] = max(ends.get(line, 0), end)
    return ends


def insert(text: str, path: Path, key: str, value: Value, *, after: str = "") -> str:
    """``text`` with ``key: value`` added to the mapping at ``path``, behind the key ``after``.

    At its end without ``after``. Raises ``EditError`` when ``path`` leads to no mapping, ``key``
    is there, or ``after`` is not.
    """
    spot = _found(text, path)
    if spot.kind != "mapping" or key in spot.below or (after and after not in spot.below):
        raise EditError(f"{key} cannot be added at {path}")
    entry = f"{_scalar(key, flow=spot.flow)}: {_flow(value, spot.flow)}"
    if not spot.below:
        new = text[: spot.start] + "{" + entry + "}" + text[spot.end :]
    elif spot.flow:
        end = spot.below[after or list(spot.below)[-1]].end
        new = f"{text[:end]}, {entry}{text[end:]}"
    else:
        before = spot.below[after or list(spot.below)[-1]]
        column = _column_of(text, next(iter(spot.below.values())).key)
        new = _with_line(text, _last(text, before), " " * column + entry)
    return _checked(text, new, (*path, key), value)


def append(text: str, path: Path, value: Value, *, after: int | None = None) -> str:
    """``text`` with one more item of the list at ``path``, behind item ``after`` or at its end."""
    spot = _found(text, path)
    if spot.kind != "list" or not spot.below or (after is not None and after not in spot.below):
        raise EditError(f"{path} is no list that has such items")
    number = len(spot.below) if after is None else after + 1
    last = spot.below[number - 1]
    if spot.flow:
        new = f"{text[: last.end]}, {_flow(value, flow=True)}{text[last.end :]}"
    else:
        column = _column_of(text, spot.start)
        new = _with_line(text, _last(text, last), f"{' ' * column}- {_flow(value, flow=False)}")
    return _checked(text, new, (*path, number), value, new_item=True)


def delete(text: str, path: Path) -> str:
    """``text`` without what stands at ``path``, its name and the remark on its line.

    Remarks on lines of their own stay. Raises ``EditError`` when nothing stands there.
    """
    spot, above = _found(text, path), _found(text, path[:-1])
    if not path:
        raise EditError("the whole cannot be left out")
    start = spot.key if spot.key >= 0 else spot.start
    if len(above.below) == 1:
        if above.flow:
            new = text[: above.start + 1] + text[above.end - 1 :]
        else:
            empty = "{}" if above.kind == "mapping" else "[]"
            lead = "" if text[: above.start].endswith((" ", "\n")) or not above.start else " "
            new = text[: above.start] + lead + empty + text[_last(text, above) :]
    elif above.flow:
        new = _without_flow(text, above, spot, start)
    elif above.kind == "mapping" and text[_line_start(text, start) : start].strip():
        following = list(above.below.values())  # behind the dash of its list
        new = text[:start] + text[following[1].key :]
    else:
        begin, end = _line_start(text, start), _line_end(text, _last(text, spot))
        new = text[:begin] + text[end:]
    return _checked(text, new, path, None)


# --- finding --------------------------------------------------------------------------------


class _Locator:
    """The events of libyaml as spots, their marks as offsets."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0]
        self._depth = 0
        # The line ends that YAML knows; a mark counts lines by them.
        for match in re.finditer("\r\n|[\r\n\x85\u2028\u2029]", text):
            self._lines.append(match.end())
        try:
            self._events = iter(list(yaml.parse(text, Loader=repair.LOADER)))
        except yaml.YAMLError as error:
            raise EditError(str(error)) from error

    def whole(self) -> Spot | None:
        found: Spot | None = None
        for event in self._events:
            if isinstance(event, yaml.NodeEvent):
                if found is not None:
                    raise EditError("more than one document")
                found = self._spot(event)
        return found

    def _offset(self, mark: Any) -> int:  # of libyaml, or of its Python twin
        line: int = self._lines[mark.line] if mark.line < len(self._lines) else len(self._text)
        return min(line + int(mark.column), len(self._text))

    def _spot(self, event: yaml.Event, key: int = -1) -> Spot:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise EditError("anchors and aliases")
        start, end = self._offset(event.start_mark), self._offset(event.end_mark)
        if isinstance(event, yaml.ScalarEvent):
            return Spot("scalar", start, end, {}, event.value, event.style or "", key=key)
        flow = bool(getattr(event, "flow_style", False))
        kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise EditError("too deep")
        below, end = self._mapping() if kind == "mapping" else self._list()
        self._depth -= 1
        return Spot(kind, start, end, below, flow=flow, key=key)

    def _list(self) -> tuple[dict[Step, Spot], int]:
        below: dict[Step, Spot] = {}
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            below[len(below)] = self._spot(event)
        return below, self._offset(event.end_mark)

    def _mapping(self) -> tuple[dict[Step, Spot], int]:
        below: dict[Step, Spot] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            name = self._spot(event)
            if name.kind != "scalar" or name.text in below:
                raise EditError("names that are no texts, or there twice")
            below[name.text] = self._spot(next(self._events), name.start)
        return below, self._offset(event.end_mark)


def _found(text: str, path: Path) -> Spot:
    whole = locate(text)
    spot = whole.at(path) if whole is not None else None
    if spot is None:
        raise EditError(f"nothing at {path}")
    return spot


def _last(text: str, spot: Spot) -> int:
    """Where the last character of a value ends; block collections end at their last value."""
    if spot.kind == "scalar":
        return spot.start + len(text[spot.start : spot.end].rstrip())
    if spot.flow or not spot.below:
        return spot.end
    return _last(text, list(spot.below.values())[-1])


def _line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _line_end(text: str, offset: int) -> int:
    """Behind the line break of the line that ``offset`` is in."""
    match = re.compile("[^\r\n]*(?:\r\n|\r|\n)?").match(text, offset)
    return match.end() if match else len(text)


def _column_of(text: str, offset: int) -> int:
    return offset - _line_start(text, offset)


# --- writing --------------------------------------------------------------------------------


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _with_line(text: str, offset: int, line: str) -> str:
    """``text`` with ``line`` below the line of ``offset``."""
    end, newline = _line_end(text, offset), _newline(text)
    if end and text[end - 1] not in "\r\n":
        return text[:end] + newline + line + text[end:]
    return text[:end] + line + newline + text[end:]


def _without_flow(text: str, above: Spot, spot: Spot, start: int) -> str:
    """``text`` without one of several entries of a ``{}`` or ``[]``, and one comma."""
    order = [s.key if s.key >= 0 else s.start for s in above.below.values()]
    place = order.index(start)
    if place + 1 < len(order):
        return text[:start] + text[order[place + 1] :]
    before = list(above.below.values())[place - 1]
    return text[: before.end] + text[spot.end :]


def _scalar(value: str, *, flow: bool, indent: int = 0, newline: str = "\n") -> str:
    """``value`` as it has to be written to be read as it is."""
    plain = _PLAIN_FLOW if flow else _PLAIN
    if plain.fullmatch(value) and _reads_as(value, value, flow=flow):
        return value
    if "\n" in value and not flow and indent and not value.startswith((" ", "\n")):
        lines = [f"{' ' * indent}{line}" if line else "" for line in value.rstrip("\n").split("\n")]
        kept = len(value) - len(value.rstrip("\n"))
        if kept <= 1:
            return newline.join(["|" if kept else "|-", *lines])
    return f'"{value.translate(_ESCAPES)}"'


def _reads_as(written: str, value: str, *, flow: bool) -> bool:
    text = f"{{k: {written}}}" if flow else f"k: {written}"
    try:
        spot = locate(text)
    except EditError:
        return False
    found = spot.at(("k",)) if spot is not None else None
    return found is not None and found.kind == "scalar" and found.text == value


def typed(value: str, *, flow: bool = False, indent: int = 2) -> str:
    """``value`` as it is written behind ``name: ``; ``indent``: of the lines of a longer text."""
    return _scalar(value, flow=flow, indent=indent)


def _flow(value: Value, flow: bool) -> str:
    if isinstance(value, str):
        return _scalar(value, flow=flow)
    inside = (f"{_scalar(k, flow=True)}: {_scalar(v, flow=True)}" for k, v in value.items())
    return "{" + ", ".join(inside) + "}"


def _checked(old: str, new: str, path: Path, value: Value | None, *, new_item: bool = False) -> str:
    """``new``, once it says what ``old`` said with ``value`` at ``path`` and nothing else."""
    wanted = _changed(said(locate(old)), path, value, new_item=new_item)
    if said(locate(new)) != wanted:
        raise EditError(f"{path} cannot be changed in place")
    return new


def _changed(whole: Said, path: Path, value: Value | None, *, new_item: bool = False) -> Said:
    if not path:
        assert value is not None
        return dict(value) if isinstance(value, Mapping) else value
    step, rest = path[0], path[1:]
    if isinstance(whole, list):
        assert isinstance(step, int)
        items = list(whole)
        if not rest and value is None:
            del items[step]
        elif not rest and new_item:
            items.insert(step, _changed("", (), value))
        else:
            items[step] = _changed(items[step], rest, value, new_item=new_item)
        return items
    assert isinstance(whole, dict)
    out: dict[str, Said] = {}
    for name, held in whole.items():
        if name != step:
            out[name] = held
        elif rest or value is not None:
            out[name] = _changed(held, rest, value, new_item=new_item)
    if step not in whole and value is not None:
        out[str(step)] = _changed("", (), value)
    return out

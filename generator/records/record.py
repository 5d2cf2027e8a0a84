"""What a build was made from and what it shows, kept beside the outputs as ``.gen/record.json``.

The record holds no clock, no absolute path and nothing of the machine, so that records of the
same content compare as equal wherever they were made. Its shape is documented in
``docs/构建记录.md``; ``VERSION`` changes with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from generator import disk
from generator.frozen import frozen
from generator.problems import reason
from generator.problems.place import Packed, Place
from generator.records import folding, shape
from generator.records.tree import Row

VERSION: Final = 5
FOLDER: Final = ".gen"
RECORD: Final = f"{FOLDER}/record.json"
PREVIOUS: Final = f"{FOLDER}/record.previous.json"
TOOLCHAIN: Final = f"{FOLDER}/toolchain"
HAND_EDITS: Final = f"{FOLDER}/手改"
#: Edited outputs whose edits were taken or seen (``gen pull``).
ACKNOWLEDGED: Final = f"{FOLDER}/已取回.json"
#: Where named versions are, below the folder of the content; once they were beside the outputs.
VERSIONS: Final = "版本"
EARLIER_VERSIONS: Final = f"{FOLDER}/版本"
DAMAGED: Final = f"{FOLDER}/坏记录"
CHECKLIST_FOLDER: Final = "核对"


class Shown(NamedTuple):
    """One value in one document.

    ``path``: the figure, text or phrase (``收入预算.合计.本年|比上年``); ``at``: where, packed as
    records keep it, since most places are never asked for; ``section``: the heading above it, if
    any; ``text``: what is printed; ``sentence``: the sentence around it (of a figure in running
    text); ``start``: how many characters of the paragraph or cell stand before it, -1 where an
    earlier gen did not say.
    """

    path: str
    at: Packed
    section: str
    text: str
    sentence: str
    start: int = -1

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place.unpacked(self.at)


class Number(NamedTuple):
    """A number of a record: an exact fraction in ``unit``, and where it was typed."""

    top: int
    bottom: int
    unit: str
    file: str
    line: int


#: A value without anything of its own: path, text, where it was typed; of numbers unit and value.
Alike: TypeAlias = tuple[object, ...]
_WORDS: Final = ("text", "at")
_NUMBER: Final = ("text", "at", "unit", "value")


class Values(Mapping[str, Mapping[str, Any]]):
    """Values of a record that is not written yet."""

    def number(self, path: str) -> Number:
        """The one of ``path``, which is a number."""
        raise NotImplementedError

    def numbers(self) -> list[str]:
        """The paths of those that are numbers."""
        raise NotImplementedError

    def written(self, paths: Iterable[str]) -> list[str]:
        """Those of ``paths`` as JSON, their members by name."""
        raise NotImplementedError

    def alike(self, *, numbers: bool) -> list[Alike]:
        """Those that hold nothing but what their kind does."""
        raise NotImplementedError


@frozen
class DocumentRecord:
    """One output: hash of its bytes, hash of all it was made from, and what it shows where.

    ``template``: the file it was filled from, empty where an earlier gen did not say; ``number``:
    which of the set it is, from 1.
    """

    sha256: str
    fingerprint: str
    places: tuple[Shown, ...]
    template: str = ""
    number: int = 0


@frozen
class Record:
    """One build of one unit-year.

    ``inputs``: file → sha256. ``values``: path → what it is (``text``, ``at``; of figures also
    ``value``, ``unit``, ``formula``, ``inputs``, ``base``; ``origin``: the file and cell it
    was imported from). ``narrative``: the printed paragraphs
    in order, as path, kind and text. ``problems``: warnings and notes of the build, as JSON.
    ``draft``: it may lack values, every page says so.
    ``content``: all that was typed, as rows of a tree (see ``records.tree``); empty where an
    earlier gen did not keep it.
    """

    unit: str
    year: int
    inputs: Mapping[str, str]
    values: Mapping[str, Mapping[str, Any]]
    narrative: tuple[tuple[str, str, str], ...]
    documents: Mapping[str, DocumentRecord]
    problems: tuple[Mapping[str, Any], ...] = field(default=())
    draft: bool = False
    content: tuple[Row, ...] = ()


def numbers(record: Record) -> list[str]:
    """The paths of the values that are numbers."""
    if isinstance(record.values, Values):
        return record.values.numbers()
    return [path for path, value in record.values.items() if "value" in value]


def number(record: Record, path: str) -> Number:
    """The number of ``path``; quick where there are thousands."""
    if isinstance(record.values, Values):
        return record.values.number(path)
    value = record.values[path]
    top, _, bottom = value["value"].partition("/")
    file, line, _ = value["at"]
    return Number(int(top), int(bottom or 1), value["unit"], file, line)


def dump(record: Record) -> bytes:
    """The record as it is written: sorted keys, one value or place a line; long lists folded."""
    known = record.values
    lists, folded = _lists(known)
    rest = [path for path in known if path not in folded] if folded else list(known)
    told = known.written(rest) if isinstance(known, Values) else _each([known[n] for n in rest])
    documents = {
        name: _object(
            {
                "sha256": encoded(document.sha256),
                "fingerprint": encoded(document.fingerprint),
                "places": _places(document.places),
                "template": encoded(document.template),
                "number": encoded(document.number),
            }
        )
        for name, document in record.documents.items()
    }
    members = {
        "version": encoded(VERSION),
        "unit": encoded(record.unit),
        "year": encoded(record.year),
        "content": _content(record.content),
        "inputs": _object({name: encoded(hash_) for name, hash_ in record.inputs.items()}),
        "values": _object(dict(zip(rest, told, strict=True))),
        "narrative": _rows(record.narrative),
        "documents": _object(documents),
        "problems": "[" + ",\n".join(map(encoded, record.problems)) + "]",
    }
    if lists:
        members["lists"] = "[" + ",\n".join(lists) + "]"
    if record.draft:
        members["draft"] = encoded(True)
    return (_object(members) + "\n").encode()


def _encoder(comma: str) -> Callable[[object], str]:
    # Nothing here holds itself, so that is not looked for. Line breaks are ours: with `indent`
    # the standard library leaves its C encoder for a slow one.
    return json.JSONEncoder(
        ensure_ascii=False, check_circular=False, sort_keys=True, separators=(comma, ":")
    ).encode


#: One value as JSON, as records write it.
encoded = _encoder(",")
#: Control characters in texts are escaped: this one only stands behind what parts members.
_parted = _encoder(",\1")


def _each(values: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each of ``values`` encoded, all at once: calling the encoder takes longer than encoding."""
    whole = _parted(list(values))[1:-1]
    return whole.replace("},\1{", "}\2{").replace(",\1", ",").split("\2") if whole else []


def _object(members: Mapping[str, str]) -> str:
    names = sorted(members)
    keys = _parted(names)[1:-1].split(",\1")
    lines = [f"{key}:{members[name]}" for key, name in zip(keys, names, strict=False)]
    return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"


def _lists(known: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], set[str]]:
    """The values of long lists as tables, and the paths that these tell."""
    tables: list[str] = []
    told: set[str] = set()
    for kind in (_WORDS, _NUMBER) if len(known) >= folding.LONG else ():
        rows = _alike(known, kind)
        paths = [str(row[0]) for row in rows]
        for run in folding.of_paths(paths):
            if table := folding.folded(rows, run, named=True):
                tables.append(table)
                told.update(paths[run[0] : run[0] + run[1] * run[2]])
    return tables, told


def _alike(known: Mapping[str, Mapping[str, Any]], kind: Sequence[str]) -> list[Alike]:
    if isinstance(known, Values):
        return known.alike(numbers=kind is _NUMBER)
    members, take = set(kind), itemgetter(*kind)
    return [(path, *take(value)) for path, value in known.items() if value.keys() == members]


def _rows(
    rows: Sequence[Sequence[object]], runs: Iterable[folding.Run] = (), *, named: bool = False
) -> str:
    """``rows``, one a line; those that come again and again as tables."""
    parts: list[str] = []
    done = 0
    for run in runs:
        if table := folding.folded(rows, run, named=named):
            parts += [_lines(rows[done : run[0]]), table]
            done = run[0] + run[1] * run[2]
    parts.append(_lines(rows[done:]))
    return "[" + ",\n".join(filter(None, parts)) + "]"


def _lines(rows: Sequence[Sequence[object]]) -> str:
    # A quotation mark inside a text is escaped, so these are only found between two rows.
    return encoded(rows)[1:-1].replace('"],["', '"],\n["').replace("],[", "],\n[")


def _places(places: Sequence[Shown]) -> str:
    return _rows(places, folding.of_paths([shown.path for shown in places]), named=True)


def _content(rows: Sequence[Row]) -> str:
    if len(rows) < folding.LONG:
        return _rows(rows)
    depths, kinds, names, *_ = zip(*rows, strict=True)
    lists = [place for place, kind in enumerate(kinds) if kind == "list"]
    return _rows(rows, folding.of_items(depths, list(zip(kinds, names, strict=True)), lists))


class Damaged(Exception):
    """What lies there is no record that this gen can read; the text says why, in Chinese."""


class OtherVersion(Damaged):
    """It was written by another gen, most often a later one; nothing says that it is not whole."""


def load(path: Path) -> Record | None:
    """The record in ``path``; None when there is none, or none that can be read."""
    try:
        return read(path)
    except Damaged:
        return None


def read(path: Path) -> Record | None:
    """The record in ``path``, None when there is none; raises ``Damaged``."""
    raw = raw_of(path)
    return None if raw is None else parse(raw)


def raw_of(path: Path) -> bytes | None:
    """The bytes of the record in ``path``, None when there is none; raises ``Damaged``."""
    try:
        return disk.read(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Damaged(reason(error)) from error


def parse(raw: bytes) -> Record:
    """The record that ``dump`` of this or an earlier version wrote.

    Anybody may have changed it since. Raises ``Damaged`` for all that is no whole record.
    """
    try:
        plain = json.loads(raw.decode())
        version = plain["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Damaged("不是构建记录，或者只剩一半") from error
    if type(version) is not int:
        raise Damaged("没有写版本")
    if version not in shape.READABLE:
        raise OtherVersion("是更新的 gen 写的，这个 gen 读不了，请升级 gen" if version > VERSION
                           else f"是别的版本（{version}）的 gen 写的，这个 gen 读不了")  # fmt: skip
    if not shape.printable(raw) or not _unfolded(plain, version) or not shape.holds(plain, version):
        raise Damaged("被人改过，里面有记录里不会有的东西")
    return Record(
        unit=plain["unit"],
        year=plain["year"],
        inputs=plain["inputs"],
        values=plain["values"],
        narrative=tuple(map(tuple, plain["narrative"])),
        documents={
            name: DocumentRecord(
                document["sha256"],
                document["fingerprint"],
                tuple(map(_READ[version], document["places"])),
                document.get("template", ""),
                document.get("number", 0),
            )
            for name, document in plain["documents"].items()
        },
        problems=tuple(plain["problems"]),
        draft=plain.get("draft", False),
        content=tuple(map(tuple, plain.get("content", ()))),
    )


def _unfolded(plain: dict[str, Any], version: int) -> bool:
    """Whether all tables of ``plain``, if any, could be put back as what they stand for."""
    if version < 5:
        return True
    documents, values = plain.get("documents"), plain.get("values")
    if type(documents) is not dict or type(values) is not dict:
        return False
    try:
        for holder, key in ((plain, "content"), *((one, "places") for one in documents.values())):
            if any(map(folding.is_table, holder[key])):
                holder[key] = folding.unfolded(holder[key])
        for path, *members in folding.unfolded(plain.get("lists", [])):
            kind = _WORDS if len(members) == len(_WORDS) else _NUMBER
            if type(path) is not str or path in values:
                return False
            values[path] = dict(zip(kind, members, strict=True))
    except (folding.Malformed, KeyError, TypeError, ValueError):
        return False
    return True


def sums(raw: bytes) -> dict[str, str]:
    """Names of the outputs that a whole record lists, or one of another gen, with their hashes.

    So much every version says in the same way; empty where it does not.
    """
    try:
        return {name: document.sha256 for name, document in parse(raw).documents.items()}
    except OtherVersion:
        pass
    except Damaged:
        return {}
    try:
        documents = json.loads(raw.decode())["documents"]
        found = {name: document["sha256"] for name, document in documents.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    named = all(isinstance(hash_, str) and shape.is_output_name(n) for n, hash_ in found.items())
    return found if named and shape.printable(raw) else {}


def _told(row: tuple[str, str, str, str, str]) -> Shown:
    path, words, section, text, sentence = row
    return Shown(path, Place.told(words).packed(), section, text, sentence)


def _unlocated(row: tuple[str, Packed, str, str, str]) -> Shown:
    return Shown(*row)


_AS_NOW: Final[Callable[[Any], Shown]] = partial(tuple.__new__, Shown)
#: How each version tells what is shown: the first one only had words for places, and the
#: fourth knows where in its paragraph a value begins.
_READ: Final[Mapping[int, Callable[[Any], Shown]]] = {
    1: _told, 2: _unlocated, 3: _unlocated, 4: _AS_NOW, 5: _AS_NOW,
}  # fmt: skip


def sha256(data: bytes) -> str:
    """Hex digest of ``data``."""
    return hashlib.sha256(data).hexdigest()

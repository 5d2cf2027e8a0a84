"""What a notice tells of a difference: only what a reader can see, in the order of the documents.

Everything is told once: an edit as what it is, then the values that followed and are printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from generator.formats import registry
from generator.frozen import frozen
from generator.language.wording import read_source
from generator.problems.place import Place
from generator.records.changes import prose, telling
from generator.records.changes.edits import ADDED, CHANGED, MOVED, REMOVED, RENAMED, Edit
from generator.records.changes.paths import GONE
from generator.records.changes.prose import Paragraph
from generator.records.changes.showing import Touched
from generator.records.compare import Change, Difference
from generator.records.record import Record
from generator.records.tree import walk
from generator.records.values import is_score, with_unit

#: What a table says where there is nothing.
NOTHING: Final = "—"
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
#: A text that is longer is told by its sentences.
_LONGEST: Final = 60
_BEGINNING: Final = 20

#: Under which names the heading of a group of indicators prints, and names of anything.
_GROUPS: Final = {"level1": "一级", "level2": "二级"}
_NAMES: Final = (".名称", ".一级", ".二级")

Line: TypeAlias = Mapping[str, str]


@frozen
class Corrections:
    """The rows of a notice: 名称, 原 and 现; of files 名称, 格式 and 处数."""

    edits: tuple[Line, ...]
    followed: tuple[Line, ...]
    scores: tuple[Line, ...]
    paragraphs: tuple[Line, ...]
    files: tuple[Line, ...]


def of(difference: Difference) -> Corrections:
    """What a notice of ``difference`` has to say; nothing at all where nothing printed changed."""
    shown = _Shown(difference)
    told = [(shown.rank(edit), line) for edit in difference.edits
            if (line := _edit(difference, edit, shown)) is not None]  # fmt: skip
    told.sort(key=lambda pair: pair[0])
    followed, scores = _followed(difference)
    return Corrections(
        edits=tuple(line for _, line in told),
        followed=tuple(followed),
        scores=tuple(scores),
        paragraphs=tuple(map(_paragraph, difference.narrative)),
        files=tuple(_files(difference)),
    )


class _Shown:
    """Where documents show what changed."""

    def __init__(self, difference: Difference) -> None:
        self._difference = difference
        self._texts: dict[str, tuple[int, Touched]] = {}
        self._entries: dict[int, int] = {}
        count = 0
        for document in difference.documents.values():
            seen: list[tuple[Place, Edit | Touched]] = [(at, edit) for edit, at in document.entries]
            seen += [(touched.place, touched) for touched in document.places]
            for _, what in sorted(seen, key=lambda pair: pair[0].order):
                count += 1
                self._note(what, count)
        self._last = count
        self._by_start: dict[str, int] = {}
        for change in (*difference.derived, *difference.scores):
            at = self.at(change.path)
            if at is not None:
                for path in change.chain[:1]:
                    self._by_start[path] = min(at, self._by_start.get(path, at))

    def _note(self, what: Edit | Touched, count: int) -> None:
        if isinstance(what, Edit):
            self._entries.setdefault(id(what), count)
            return
        source = read_source(what.path)
        for path in (what.path, source.figure, *source.others):
            self._texts.setdefault(path, (count, what))

    def at(self, path: str) -> int | None:
        """The how-manieth change a reader comes by is of the value ``path``."""
        found = self._texts.get(path)
        return None if found is None else found[0]

    def touched(self, path: str) -> Touched | None:
        """The first place that shows the value itself."""
        found = self._texts.get(path)
        return None if found is None else found[1]

    def entry(self, edit: Edit) -> int | None:
        """The same of something that came, went or moved."""
        return self._entries.get(id(edit))

    def follows(self, path: str) -> int | None:
        """The same of the first printed value that followed from ``path``."""
        return self._by_start.get(path)

    def rank(self, edit: Edit) -> int:
        """Where a reader of all documents comes by the edit."""
        found = [self.entry(edit), *(self.at(path) for path in _paths(self._difference, edit))]
        found += [self.follows(path) for path in _paths(self._difference, edit)]
        return min((at for at in found if at is not None), default=self._last + 1)


def _paths(difference: Difference, edit: Edit) -> list[str]:
    """The names of the values that an edit touches."""
    words, mark = (difference.was, GONE) if edit.kind == REMOVED else (difference.now, "")
    path = words.path(edit.node)
    own = [] if path is None else [f"{mark}{path}", f"{mark}{path}.名称"]
    field = _GROUPS.get(edit.node.kind)
    if field is None:
        return own
    # A group of indicators shows in any of them, mostly in the first only.
    below = (words.path(node) for node in walk(edit.node) if node.kind == "indicator")
    return [*own, *(f"{mark}{one}.{field}" for one in below if one is not None)]


# Edits


def _edit(difference: Difference, edit: Edit, shown: _Shown) -> Line | None:
    """The row of one edit; None for one of which no document shows anything."""
    if telling.is_prose(edit) or edit.node.kind in ("setting", "line"):
        return None  # told by the paragraphs, and by the values that followed
    if edit.kind == CHANGED:
        return _changed(difference, edit, shown)
    if edit.kind == RENAMED:
        return _renamed(difference, edit, shown)
    if edit.kind == MOVED:
        return _moved(difference, edit, shown)
    return _came_or_went(difference, edit, shown)


def _name(difference: Difference, edit: Edit) -> str:
    return telling.thing(difference, edit, official=True)


def _changed(difference: Difference, edit: Edit, shown: _Shown) -> Line | None:
    path = difference.now.path(edit.node)
    if path is None:
        return None
    if shown.at(path) is None and shown.follows(path) is None:
        return None
    old, new = (_worth(record, path) for record in (difference.old, difference.new))
    if old == new:
        return None  # only what stands behind it
    return _row(_name(difference, edit), old or NOTHING, new or NOTHING)


def _worth(record: Record, path: str) -> str:
    """A value as a notice prints it: its unit once, a date as one."""
    value = record.values.get(path)
    if value is None:
        return ""
    text: str = value["text"]
    date = _DATE.fullmatch(text)
    if date is not None:
        return f"{date[1]}年{int(date[2])}月{int(date[3])}日"
    return with_unit(text, value.get("unit", ""))


def _row(name: str, old: str, new: str) -> Line:
    if len(old) + len(new) > 2 * _LONGEST:
        old, new = prose.sentences(Paragraph("", old, new, ()))
    return {"名称": name, "原": old or NOTHING, "现": new or "删去"}


def _renamed(difference: Difference, edit: Edit, shown: _Shown) -> Line | None:
    named = [path for path in _paths(difference, edit) if path.endswith(_NAMES)]
    if all(shown.at(path) is None for path in named):
        return None
    kind = telling.kind(edit)
    return _row(f"{kind}名称" if kind else "名称", edit.old or "", edit.new or "")


def _moved(difference: Difference, edit: Edit, shown: _Shown) -> Line | None:
    if shown.entry(edit) is None:
        return None
    was, now = telling.places(difference, edit, official=True)
    return _row(f"{_name(difference, edit)}的位置", was, now)


def _came_or_went(difference: Difference, edit: Edit, shown: _Shown) -> Line | None:
    paths = _paths(difference, edit)
    came = edit.kind == ADDED
    files = difference.files_of(edit)
    seen = [shown.entry(edit), *map(shown.at, paths), *map(shown.follows, paths)]
    if not files and all(at is None for at in seen):
        return None
    if edit.node.kind in ("list", "item", "group") and _in_prose(difference, edit):
        return None  # its paragraphs tell it
    name = _name(difference, edit)
    if not edit.node.children:
        plain = paths[0].removeprefix(GONE)
        if plain in difference.old.values and plain in difference.new.values:
            return None  # worked out before or now: a value that changed
        value = _worth(difference.new if came else difference.old, paths[0])
        return _row(name, NOTHING, value) if came else _row(name, value, "删去")
    where = f"，见{'、'.join(f'《{one}》' for one in files)}" if files else ""
    gone = "撤销" if edit.node.kind == "project" else "删去"
    return _row(name, NOTHING, f"新增{where}") if came else _row(name, "原有", gone)


def _in_prose(difference: Difference, edit: Edit) -> bool:
    """Whether only paragraphs, which are told anyway, show it."""
    record = difference.new if edit.kind == ADDED else difference.old
    for name, document in difference.documents.items():
        shown = [place for entry, place in document.entries if entry is edit]
        rows = record.documents[name].places if name in record.documents and shown else ()
        told = {str(row.at) for row in rows if row.path.removeprefix(GONE).startswith("正文[")}
        if any(str(place.packed()) not in told for place in shown):
            return False
    return True


# What followed


def _followed(difference: Difference) -> tuple[list[Line], list[Line]]:
    """What followed and is printed somewhere, each once: figures and phrases, then scores."""
    edited = {difference.now.path(e.node) for e in difference.edits if e.kind == CHANGED}
    changed = {
        change.path: change
        for change in (*difference.derived, *difference.scores)
        if not change.hidden
    }
    figures: dict[str, Line] = {}
    scores: dict[str, Line] = {}
    for touched in (one for held in difference.documents.values() for one in held.places):
        source = read_source(touched.path)
        head = source.figure
        if head.startswith(("正文[", GONE)):
            continue
        name = difference.now.of(touched.path, official=True)
        if source.kind.aspect:
            if touched.old is not None and touched.new is not None:
                figures.setdefault(touched.path, _row(name, touched.old, touched.new))
        elif head in changed and head not in edited:
            told = _row(difference.now.of(head, official=True), *_values(changed[head]))
            (scores if is_score(head) else figures).setdefault(head, told)
    return list(figures.values()), list(scores.values())


def _values(change: Change) -> tuple[str, str]:
    old, new = (
        NOTHING if text is None else with_unit(text, change.unit)
        for text in (change.old, change.new)
    )
    return old, new


# Paragraphs and files


def _paragraph(paragraph: Paragraph) -> Line:
    if paragraph.moved:
        where = f"“{_beginning(paragraph.behind)}”之后" if paragraph.behind else "最前面"
        words = "文字不变" if paragraph.same else "文字的改动另列"
        return {"原": paragraph.new or "", "现": f"移到{where}，{words}"}
    if paragraph.same:
        was, now = telling.rejoined(paragraph)
        return {"原": was, "现": now.removeprefix("，")}
    if paragraph.old is None or paragraph.new is None:
        return {"原": paragraph.old or "（新增，原文无）", "现": paragraph.new or "（删去）"}
    old, new = prose.sentences(paragraph)
    return {"原": old or "（新增，原文无）", "现": new or "（删去）"}


def _beginning(text: str) -> str:
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING]}……"


def _files(difference: Difference) -> Iterator[Line]:
    was = {new: old for old, new in difference.renamed}
    for name, document in difference.documents.items():
        if document.printed or name in was:
            count = len(document.places) + len(document.entries)
            told = f"{count}处" if count else "次序" if document.order else "版式"
            yield {**_file(name), "处数": _with_name(told, was.pop(name, ""))}
    for name, old in was.items():
        yield {**_file(name), "处数": _with_name("", old)}
    for name in difference.added:
        yield {**_file(name), "处数": "新增"}
    for name in difference.removed:
        yield {**_file(name), "处数": "撤销"}


def _with_name(told: str, old: str) -> str:
    renamed = f"原名“{PurePosixPath(old).stem}”" if old else ""
    return "，".join(filter(None, (told, renamed)))


def _file(name: str) -> Line:
    path = PurePosixPath(name)
    return {"名称": path.stem, "格式": registry.name_of(name)}

"""What moved between two records, told by the places of the newer one's documents."""

from __future__ import annotations

from typing import Any

from generator.problems.place import Paragraph as Step
from generator.records import compare
from generator.records.changes import telling
from generator.records.compare import Difference
from generator.records.record import Record
from generator.review import facts


def moved(old: Record, new: Record) -> dict[str, Any]:
    """What differs: edits, values that followed, places that say something else, paragraphs."""
    difference = compare.compare(old, new)
    names = facts.documents_of(new)
    return {
        "edits": [
            {"text": telling.line(difference, edit), "at": list(edit.at)}
            for edit in difference.edits if not telling.is_prose(edit)
        ],
        "values": [
            {
                "path": change.path, "name": difference.now.of(change.path),
                "old": change.old, "new": change.new, "hidden": change.hidden,
            }
            for change in (*difference.derived, *difference.scores)
        ],
        "places": [one for n, name in enumerate(names) for one in _places(difference, name, n)],
        "paragraphs": [
            one for n, name in enumerate(names) for one in _paragraphs(difference, name, n)
        ],
        "gone": [
            {"text": paragraph.old, "moved": paragraph.moved}
            for paragraph in difference.narrative if paragraph.new is None
        ],
        "documents": [
            *(f"新增文件：{name}" for name in difference.added),
            *(f"不再有的文件：{name}" for name in difference.removed),
            *(f"文件改名：{before} → {after}" for before, after in difference.renamed),
        ],
    }  # fmt: skip


def _places(difference: Difference, name: str, number: int) -> list[dict[str, Any]]:
    document = difference.documents.get(name)
    if document is None:
        return []
    rows = {
        (row.path, str(row.at)): index
        for index, row in enumerate(difference.new.documents[name].places)
    }
    return [
        {
            "d": number, "p": rows.get((one.path, str(one.place.packed())), -1),
            "place": one.place.brief(), "name": difference.now.of(one.path),
            "path": one.path.partition("|")[0], "old": one.old, "new": one.new,
        }
        for one in document.places if not one.path.startswith("正文[")
    ]  # fmt: skip


def _paragraphs(difference: Difference, name: str, number: int) -> list[dict[str, Any]]:
    told = {one.path: one for one in difference.narrative if one.new is not None}
    found = []
    for row in difference.new.documents[name].places:
        paragraph = told.get(row.path)
        steps = row.place.steps if paragraph is not None else ()
        if paragraph is None or len(steps) != 1 or not isinstance(steps[0], Step):
            continue
        if paragraph.same and not paragraph.moved:
            continue
        found.append({
            "d": number, "n": steps[0].number, "moved": paragraph.moved,
            "new": paragraph.old is None, "pieces": [list(piece) for piece in paragraph.pieces],
        })  # fmt: skip
    return found

"""What people do to a finished document in Word: words, rows, paragraphs, tracked or not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_TRACKED = {qn("w:author"): "领导", qn("w:date"): "2026-01-01T00:00:00Z"}


class Edited:
    """A document that is open in Word."""

    def __init__(self, path: Path) -> None:
        self.document: Any = Document(str(path))
        self._number = 900

    def save(self, path: Path) -> Path:
        """Save under another name."""
        self.document.save(str(path))
        return path

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph, those of cells included, each once."""
        body = self.document.element.body
        yield from (Paragraph(p, self.document._body) for p in body.iter(qn("w:p")))

    def find(self, text: str, number: int = 1) -> Paragraph:
        """The paragraph that says ``text``, the ``number``-th of them."""
        found = [one for one in self.paragraphs() if text in one.text]
        assert len(found) >= number, text
        return found[number - 1]

    def replace(self, old: str, new: str, number: int = 1, *, tracked: bool = False) -> Edited:
        """Overtype ``old``, where it stands the ``number``-th time, run by run."""
        paragraph = self.find(old, number)
        start = paragraph.text.index(old)
        touched = self._cut(paragraph, start, start + len(old))
        if tracked:
            self._mark(paragraph, touched, new)
        elif touched:
            touched[0].text = new
            for run in touched[1:]:
                run._r.getparent().remove(run._r)
        return self

    def _cut(self, paragraph: Paragraph, start: int, end: int) -> list[Any]:
        """Runs that hold just the characters from ``start`` to ``end``."""
        for at in (start, end):
            here = 0
            for run in paragraph.runs:
                text = run.text
                if here < at < here + len(text):
                    rest = copy.deepcopy(run._r)
                    run._r.addnext(rest)
                    run.text = text[: at - here]
                    type(run)(rest, paragraph).text = text[at - here :]
                    break
                here += len(text)
        found, here = [], 0
        for run in paragraph.runs:
            if start <= here < end and run.text:
                found.append(run)
            here += len(run.text)
        return found

    def _mark(self, paragraph: Paragraph, runs: list[Any], new: str) -> None:
        inserted = copy.deepcopy(runs[0]._r)
        type(runs[0])(inserted, paragraph).text = new
        gone = self._tracked("w:del")
        runs[0]._r.addprevious(gone)
        for run in runs:
            gone.append(run._r)
            for text in run._r.findall(qn("w:t")):
                text.tag = qn("w:delText")
        come = self._tracked("w:ins")
        come.append(inserted)
        gone.addnext(come)

    def _tracked(self, name: str) -> Any:
        self._number += 1
        made = OxmlElement(name)
        made.set(qn("w:id"), str(self._number))
        for key, value in _TRACKED.items():
            made.set(key, value)
        return made

    def after(self, text: str, new: str) -> Edited:
        """A new paragraph behind the one that says ``text``, looking like it."""
        paragraph = self.find(text)
        made = copy.deepcopy(paragraph._p)
        paragraph._p.addnext(made)
        _say(Paragraph(made, paragraph._parent), new)
        return self

    def remove(self, text: str) -> Edited:
        """Take out the paragraph that says ``text``."""
        paragraph = self.find(text)._p
        paragraph.getparent().remove(paragraph)
        return self

    def remove_tracked(self, text: str) -> Edited:
        """The same as a tracked deletion, its mark included."""
        paragraph = self.find(text)
        for run in list(paragraph.runs):
            gone = self._tracked("w:del")
            run._r.addprevious(gone)
            gone.append(run._r)
            for piece in run._r.findall(qn("w:t")):
                piece.tag = qn("w:delText")
        look = paragraph._p.get_or_add_pPr()
        marks = look.find(qn("w:rPr"))
        if marks is None:
            marks = OxmlElement("w:rPr")
            look.append(marks)
        marks.insert(0, self._tracked("w:del"))
        return self

    def split(self, text: str) -> Edited:
        """A new paragraph begins at ``text``."""
        paragraph = self.find(text)
        whole = paragraph.text
        at = whole.index(text)
        made = copy.deepcopy(paragraph._p)
        paragraph._p.addnext(made)
        _say(paragraph, whole[:at])
        _say(Paragraph(made, paragraph._parent), whole[at:])
        return self

    def join(self, first: str, second: str) -> Edited:
        """Two paragraphs become one."""
        whole = self.find(first).text + self.find(second).text
        self.remove(second)
        _say(self.find(first), whole)
        return self

    def move(self, text: str, behind: str) -> Edited:
        """The paragraph that says ``text`` goes behind another."""
        self.find(behind)._p.addnext(self.find(text)._p)
        return self

    def row(self, text: str) -> Any:
        """The row of a table that says ``text``."""
        paragraph: Any = self.find(text)._p
        return next(one for one in paragraph.iterancestors() if one.tag == qn("w:tr"))

    def remove_row(self, text: str) -> Edited:
        """Take out a row."""
        row = self.row(text)
        row.getparent().remove(row)
        return self

    def copy_row(self, text: str, new: str) -> Edited:
        """A row below the one that says ``text``, like it but for that."""
        row = self.row(text)
        made = copy.deepcopy(row)
        row.addnext(made)
        for p in made.iter(qn("w:p")):
            paragraph = Paragraph(p, self.document._body)
            if text in paragraph.text:
                _say(paragraph, paragraph.text.replace(text, new))
        return self


def _say(paragraph: Paragraph, text: str) -> None:
    for run in paragraph.runs[1:]:
        run._r.getparent().remove(run._r)
    paragraph.runs[0].text = text

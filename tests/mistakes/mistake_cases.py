"""Mistakes of a first-time clerk and a first-time designer, each made in a copy of the sample.

Only data and the small hands that make them; ``test_mistakes.py`` runs gen on each and writes
``docs/常见错误.md``.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import openpyxl
import workspaces

UNIT = f"content/{workspaces.SAMPLE_UNIT}"
UNIT_YAML = f"{UNIT}/unit.yaml"
FACTS = f"{UNIT}/2020/facts.yaml"
FIGURES = f"{UNIT}/2020/figures.yaml"
INDICATORS = f"{UNIT}/2020/indicators.yaml"
REPORT = f"{UNIT}/2020/report.md"
PROJECT = f"{UNIT}/2020/projects/专项工作经费.yaml"
LAST_YEAR = f"{UNIT}/2019/figures.yaml"
FORM_SET = "templates/jiujiang.yaml"
WORD = "templates/docx/jiujiang/附件1.docx"
EXCEL = "templates/xlsx/jiujiang/附件1.xlsx"

#: What someone did to the workspace.
Hand = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake.

    ``what``: what the clerk did, in a clerk's words. ``file``: where. ``shown``: what was typed
    there. ``hand`` makes it. ``answers``: every problem gen must report and no other, as code
    and the text that must stand at the reported place (empty where the place is a whole file
    or a place inside a Word or Excel file, then ``place`` says which).
    """

    what: str
    file: str
    shown: str
    hand: Hand
    answers: tuple[tuple[str, str], ...] = ()
    place: str = ""


def typed(file: str, old: str, new: str) -> Hand:
    """``old``, which stands there once, becomes ``new``."""

    def hand(folder: Path) -> None:
        workspaces.change(folder / file, (old, new))

    return hand


def added(file: str, text: str) -> Hand:
    """``text`` at the end of the file."""

    def hand(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8", newline="\n") as handle:
            handle.write(text)

    return hand


def rewritten(file: str, change: Callable[[bytes], bytes]) -> Hand:
    """The bytes of the file changed, made anew when it was not there."""

    def hand(folder: Path) -> None:
        path = folder / file
        path.write_bytes(change(path.read_bytes() if path.is_file() else b""))

    return hand


def removed(file: str) -> Hand:
    """The file deleted."""
    return lambda folder: (folder / file).unlink()


def several(*hands: Hand) -> Hand:
    """One after the other."""

    def hand(folder: Path) -> None:
        for one in hands:
            one(folder)

    return hand


def own_template(file: str) -> Hand:
    """A copy of a shipped template in the workspace, as a designer would begin."""

    def hand(folder: Path) -> None:
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packaged() / file.removeprefix("templates/"), target)

    return hand


def packaged() -> Path:
    """The templates that come with gen."""
    from generator.workspace import packaged_templates

    return packaged_templates()


def word(old: str, new: str, file: str = WORD) -> Hand:
    """A designer replaces the text of a paragraph in a Word template."""

    def hand(folder: Path) -> None:
        own_template(file)(folder)
        document = docx.Document(str(folder / file))
        paragraphs = [
            *document.paragraphs,
            *(p for t in document.tables for r in t.rows for c in r.cells for p in c.paragraphs),
        ]
        found = {id(p._p): p for p in paragraphs if old in p.text}
        assert found, old
        for paragraph in [*found.values()][:1]:
            run = next(run for run in paragraph.runs if old in run.text)
            run.text = run.text.replace(old, new)
        document.save(str(folder / file))

    return hand


def excel(cell: str, text: str, file: str = EXCEL) -> Hand:
    """A designer types ``text`` into a cell of an Excel template."""

    def hand(folder: Path) -> None:
        own_template(file)(folder)
        book = openpyxl.load_workbook(folder / file)
        book.active[cell] = text
        book.save(folder / file)

    return hand


def template_bytes(file: str, data: Callable[[bytes], bytes]) -> Hand:
    """The template's bytes changed."""
    return several(own_template(file), rewritten(file, data))


def member(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one member of a zip."""

    def changed(raw: bytes) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(raw)) as old,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for info in old.infolist():
                data = old.read(info)
                new.writestr(info.filename, change(data) if info.filename == name else data)
        return out.getvalue()

    return changed


def with_dtd(xml: bytes) -> bytes:
    """An XML part that declares an entity reading a file."""
    head, _, rest = xml.partition(b"?>")
    dtd = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    return head + b"?>" + dtd + rest


def bomb(raw: bytes) -> bytes:
    """A zip with 300 MB of zeros in it."""
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.bin", bytes(300 * 1024 * 1024))
    return out.getvalue()


def linked(file: str, target: str) -> Hand:
    """The file replaced by a link that leads elsewhere."""

    def hand(folder: Path) -> None:
        path = folder / file
        outside = folder.parent / target
        shutil.move(path, outside)
        path.symlink_to(os.path.relpath(outside, path.parent))

    return hand


def line_of(text: str, indent: int = 0) -> str:
    """Not used by gen: a line as shown in the table."""
    return " " * indent + text

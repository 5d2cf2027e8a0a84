"""Tracked changes carried out by a reader of their own, and pairs of documents to compare.

Nothing here is taken from gen: what ``accepted`` and ``rejected`` give is what Word's rules say.
"""

from __future__ import annotations

import copy
import io
import zipfile
from random import Random
from typing import Any

from docx import Document
from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/footnotes.xml")


def accepted(raw: bytes) -> list[str]:
    """The lines of every part once all changes are accepted."""
    return _lines(raw, keep="ins", drop="del")


def rejected(raw: bytes) -> list[str]:
    """The lines of every part once all changes are rejected."""
    return _lines(raw, keep="del", drop="ins")


def plain(raw: bytes) -> list[str]:
    """The lines of a file without tracked changes."""
    return _lines(raw, keep="", drop="")


def _lines(raw: bytes, *, keep: str, drop: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = [name for name in _PARTS if name in archive.namelist()]
        roots = {name: etree.fromstring(archive.read(name)) for name in names}
    out: list[str] = []
    main = roots["word/document.xml"]
    for root in roots.values():
        _settle(root, drop)
    used = {one.get(f"{_W}id") for one in main.iter(f"{_W}footnoteReference")}
    for name, root in roots.items():
        for note in list(root) if name.endswith("notes.xml") else ():
            if note.get(f"{_W}id") not in used:
                root.remove(note)
        if name.endswith("notes.xml"):
            order = [one.get(f"{_W}id") for one in main.iter(f"{_W}footnoteReference")]
            root[:] = sorted(root, key=lambda one: order.index(one.get(f"{_W}id")))
        out += [f"{name[5:11]}|{line}" for line in _texts(root)]
    del keep
    return out


def _settle(root: Any, drop: str) -> None:
    if not drop:
        return
    for row in list(root.iter(f"{_W}tr")):
        if row.find(f"{_W}trPr/{_W}{drop}") is not None:
            row.getparent().remove(row)
    for table in list(root.iter(f"{_W}tbl")):
        if table.find(f"{_W}tr") is None:
            table.getparent().remove(table)
    for mark in list(root.iter(f"{_W}{drop}")):
        if mark.getparent().tag not in (f"{_W}rPr", f"{_W}trPr"):
            mark.getparent().remove(mark)
    # A paragraph without its end goes on with the next one.
    for p in list(root.iter(f"{_W}p")):
        if p.find(f"{_W}pPr/{_W}rPr/{_W}{drop}") is None:
            continue
        following = p.getnext()
        assert following is not None, "a paragraph is joined to nothing"
        assert following.tag == f"{_W}p", "a paragraph is joined to a table"
        at = 1 if following.find(f"{_W}pPr") is not None else 0
        for one in reversed([one for one in p if one.tag != f"{_W}pPr"]):
            following.insert(at, one)
        p.getparent().remove(p)


def _texts(root: Any) -> list[str]:
    out = []
    for p in root.iter(f"{_W}p"):
        text = "".join(one.text or "" for one in p.iter(f"{_W}t", f"{_W}delText"))
        row = any(one.tag == f"{_W}tc" for one in p.iterancestors())
        out.append(f"{'格' if row else ''}{text}")
    return out


# Pairs

_WORDS = (
    "安全生产", "隐患整改", "应急物资", "绩效目标", "预算执行", "完成情况", "良好", "按时", "共计", "收入",
    "支出", "项目", "资金", "增长", "下降", "占比", "群众满意度", "及时", "有序", "推进", "落实", "，", "。", "；",
)  # fmt: skip


def phrase(random: Random, count: int) -> str:
    """Words of officials, with numbers among them."""
    out = []
    for _ in range(count):
        number = f"{random.randint(1, 9999)}.{random.randint(0, 99):02}"
        out.append(random.choice(_WORDS) if random.random() < 0.8 else f"{number}万元")
    return "".join(out)


def pair(seed: int) -> tuple[bytes, bytes]:
    """A document, and the same after some edits."""
    random = Random(seed)
    document: Any = Document()
    document.sections[0].header.paragraphs[0].text = phrase(random, 4)
    for number in range(random.randint(2, 9)):
        document.add_paragraph(phrase(random, random.randint(2, 30)))
        if number and random.random() < 0.25:
            _table(document, random)
    if random.random() < 0.5:
        _table(document, random)
        document.add_paragraph(phrase(random, 3))
    old = _saved(document)
    for _ in range(random.randint(1, 6)):
        _edit(document, random)
    return old, _saved(document)


def _saved(document: Any) -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _table(document: Any, random: Random) -> None:
    rows = random.randint(1, 6)
    table = document.add_table(rows, 3)
    for row in table.rows:
        for cell in row.cells:
            cell.text = phrase(random, random.randint(0, 3))


def _edit(document: Any, random: Random) -> None:
    paragraphs, tables = document.paragraphs, document.tables
    kind = random.choice(("word", "word", "add", "drop", "header", "cell", "row", "unrow", "look"))
    if kind == "header":
        document.sections[0].header.paragraphs[0].text = phrase(random, 4)
    elif kind in ("word", "look") and paragraphs:
        one = random.choice(paragraphs)
        at = random.randint(0, len(one.text))
        if kind == "look":
            one.add_run(phrase(random, 2)).bold = True
        else:
            one.text = one.text[:at] + phrase(random, random.randint(0, 3)) + one.text[at + 3 :]
    elif kind == "add" and paragraphs:
        random.choice(paragraphs).insert_paragraph_before(phrase(random, 8))
    elif kind == "drop" and len(paragraphs) > 1:
        p = random.choice(paragraphs[:-1])._p
        after = p.getnext()
        above = p.getprevious()
        if (above is not None and above.tag == f"{_W}p") or after.tag == f"{_W}p":
            p.getparent().remove(p)  # what stands before a table is joined to nothing
    elif tables:
        table = random.choice(tables)
        row = random.choice(table.rows)
        if kind == "cell":
            random.choice(row.cells).text = phrase(random, 2)
        elif kind == "row":
            row._tr.addnext(copy.deepcopy(row._tr))
            random.choice(row.cells).text = phrase(random, 2)
        elif kind == "unrow" and len(table.rows) > 1:
            row._tr.getparent().remove(row._tr)

"""A copy of a workbook in which every changed cell is coloured and a comment says what it was."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from generator.formats import package
from generator.formats.docx.xml import document_bytes, parse
from generator.problems.place import Square
from generator.reading import excel
from generator.reading.edited.excel import Held, cells
from generator.reading.entities import escape
from generator.reading.opc import relations
from generator.reading.package import PackageError, read_members
from generator.records.changes.aligning import paired
from generator.redline.documents import Unfit
from generator.redline.wish import Signed

_S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_STYLES: Final = "xl/styles.xml"
_TYPES: Final = "[Content_Types].xml"
_COLOR: Final = "FFFFE699"
_NEW: Final = "新增"
_PERCENT: Final = frozenset({"9", "10"})
#: What may stand behind ``legacyDrawing`` in a sheet.
_BEHIND: Final = ("legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems",
                  "tableParts", "extLst")  # fmt: skip


def marked(old: bytes, new: bytes, signed: Signed) -> bytes:
    """The workbook ``new`` with what differs from ``old`` marked; raises ``Unfit``.

    A sheet that has comments of its own keeps them; its cells are only coloured.
    """
    try:
        was, now = read_members(old), dict(read_members(new))
        before, after = _sheets(was), _sheets(now)
    except PackageError as error:
        raise Unfit("不是 Excel 文件，或者已经损坏") from error
    styles = _Styles(now[_STYLES])
    for number, (title, (name, held)) in enumerate(after.items(), 1):
        changed = dict(_changed(before[title][1] if title in before else [], held))
        if changed:
            _mark(now, name, changed, styles, signed, number)
    now[_STYLES] = document_bytes(styles.root)
    return package.write(package.static_block(now), ())


def _sheets(members: Mapping[str, bytes]) -> dict[str, tuple[str, list[Held]]]:
    """Title → member and cells of each sheet."""
    shared = excel.strings(members)
    return {
        place.name: (name, list(cells(members[name].decode("utf-8", "replace"), place, shared)))
        for name, place in excel.sheets(members).items() if name in members
    }  # fmt: skip


class _Styles:
    """The looks of cells, with a coloured twin of each that is asked for."""

    def __init__(self, xml: bytes) -> None:
        self.root: Any = parse(xml)
        self._fills: Any = self.root.find(f"{_S}fills")
        self._looks: Any = self.root.find(f"{_S}cellXfs")
        if self._fills is None or self._looks is None:
            raise Unfit("工作簿里没有样式")
        self._fill = -1
        self._twins: dict[int, int] = {}
        codes = self.root.iter(f"{_S}numFmt")
        self._codes = {one.get("numFmtId"): one.get("formatCode", "") for one in codes}

    def colored(self, style: int) -> int:
        """The number of the twin of ``style``."""
        if style not in self._twins:
            if self._fill < 0:
                fill = (f'<fill xmlns="{_MAIN}"><patternFill patternType="solid">'
                        f'<fgColor rgb="{_COLOR}"/></patternFill></fill>')  # fmt: skip
                self._fills.append(parse(fill.encode()))
                self._fill = len(self._fills) - 1
                self._fills.set("count", str(len(self._fills)))
            twin = copy.deepcopy(self._looks[style])
            twin.set("fillId", str(self._fill))
            twin.set("applyFill", "1")
            self._looks.append(twin)
            self._looks.set("count", str(len(self._looks)))
            self._twins[style] = len(self._looks) - 1
        return self._twins[style]

    def percent(self, style: int) -> bool:
        """Whether a cell of ``style`` shows a fraction as a percentage."""
        number = self._looks[style].get("numFmtId", "") if style < len(self._looks) else ""
        return number in _PERCENT or "%" in self._codes.get(number, "")


def _changed(old: Sequence[Held], new: Sequence[Held]) -> Iterator[tuple[str, str]]:
    """Reference → what it was, of each cell that differs; rows go with what they say."""
    was, now = _by_row(old), _by_row(new)
    before, after = list(was.values()), list(now.values())
    gone: list[str] = []
    for a, b in paired(*([_said(row) for row in side] for side in (before, after))):
        if b is None:
            assert a is not None
            gone.append(_said(before[a]))
            continue
        here = after[b]
        there = {one.column: one for one in before[a]} if a is not None else {}
        for one in here:
            other = there.pop(one.column, None)
            reference = Square(one.row, one.column).reference
            lost = f"上面原有一行：{'；上面原有一行：'.join(gone)}" if gone else ""
            gone = []
            if a is None:
                told = _NEW
            elif other is None:
                told = "原来是空的"
            else:
                told = f"原为 {other.text}" if other.text != one.text else ""
            if told or lost:
                yield reference, "；".join(filter(None, (lost, told)))


def _by_row(held: Sequence[Held]) -> dict[int, list[Held]]:
    rows: dict[int, list[Held]] = defaultdict(list)
    for one in held:
        rows[one.row].append(one)
    return rows


def _said(row: Sequence[Held]) -> str:
    return " ".join(one.text for one in row)


def _mark(
    members: dict[str, bytes], name: str, changed: Mapping[str, str], styles: _Styles,
    signed: Signed, number: int,
) -> None:  # fmt: skip
    root: Any = parse(members[name])
    told: dict[str, str] = {}
    for cell in root.iter(f"{_S}c"):
        reference = cell.get("r", "")
        if reference in changed:
            style = int(cell.get("s", "0"))
            told[reference] = _in_percent(changed[reference], styles.percent(style))
            cell.set("s", str(styles.colored(style)))
    if root.find(f"{_S}legacyDrawing") is None:
        _comment(members, name, root, told, signed, number)
    members[name] = document_bytes(root)


def _in_percent(told: str, percent: bool) -> str:
    number = re.fullmatch(r"原为 (-?\d+(?:\.\d+)?)", told)
    if not percent or number is None:
        return told
    from decimal import Decimal

    return f"原为 {(Decimal(number[1]) * 100).normalize():f}%"


def _comment(
    members: dict[str, bytes], name: str, root: Any, told: Mapping[str, str], signed: Signed,
    number: int,
) -> None:  # fmt: skip
    author = escape(signed.author)
    notes = "".join(
        f'<comment ref="{ref}" authorId="0"><text><t xml:space="preserve">{escape(text)}</t></text>'
        "</comment>"
        for ref, text in told.items()
    )
    comments, drawing = f"xl/commentsGen{number}.xml", f"xl/drawings/vmlGen{number}.vml"
    members[comments] = (
        f'<comments xmlns="{_MAIN}"><authors><author>{author}</author></authors>'
        f"<commentList>{notes}</commentList></comments>"
    ).encode()
    members[drawing] = _vml(told).encode()
    _relate(members, name, comments, drawing)
    link = etree.Element(f"{_S}legacyDrawing", {f"{{{_R}}}id": "rIdGenVml"})
    behind = next((one for one in root if etree.QName(one).localname in _BEHIND), None)
    if behind is None:
        root.append(link)
    else:
        behind.addprevious(link)


def _vml(told: Mapping[str, str]) -> str:
    shapes = []
    for number, reference in enumerate(told, 1):
        at = Square.of(reference)
        anchor = f"{at.column},15,{max(at.row - 2, 0)},10,{at.column + 2},15,{at.row + 2},4"
        shapes.append(
            f'<v:shape id="_x0000_s{1024 + number}" type="#_x0000_t202" fillcolor="#ffffe1" '
            'style="position:absolute;visibility:hidden" o:insetmode="auto">'
            '<v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
            '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
            f"<x:Row>{at.row - 1}</x:Row><x:Column>{at.column - 1}</x:Column>"
            "</x:ClientData></v:shape>"
        )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:'
        'office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" '
        'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
        f"{''.join(shapes)}</xml>"
    )


def _relate(members: dict[str, bytes], name: str, comments: str, drawing: str) -> None:
    folder, _, last = name.rpartition("/")
    rels = f"{folder}/_rels/{last}.rels"
    links = "".join(
        f'<Relationship Id="{one}" Type="{_R}/{kind}" Target="/{target}"/>'
        for one, kind, target in (
            ("rIdGenVml", "vmlDrawing", drawing), ("rIdGenNotes", "comments", comments),
        )
    )  # fmt: skip
    if rels in members:
        relations(members, name)  # raises for what is none
        text = members[rels].decode()
        members[rels] = text.replace("</Relationships>", f"{links}</Relationships>").encode()
    else:
        members[rels] = (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'.encode()
        )
    types = members[_TYPES].decode()
    entry = (f'<Override PartName="/{comments}" ContentType="application/vnd.openxmlformats-'
             'officedocument.spreadsheetml.comments+xml"/>')  # fmt: skip
    if 'Extension="vml"' not in types:
        entry += ('<Default Extension="vml" ContentType="application/vnd.openxmlformats-'
                  'officedocument.vmlDrawing"/>')  # fmt: skip
    members[_TYPES] = types.replace("</Types>", f"{entry}</Types>").encode()

"""Excel: sheets, rows and cells in their order, numbers that are numbers and lead somewhere.

The rules are those whose breach Excel answers with "we found a problem with some content"
(ECMA-376 part 1, §18); what it mends without a word is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.formats.soundness.areas import (
    LAST_ROW,
    Area,
    area_of,
    cell_of,
    overlap,
    written,
)
from generator.formats.soundness.flaw import Flaw
from generator.problems.place import Place, Square
from generator.reading import excel, opc
from generator.reading.xml import walk

_SPACES: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
#: Children of a worksheet in the order of the schema (CT_Worksheet).
_ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_RANKS: Final = {name: rank for rank, name in enumerate(_ORDER)}
_REPEATED: Final = frozenset({"cols", "conditionalFormatting"})
_INTEGER: Final = re.compile(r"[0-9]{1,10}")
_SIGNED: Final = re.compile(r"-?[0-9]{1,10}")
_NUMBER: Final = re.compile(r"[-+]?[0-9]{0,20}(?:\.[0-9]{0,40})?(?:[eE][-+]?[0-9]{1,4})?")
#: Attributes that are numbers wherever they stand in spreadsheetml.
_INTEGERS: Final = frozenset({
    "s", "min", "max", "count", "uniqueCount", "numFmtId", "fontId", "fillId", "borderId", "xfId",
    "localSheetId", "sheetId", "workbookViewId", "si", "dxfId", "outlineLevel", "activeTab",
    "firstSheet", "manualBreakCount", "outlineLevelRow", "outlineLevelCol", "cm", "vm",
})  # fmt: skip
_NUMBERS: Final = frozenset(
    {"ht", "width", "defaultRowHeight", "defaultColWidth", "xSplit", "ySplit"}
)
_AREAS: Final = {
    "mergeCell": "ref", "dimension": "ref", "autoFilter": "ref", "table": "ref", "hyperlink": "ref",
    "sortState": "ref", "sortCondition": "ref", "conditionalFormatting": "sqref",
    "dataValidation": "sqref", "pane": "topLeftCell", "ignoredError": "sqref",
    "protectedRange": "sqref",
}  # fmt: skip
_TYPES: Final = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})
#: Names of Excel's own for areas of a sheet, and what else they may say: a name.
_PRINTED: Final = {"_xlnm.print_area": "打印区域", "_xlnm.print_titles": "打印标题"}
_NAME: Final = re.compile(r"[^\W\d][\w.]{0,254}")
_BAD_TITLE: Final = re.compile(r"[\[\]:*?/\\]")
#: What holds characters only.
_TEXTS: Final = frozenset({"t", "v", "f"})
_SHORT: Final = 20
_MOST_CELLS: Final = 100_000
#: Excel's own limit.
_MOST_OF_A_FORMAT: Final = 255


def flaws(members: Mapping[str, bytes]) -> list[Flaw]:
    """What Excel would call damaged in the parts of a workbook."""
    main = next(link.target for link in opc.relations(members, "") if link.kind == "officedocument")
    book = _Book(main)
    walk(members[main], (book,))
    links = {link.number: link for link in opc.relations(members, main)}
    found = [*book.flaws, *book.checked(links)]
    if found:
        return found
    places = excel.sheets(members)
    looks, strings = _Looks(""), _Strings("")
    for link in links.values():
        if link.kind == "styles":
            looks = _Looks(link.target)
            walk(members[link.target], (looks,))
        elif link.kind == "sharedstrings":
            strings = _Strings(link.target)
            walk(members[link.target], (strings,))
    found += (*looks.flaws, *looks.checked(), *strings.flaws)
    tables: list[_Table] = []
    for name, place in places.items():
        sheet = _Sheet(name, place)
        walk(members[name], (sheet,))
        found += (*sheet.flaws, *sheet.checked(looks, strings.count))
        related = opc.relations(members, name)
        own = [_table(members, link.target) for link in related if link.kind == "table"]
        found += (flaw for table in own for flaw in table.checked())
        found += _crossing(name, place, [table.area for table in own if table.area])
        tables += own
    return found + list(_alike(tables, book))


class _Part:
    """A visitor of one part that notes numbers which are none."""

    def __init__(self, member: str, place: Place | None = None) -> None:
        self.flaws: list[Flaw] = []
        self.member = member
        self.place = place
        self.root = ""
        self.open: list[str] = []

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        self.root = self.root or name
        ours = space in _SPACES
        if self.open and self.open[-1] in _TEXTS:
            self.flaw("文字里夹着别的东西")
        if ours:
            self._numbers(name, attributes)
            self.began(name, attributes)
        self.open.append(name if ours else "")

    def end(self, space: str, name: str) -> None:
        del space, name
        self.open.pop()

    def text(self, text: str) -> None:
        pass

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element of spreadsheetml begins."""

    @property
    def where(self) -> Place | None:
        """Where the walk is."""
        return self.place

    def flaw(self, reason: str) -> None:
        """Note what is wrong here."""
        self.flaws.append(Flaw(self.member, reason, self.where))

    def _numbers(self, name: str, attributes: Mapping[str, str]) -> None:
        for key, value in attributes.items():
            if key in _INTEGERS:
                fits = _INTEGER.fullmatch(value)
            elif key in _NUMBERS:
                fits = _NUMBER.fullmatch(value) if any(map(str.isdigit, value)) else None
            else:
                continue
            if fits is None:
                self.flaw(f"{name} 的 {key} 不是数：“{value[:_SHORT]}”")
        key = _AREAS.get(name, "")
        for area in attributes.get(key, "").split() if key else ():
            if area_of(area) is None:
                self.flaw(f"{name} 的区域不对：“{area[:_SHORT]}”")


class _Book(_Part):
    """The workbook: its sheets and names."""

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.sheets: list[tuple[str, str, str, str]] = []
        self.names: list[tuple[str, str]] = []
        self._says = ""

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet" and self.open[-1:] == ["sheets"]:
            number = next(filter(None, (attributes.get(f"{s} id") for s in opc.LINKING)), "")
            self.sheets.append((
                attributes.get("name", ""), attributes.get("sheetId", ""), number,
                attributes.get("state", "visible"),
            ))  # fmt: skip
        elif name == "definedName":
            self.names.append((attributes.get("name", ""), attributes.get("localSheetId", "")))
            self._says = ""

    def text(self, text: str) -> None:
        if self.open and self.open[-1] == "definedName":
            self._says += text

    def end(self, space: str, name: str) -> None:
        if self.open[-1] == "definedName" and self.names[-1][0].casefold() in _PRINTED:
            parts = self._says.strip().removeprefix("=")
            if not ("!" in parts or "(" in parts or _NAME.fullmatch(parts)):
                self.flaw(f"打印区域或打印标题没有写清楚：“{parts[:_SHORT]}”")
        super().end(space, name)

    def checked(self, links: Mapping[str, opc.Relation]) -> Iterator[Flaw]:
        """What is wrong with sheets and names as a whole."""
        if self.root != "workbook":
            yield Flaw(self.member, "里面不是工作簿")
            return
        titles = [title for title, *_ in self.sheets]
        for title, number, relation, _ in self.sheets:
            if (
                not title
                or len(title) > 31
                or _BAD_TITLE.search(title)
                or title.strip("'") != title
            ):
                yield Flaw(self.member, f"工作表的名称“{title[:_SHORT]}”不对")
            if not number:
                yield Flaw(self.member, f"工作表“{title[:_SHORT]}”没有编号")
            if relation not in links or not links[relation].kind.endswith("sheet"):
                yield Flaw(self.member, f"工作表“{title[:_SHORT]}”没有写明是哪一部分")
        yield from self._twice("工作表的名称", map(str.casefold, titles))
        yield from self._twice("工作表的编号", (number for _, number, _, _ in self.sheets))
        yield from self._twice("工作表的部件", (relation for _, _, relation, _ in self.sheets))
        if all(state != "visible" for *_, state in self.sheets):
            yield Flaw(self.member, "没有看得见的工作表")
        yield from self._wrong_names()

    def _wrong_names(self) -> Iterator[Flaw]:
        seen: set[tuple[str, str]] = set()
        for name, local in self.names:
            place = None
            called = _PRINTED.get(name.casefold(), f"名称“{name[:_SHORT]}”")
            if local and not (_INTEGER.fullmatch(local) and int(local) < len(self.sheets)):
                yield Flaw(self.member, f"{called}属于没有的工作表")
            elif local:
                place = Place("sheet", int(local) + 1, self.sheets[int(local)][0])
            if (name.casefold(), local) in seen:
                yield Flaw(self.member, f"{called}用了两次", place)
            seen.add((name.casefold(), local))

    def _twice(self, what: str, values: Iterable[str]) -> Iterator[Flaw]:
        seen: set[str] = set()
        for value in values:
            if value in seen:
                yield Flaw(self.member, f"{what}“{value[:_SHORT]}”用了两次")
            seen.add(value)


class _Looks(_Part):
    """The styles: how many of each there are, and which are named."""

    _HELD: Final = {
        "fonts": "font", "fills": "fill", "borders": "border", "cellStyleXfs": "xf",
        "cellXfs": "xf", "dxfs": "dxf",
    }  # fmt: skip
    _NAMED: Final = {
        "fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs",
    }  # fmt: skip

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.counts = dict.fromkeys(self._HELD, 0)
        self._named: list[tuple[str, int]] = []

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        holder = self.open[-1] if self.open else ""
        if self._HELD.get(holder) == name:
            self.counts[holder] += 1
        if name == "numFmt" and len(attributes.get("formatCode", "")) > _MOST_OF_A_FORMAT:
            self.flaw("有一个数字格式太长")
        elif name == "xf":
            for key, kind in self._NAMED.items():
                if _INTEGER.fullmatch(attributes.get(key, "")):
                    self._named.append((kind, int(attributes[key])))

    def checked(self) -> Iterator[Flaw]:
        """Formats that name fonts, fills or borders which are not there."""
        if self.member and self.root != "styleSheet":
            yield Flaw(self.member, "里面不是样式")
        for kind, number in dict.fromkeys(self._named):
            if number >= max(self.counts[kind], kind == "cellStyleXfs"):
                yield Flaw(self.member, f"用到了没有的 {kind} {number}")


class _Strings(_Part):
    """The shared strings."""

    count = 0

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        self.count += name == "si"


@dataclass(slots=True)
class _Used:
    """What the cells of a sheet name, with the first cell that does."""

    formats: dict[int, Place] = field(default_factory=dict)
    strings: dict[int, Place] = field(default_factory=dict)
    masters: set[str] = field(default_factory=set)


class _Sheet(_Part):
    """A worksheet."""

    def __init__(self, member: str, place: Place) -> None:
        super().__init__(member, place)
        self.merged: list[Area] = []
        self._covered = 0
        self._used = _Used()
        self._row = self._column = 0
        self._at: Place | None = None
        self._rank = -1
        self._seen: set[str] = set()
        self._type = self._value = ""
        self._data = 0
        self._format_ids: list[int] = []
        #: Controls by their numbers: the relations that lead to their parts.
        self._controls: dict[str, str] = {}

    @property
    def where(self) -> Place | None:
        return self._at or self.place

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self.open) == 1:
            self._child(name)
        match name:
            case "row":
                self._new_row(attributes)
            case "c":
                self._cell(attributes)
            case "f" if attributes.get("t") == "shared" and "ref" in attributes:
                self._master(attributes.get("si", ""), attributes["ref"])
            case "is" if self._type != "inlineStr":
                self.flaw("单元格里的文字和它的类型不符")
            case "mergeCell":
                self._merge(area_of(attributes.get("ref", "")))
            case "hyperlink" if _large(area_of(attributes.get("ref", "A1"))):
                self.flaw(f"链接的区域大得不正常：{attributes['ref'][:_SHORT]}")
            case "brk" if not _INTEGER.fullmatch(attributes.get("id", "0")):
                self.flaw(f"分页的位置不是数：“{attributes['id'][:_SHORT]}”")
            case "cfRule" | "control":
                self._numbered(name, attributes)

    def _numbered(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "cfRule":
            if _INTEGER.fullmatch(attributes.get("dxfId", "")):
                self._format_ids.append(int(attributes["dxfId"]))
            return
        number = attributes.get("shapeId", "")
        leads = next((attributes[key] for s in opc.LINKING if (key := f"{s} id") in attributes), "")
        if not _INTEGER.fullmatch(number) or self._controls.setdefault(number, leads) != leads:
            self.flaw(f"控件的编号不对，或者用了两次：“{number[:_SHORT]}”")

    def _master(self, number: str, ref: str) -> None:
        if number in self._used.masters:
            self.flaw(f"共用的公式“{number[:_SHORT]}”写了两遍")
        self._used.masters.add(number)
        if area_of(ref) is None:
            self.flaw(f"公式的区域不对：“{ref[:_SHORT]}”")

    def _merge(self, area: Area | None) -> None:
        if area is None:
            self.flaw("合并区域没有写清楚")
            return
        before, self._covered = self._covered, self._covered + _size(area)
        if self._covered <= _MOST_CELLS:
            self.merged.append(area)
        elif before <= _MOST_CELLS:
            self.flaw(f"合并区域大得不正常：{written(area)}")

    def end(self, space: str, name: str) -> None:
        if self.open[-1] == "v":
            self._judge_value()
        elif self.open[-1] == "c":
            self._at = None
        super().end(space, name)

    def text(self, text: str) -> None:
        if self.open and self.open[-1] == "v":
            self._value += text

    def _child(self, name: str) -> None:
        rank = _RANKS.get(name)
        if rank is None:
            self.flaw(f"有不认识的部分 {name[:_SHORT]}")
            return
        if rank < self._rank or (name in self._seen and name not in _REPEATED):
            self.flaw(f"{name} 的位置不对")
        self._rank = max(rank, self._rank)
        self._seen.add(name)

    def _new_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", str(self._row + 1))
        self._column, self._at = 0, None
        if not _INTEGER.fullmatch(number) or not 1 <= int(number) <= LAST_ROW:
            self.flaw(f"行号不对：“{number[:_SHORT]}”")
        elif int(number) <= self._row:
            self.flaw(f"第{number}行的次序不对")
        else:
            self._row = int(number)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        self._type, self._value = attributes.get("t", "n"), ""
        reference = attributes.get("r", "")
        cell = cell_of(reference) if reference else (self._row, self._column + 1)
        self._at = None
        if cell is None or "$" in reference:
            self.flaw(f"单元格的位置不对：“{reference[:_SHORT]}”")
            return
        if self.place is not None:
            self._at = self.place.down(Square(*cell))
        if cell[0] != self._row or cell[1] <= self._column:
            self.flaw("单元格的次序不对")
        self._column = max(cell[1], self._column)
        if self._type not in _TYPES:
            self.flaw(f"单元格的类型不对：“{self._type[:_SHORT]}”")
        if self._at is not None and _INTEGER.fullmatch(attributes.get("s", "")):
            self._used.formats.setdefault(int(attributes["s"]), self._at)

    def _judge_value(self) -> None:
        value, self._value = self._value.strip(), ""
        if self._type == "s":
            if not _INTEGER.fullmatch(value):
                self.flaw(f"共用文字的编号不对：“{value[:_SHORT]}”")
            elif self._at is not None:
                self._used.strings.setdefault(int(value), self._at)
        elif self._type == "n" and value:
            plain = _NUMBER.fullmatch(value) and any("0" <= char <= "9" for char in value)
            if not plain:
                self.flaw(f"单元格里的数不对：“{value[:_SHORT]}”")

    def checked(self, looks: _Looks, strings: int) -> Iterator[Flaw]:
        """What can be told when all of the sheet and all that it names is known."""
        if self.root not in ("worksheet", "chartsheet"):
            yield Flaw(self.member, "里面不是工作表")
        elif self.root == "worksheet" and "sheetData" not in self._seen:
            yield Flaw(self.member, "没有单元格的部分", self.place)
        if looks.member:
            for number, place in self._used.formats.items():
                if number >= looks.counts["cellXfs"]:
                    yield Flaw(self.member, f"用到了没有的格式 {number}", place)
            for number in self._format_ids:
                if number >= looks.counts["dxfs"]:
                    yield Flaw(self.member, f"条件格式用到了没有的格式 {number}", self.place)
        for number, place in self._used.strings.items():
            if number >= strings:
                yield Flaw(self.member, f"用到了没有的共用文字 {number}", place)
        yield from _crossing(self.member, self.place, self.merged)


def _large(area: Area | None) -> bool:
    """Whether readers that look at each cell of ``area`` would not come to an end."""
    return area is not None and _size(area) > _MOST_CELLS


def _size(area: Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


class _Table(_Part):
    """A table (ListObject)."""

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.number = self.name = ""
        self.area: Area | None = None
        self._columns: list[str] = []
        self._headers = self._totals = 0

    def began(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table" and len(self.open) == 0:
            self.number = attributes.get("id", "")
            self.name = attributes.get("displayName", "")
            self.area = area_of(attributes.get("ref", ""))
            self._headers = attributes.get("headerRowCount", "1") != "0"
            self._totals = attributes.get("totalsRowCount", "0") != "0"
        elif name == "tableColumn":
            self._columns.append(attributes.get("name", "").casefold())

    def checked(self) -> Iterator[Flaw]:
        """What is wrong with it."""
        yield from self.flaws
        if self.area is None or not self.name or not _INTEGER.fullmatch(self.number):
            yield Flaw(self.member, "表格没有名称、编号或区域")
            return
        top, left, bottom, right = self.area
        if len(self._columns) != right - left + 1:
            yield Flaw(self.member, f"表格“{self.name}”的列数和区域不一致")
        if len(set(self._columns)) != len(self._columns):
            yield Flaw(self.member, f"表格“{self.name}”有两列同名")
        if bottom - top < self._headers + self._totals:
            yield Flaw(self.member, f"表格“{self.name}”没有数据行")


def _table(members: Mapping[str, bytes], name: str) -> _Table:
    table = _Table(name)
    walk(members[name], (table,))
    return table


def _alike(tables: Sequence[_Table], book: _Book) -> Iterator[Flaw]:
    names = {name.casefold() for name, local in book.names if not local}
    numbers: set[str] = set()
    for table in tables:
        if table.name.casefold() in names:
            yield Flaw(table.member, f"表格的名称“{table.name[:_SHORT]}”用了两次")
        if table.number in numbers:
            yield Flaw(table.member, f"表格的编号“{table.number[:_SHORT]}”用了两次")
        names.add(table.name.casefold())
        numbers.add(table.number)


def _crossing(member: str, place: Place | None, areas: Sequence[Area]) -> Iterator[Flaw]:
    """Two areas with a cell in common; Excel merges and lists each cell once."""
    if (both := overlap(areas)) is not None:
        yield Flaw(member, f"合并区域或表格重叠：{written(both[0])} 和 {written(both[1])}", place)

"""Edits of the shipped Excel forms, told by what stands in them: the loop, its head, its total.

One edit fits every form: places are found by the tags, and what must be otherwise is told of the
rows that the plain form shows.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.images import png
from kit.suite import calc
from kit.suite.calc import Seen


def seen(document: Any) -> Seen:
    """What a workbook shows, and the texts of all cells of the first sheet, as they are printed."""
    page = document.Sheets.getByIndex(0)
    end = calc.used(page).RangeAddress
    rows = range(min(end.EndRow, 80) + 1)
    texts = [
        [page.getCellByPosition(n, row).String for n in range(end.EndColumn + 1)] for row in rows
    ]
    return {**calc.seen(document), "texts": texts}


_Rows = list[list[Any]]
_END = "{%tr endfor %}"


@dataclass(frozen=True)
class Form:
    """Where things stand in a form: columns and rows from 0."""

    page: Any
    head: int
    loop: int
    end: int
    last: int
    columns: int
    score: int

    @property
    def data(self) -> int:
        """The row of tags."""
        return self.loop + 1

    @property
    def total(self) -> int:
        """The row below the loop."""
        return self.end + 1


def form(document: Any) -> Form:
    """The form on the first sheet."""
    page = document.Sheets.getByIndex(0)
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    first = [page.getCellByPosition(0, row).String for row in range(end.EndRow + 1)]
    loop = next(row for row, text in enumerate(first) if text.startswith("{%tr for"))
    data = [page.getCellByPosition(n, loop + 1).String for n in range(end.EndColumn + 1)]
    score = next(n for n, text in enumerate(data) if "得分" in text or "总分" in text)
    return Form(page, loop - 1, loop, first.index(_END), end.EndRow, end.EndColumn, score)


@dataclass(frozen=True)
class Edit:
    """What is done to a form, and how its rows then are (of those without it).

    ``rows`` None: any, as long as every formula is what the suite computes. ``facets`` of what the
    suite shows are not as they were either. ``codes``: one of them refuses it, now or when it is filled.
    """

    change: Callable[[Form, Any], object]
    rows: Callable[[_Rows, Marks], _Rows] | None = lambda rows, _: rows
    facets: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    #: How the scores of the rows and the total are printed, if otherwise.
    printed: tuple[str, str] = ("", "")

    def apply(self, document: Any) -> None:
        """Do it."""
        self.change(form(document), document)


@dataclass(frozen=True)
class Marks:
    """Which of the finished rows are those of the loop; the total is behind them."""

    first: int
    behind: int


def _insert(where: Callable[[Form], int], count: int = 1) -> Callable[[Form, Any], object]:
    return lambda f, _: f.page.Rows.insertByIndex(where(f), count)


def _remove(where: Callable[[Form], int]) -> Callable[[Form, Any], object]:
    return lambda f, _: f.page.Rows.removeByIndex(where(f), 1)


def _without(index: int) -> Callable[[_Rows, Marks], _Rows]:
    return lambda rows, _: [row for row in rows if row is not rows[index]]


def _cell(column: Callable[[Form], int], row: Callable[[Form], int]) -> Callable[[Form], Any]:
    return lambda f: f.page.getCellByPosition(column(f), row(f))


def _set(cell: Callable[[Form], Any], **properties: object) -> Callable[[Form, Any], object]:
    def change(f: Form, _: Any) -> None:
        for name, value in properties.items():
            setattr(cell(f), name, value)

    return change


def _row(where: Callable[[Form], int], **properties: object) -> Callable[[Form, Any], object]:
    return _set(lambda f: f.page.Rows.getByIndex(where(f)), **properties)


def _column(where: Callable[[Form], int], **properties: object) -> Callable[[Form, Any], object]:
    return _set(lambda f: f.page.Columns.getByIndex(where(f)), **properties)


def _type(
    cell: Callable[[Form], Any], text: Callable[[Form], str]
) -> Callable[[Form, Any], object]:
    return lambda f, _: cell(f).setFormula(text(f))


def _range(f: Form, row: int, last: int = -1, left: int = 0, right: int = -1) -> Any:
    end = f.columns if right < 0 else right
    return f.page.getCellRangeByPosition(left, row, end, row if last < 0 else last)


def _moved(f: Form, _: Any) -> None:
    """The last row, three rows down."""
    to = f.page.getCellByPosition(0, f.last + 3).CellAddress
    f.page.moveRange(to, _range(f, f.last).RangeAddress)


def _copied(
    where: Callable[[Form], int], to: Callable[[Form], int]
) -> Callable[[Form, Any], object]:
    return lambda f, _: f.page.copyRange(
        f.page.getCellByPosition(0, to(f)).CellAddress, _range(f, where(f)).RangeAddress
    )


def _twice_in_loop(f: Form, document: Any) -> None:
    f.page.Rows.insertByIndex(f.end, 1)
    _copied(lambda g: g.data, lambda g: g.end)(f, document)


def _note(cell: Callable[[Form], Any], text: str) -> Callable[[Form, Any], object]:
    return lambda f, _: f.page.Annotations.insertNew(cell(f).CellAddress, text)


def _shape(cell: Callable[[Form], Any], kind: str) -> Callable[[Form, Any], object]:
    def change(f: Form, document: Any) -> None:
        from com.sun.star.awt import Size  # type: ignore[import-not-found]

        one = document.createInstance(f"com.sun.star.drawing.{kind}")
        one.setSize(Size(1500, 700))
        f.page.DrawPage.add(one)
        if kind == "GraphicObjectShape":
            one.GraphicURL = _picture()
        one.setPosition(cell(f).Position)
        one.Anchor = cell(f)

    return change


def _picture() -> str:
    """Where a small picture lies."""
    path = Path(tempfile.mkdtemp()) / "章.png"
    path.write_bytes(png())
    return path.as_uri()


def _rule(kind: str, cell: Callable[[Form], Any]) -> Callable[[Form, Any], object]:
    def change(f: Form, document: Any) -> None:
        where = cell(f).AbsoluteName.rpartition(".")[2].replace("$", "")
        if kind == "validation":
            calc.validation_of(cell(f), "DECIMAL", "0", "GREATER_EQUAL")
        else:
            calc.condition_of(cell(f), f"{where}>3")

    return change


def _name(name: str, cell: Callable[[Form], Any]) -> Callable[[Form, Any], object]:
    return lambda f, d: d.NamedRanges.addNewByName(
        name, cell(f).AbsoluteName, f.page.getCellByPosition(0, 0).CellAddress, 0
    )


def _page_style(**properties: object) -> Callable[[Form, Any], object]:
    def change(f: Form, document: Any) -> None:
        style = document.StyleFamilies.getByName("PageStyles").getByName(f.page.PageStyle)
        for name, value in properties.items():
            setattr(style, name, value)

    return change


def _around(text: str, *, below: bool = False) -> Callable[[Form, Any], object]:
    def change(f: Form, document: Any) -> None:
        style = document.StyleFamilies.getByName("PageStyles").getByName(f.page.PageStyle)
        kind = "RightPageFooterContent" if below else "RightPageHeaderContent"
        setattr(style, "FooterIsOn" if below else "HeaderIsOn", True)
        content = getattr(style, kind)
        content.LeftText.String = text
        setattr(style, kind, content)

    return change


def _sheet_copied(f: Form, document: Any) -> None:
    document.Sheets.copyByName(f.page.Name, "副本", 1)


def _sheet_added(f: Form, document: Any) -> None:
    document.Sheets.insertNewByName("另表", 1)
    cell = f.page.getCellByPosition(f.score, f.total)
    document.Sheets.getByName("另表").getCellByPosition(0, 0).setFormula(f"={cell.AbsoluteName}")


def _bold_half(f: Form, _: Any) -> None:
    cursor = f.page.getCellByPosition(f.score, f.data).createTextCursor()
    cursor.gotoStart(False)
    cursor.goRight(4, True)
    cursor.CharWeight = 150.0


def _sorted(f: Form, _: Any) -> None:
    """The notes below, the last on top."""
    texts = [f.page.getCellByPosition(0, row).String for row in (f.last - 1, f.last)]
    for row, text in zip((f.last, f.last - 1), texts, strict=True):
        f.page.getCellByPosition(0, row).String = text


def _frozen(f: Form, document: Any) -> None:
    document.CurrentController.setActiveSheet(f.page)
    document.CurrentController.freezeAtPosition(1, f.loop)


def _filtered(last: Callable[[Form], int]) -> Callable[[Form, Any], object]:
    """The filter of the head over the rows down to ``last``."""

    def change(f: Form, document: Any) -> None:
        document.DatabaseRanges.addNewByName("筛选", _range(f, f.head, last(f)).RangeAddress)
        document.DatabaseRanges.getByName("筛选").AutoFilter = True

    return change


def _grouped(
    first: Callable[[Form], int], last: Callable[[Form], int], by: str = "ROWS"
) -> Callable[[Form, Any], object]:
    def change(f: Form, document: Any) -> None:
        import uno  # type: ignore[import-not-found]

        area = f.page.getCellRangeByPosition(0, first(f), 0, last(f)).RangeAddress
        f.page.group(area, uno.Enum("com.sun.star.table.TableOrientation", by))

    return change


def _summed_name(
    first: Callable[[Form], int], last: Callable[[Form], int]
) -> Callable[[Form, Any], object]:
    """A name over the scores of some rows, and their sum below the form."""

    def change(f: Form, document: Any) -> None:
        _name("各分", lambda g: _range(g, first(g), last(g), g.score, g.score))(f, document)
        _free(lambda g: g.last + 1)(f).setFormula("=SUM(各分)")

    return change


def _listed(source: str) -> Callable[[Form, Any], object]:
    """A list to choose from beside each row, on another sheet."""

    def change(f: Form, document: Any) -> None:
        document.Sheets.insertNewByName(source, 1)
        options = document.Sheets.getByName(source)
        for row, text in enumerate(("好", "中", "差")):
            options.getCellByPosition(0, row).String = text
        cell = _free(lambda g: g.data)(f)
        calc.validation_of(cell, "LIST", f"${source}.$A$1:$A$3")
        cell.String = "好"

    return change


def _against_total(f: Form, _: Any) -> None:
    total = _SUM(f).AbsoluteName.rpartition(".")[2]
    calc.condition_of(_SCORE(f), f"{_own(f)}>{total}/10")
    calc.condition_of(_cell(lambda g: g.columns, lambda g: g.total)(f), f"MAX({_own(f)})>1")


def _put_before(f: Form, document: Any) -> None:
    """A sheet before the form that sums its scores."""
    scores = _SCORE(f).AbsoluteName
    document.Sheets.insertNewByName("前表", 0)
    document.Sheets.getByName("前表").getCellByPosition(0, 0).setFormula(f"=SUM({scores})")


def _put_hidden(f: Form, document: Any) -> None:
    _sheet_added(f, document)
    document.Sheets.getByName("另表").IsVisible = False


def _renamed(f: Form, document: Any) -> None:
    _sheet_added(f, document)
    f.page.Name = "自评'表 1"


def _block_copied(f: Form, _: Any) -> None:
    """The loop once more, below everything."""
    to = f.page.getCellByPosition(0, f.last + 3).CellAddress
    f.page.copyRange(to, _range(f, f.loop, f.end).RangeAddress)


def _moved_column(f: Form, _: Any) -> None:
    to = f.page.getCellByPosition(f.columns + 2, f.head).CellAddress
    f.page.moveRange(to, _range(f, f.head, f.total, f.score, f.score).RangeAddress)


def _format(cell: Callable[[Form], Any], code: str) -> Callable[[Form, Any], object]:
    return lambda f, d: calc.format_of(d, cell(f), code)


def _array(f: Form, _: Any) -> None:
    at = f.columns + 1
    _range(f, f.total, -1, at, at).setArrayFormula(f"=SUM({_own(f)}*2)")


def _constant(f: Form, document: Any) -> None:
    origin = f.page.getCellByPosition(0, 0).CellAddress
    document.NamedRanges.addNewByName("倍数", "2", origin, 0)
    _free(lambda g: g.data)(f).setFormula(f"={_own(f)}*倍数")


def _areas(f: Form, _: Any) -> None:
    areas = [_range(f, 0, f.head), _range(f, f.loop, f.total)]
    f.page.setPrintAreas(tuple(area.RangeAddress for area in areas))


def _hide_loop(f: Form, _: Any) -> None:
    for row in (f.loop, f.data, f.end):
        f.page.Rows.getByIndex(row).IsVisible = False


def _own(f: Form) -> str:
    """The score of the row of tags, as a formula says it."""
    return (
        f.page.getCellByPosition(f.score, f.data).AbsoluteName.rpartition(".")[2].replace("$", "")
    )


def _free(row: Callable[[Form], int]) -> Callable[[Form], Any]:
    """The first cell to the right of the form."""
    return _cell(lambda f: f.columns + 1, row)


def _beside(value: Callable[[list[Any]], object]) -> Callable[[_Rows, Marks], _Rows]:
    return lambda rows, m: [
        [*row, value(row)] if m.first <= n < m.behind else row for n, row in enumerate(rows)
    ]


def _twice(row: list[Any]) -> object:
    """Twice the score: the last number of a row of a form."""
    return 2 * [one for one in row if isinstance(one, float)][-1]


_SCORE = _cell(lambda f: f.score, lambda f: f.data)
_SUM = _cell(lambda f: f.score, lambda f: f.total)
_LABEL = _cell(lambda f: 0, lambda f: f.total)
_HEAD = _cell(lambda f: 0, lambda f: f.head)
_LAST = _cell(lambda f: 0, lambda f: f.last)


#: What an edit may change besides the rows, if it says so.
_FACETS = (
    "notes", "validated", "conditional", "printed", "breaks", "hidden", "merged", "shapes", "charts",
    "links", "names",
)  # fmt: skip
#: Formulas in tags do not follow what is put in or taken away: refused, or told when filled.
_SHIFTED = ("T265", "T266", "T267", "T268", "T273", "T281")

EDITS: dict[str, Edit] = {
    "无": Edit(lambda f, d: None),
    "最上面插一行": Edit(_insert(lambda f: 0), codes=_SHIFTED),
    "表头上插三行": Edit(_insert(lambda f: f.head, 3), codes=_SHIFTED),
    "表头下插一行": Edit(_insert(lambda f: f.loop), codes=_SHIFTED),
    "循环里上面插一行": Edit(_insert(lambda f: f.data), None, ("merged",), _SHIFTED),
    "循环里下面插一行": Edit(_insert(lambda f: f.end), None, ("merged",), _SHIFTED),
    "循环后插一行": Edit(_insert(lambda f: f.total), codes=_SHIFTED),
    "合计后插两行": Edit(_insert(lambda f: f.total + 1, 2), codes=_SHIFTED),
    "最下面插一行": Edit(_insert(lambda f: f.last), codes=_SHIFTED),
    "最左插一列": Edit(lambda f, d: f.page.Columns.insertByIndex(0, 1), codes=_SHIFTED),
    "得分前插一列": Edit(lambda f, d: f.page.Columns.insertByIndex(f.score, 1), codes=_SHIFTED),
    "最右插一列": Edit(lambda f, d: f.page.Columns.insertByIndex(f.columns + 1, 1)),
    "删标题行": Edit(_remove(lambda f: 1), _without(1), ("merged",), _SHIFTED),
    "删最后一行": Edit(_remove(lambda f: f.last), _without(-1), ("merged",)),
    "删数据行": Edit(_remove(lambda f: f.data), codes=_SHIFTED),
    "删循环头": Edit(_remove(lambda f: f.loop), codes=("T112",)),
    "删循环尾": Edit(_remove(lambda f: f.end), codes=("T111",)),
    "删合计行": Edit(
        _remove(lambda f: f.total), lambda rows, m: [*rows[: m.behind], *rows[m.behind + 1 :]],
        ("merged",), _SHIFTED,
    ),
    "改工作表名": Edit(lambda f, d: setattr(f.page, "Name", "自评 表（一）")),
    "复制工作表": Edit(_sheet_copied),
    "加工作表取合计": Edit(_sheet_added),
    "隐藏最右一列": Edit(_column(lambda f: f.columns, IsVisible=False), facets=("hidden",)),
    "隐藏数据行": Edit(_row(lambda f: f.data, IsVisible=False), facets=("hidden",)),
    "隐藏循环头": Edit(_row(lambda f: f.loop, IsVisible=False)),
    "隐藏合计行": Edit(_row(lambda f: f.total, IsVisible=False), facets=("hidden",)),
    "行高": Edit(_row(lambda f: f.data, Height=2000)),
    "列宽": Edit(_column(lambda f: f.score, Width=4000)),
    "数据行字体": Edit(lambda f, d: setattr(_range(f, f.data), "CharFontNameAsian", "楷体")),
    "数据行底色": Edit(lambda f, d: setattr(_range(f, f.data), "CellBackColor", 0xFFFF00)),
    "合计加粗": Edit(lambda f, d: setattr(_range(f, f.total), "CharWeight", 150.0)),
    "得分文本格式": Edit(lambda f, d: calc.format_of(d, _SCORE(f), "@")),
    "得分一位小数": Edit(
        lambda f, d: calc.format_of(d, _SCORE(f), "0.0"), printed=(r"\d+\.\d", "")
    ),
    "合计百分比": Edit(
        lambda f, d: calc.format_of(d, _SUM(f), "0.00%"), printed=("", r"\d+\.\d\d%")
    ),
    "标签一半加粗": Edit(_bold_half),
    "标题换字号": Edit(lambda f, d: setattr(f.page.getCellByPosition(0, 1), "CharHeightAsian", 30.0)),
    "合计标题取消合并": Edit(lambda f, d: _range(f, f.total).merge(False), facets=("merged",)),
    "竖着合并循环头和数据": Edit(
        lambda f, d: _range(f, f.loop, f.data, f.columns, f.columns).merge(True), None,
        codes=("T258", "T259", "T255", "T265"),
    ),
    "竖着合并数据和合计": Edit(
        lambda f, d: _range(f, f.data, f.total, f.columns, f.columns).merge(True), None,
        codes=("T258", "T259", "T265"),
    ),
    "最后一行移下": Edit(_moved),
    "复制合计行到最下": Edit(
        _copied(lambda f: f.total, lambda f: f.last + 2), lambda rows, m: [*rows, rows[m.behind]],
        ("merged",),
    ),
    "循环里复制一行": Edit(_twice_in_loop, None, ("merged",), _SHIFTED),
    "后两行对调": Edit(_sorted, lambda rows, _: [*rows[:-2], rows[-1], rows[-2]], ("merged",)),
    "合计前分页": Edit(_row(lambda f: f.total, IsStartOfNewPage=True), facets=("breaks",)),
    "循环行分页": Edit(_row(lambda f: f.data, IsStartOfNewPage=True), facets=("breaks",)),
    "打印区域": Edit(
        lambda f, d: f.page.setPrintAreas((_range(f, 0, f.last).RangeAddress,)), facets=("printed",)
    ),
    "重复两行": Edit(  # the suite keeps the rows of before as well
        lambda f, d: f.page.setTitleRows(_range(f, f.head - 1, f.head).RangeAddress),
        codes=("T233",),
    ),
    "批注在合计": Edit(_note(_LABEL, "看这里"), facets=("notes",)),
    "批注在表头": Edit(_note(_HEAD, "看这里"), facets=("notes",)),
    "框在合计": Edit(_shape(_LABEL, "RectangleShape"), facets=("shapes",)),
    "图片在最后": Edit(_shape(_LAST, "GraphicObjectShape"), facets=("shapes",)),
    "图片在数据行": Edit(_shape(_SCORE, "GraphicObjectShape"), facets=("shapes",)),
    "有效性在得分": Edit(_rule("validation", _SCORE), facets=("validated",)),
    "条件格式在得分": Edit(_rule("condition", _SCORE), facets=("conditional",)),
    "条件格式在合计": Edit(_rule("condition", _SUM), facets=("conditional",)),
    "名称指合计": Edit(_name("总的得分", _SUM), facets=("names",)),
    "名称指得分": Edit(_name("各项得分", _SCORE), facets=("names",)),
    "冻结": Edit(_frozen),
    "保护": Edit(lambda f, d: f.page.protect("")),
    "页眉有标签": Edit(_around("{{ 单位.名称 }}")),
    "页脚有标签": Edit(_around("{{ 年度 }}", below=True)),
    "页边距": Edit(_page_style(LeftMargin=3000, TopMargin=3000)),
    "缩放": Edit(_page_style(PageScale=70)),
    "行末公式": Edit(
        _type(_free(lambda f: f.data), lambda f: f"={_own(f)}*2"), _beside(_twice),
        ("formats",),
    ),
    "合计旁再求和": Edit(
        _type(_free(lambda f: f.total), lambda f: f"=SUM({_own(f)})"), None, ("formats",)
    ),
    "下面求平均": Edit(
        _type(_free(lambda f: f.last + 1), lambda f: f"=AVERAGE({_own(f)})"), None, ("formats",)
    ),
    "另一个标签": Edit(
        _type(_free(lambda f: f.last + 1), lambda f: "{{ 单位.名称 }}"), None, ("formats",)
    ),
    "数据行里多一个标签": Edit(
        _type(_free(lambda f: f.data), lambda f: "第{{ loop.index }}项"), None, ("formats",)
    ),
    "筛选表头到循环尾": Edit(_filtered(lambda f: f.end)),
    "筛选数据行": Edit(_filtered(lambda f: f.data)),
    "筛选只有表头": Edit(_filtered(lambda f: f.head), codes=("T233",)),
    "数据行分级": Edit(_grouped(lambda f: f.data, lambda f: f.data)),
    "循环分级": Edit(_grouped(lambda f: f.loop, lambda f: f.end)),
    "列分级": Edit(_grouped(lambda f: 0, lambda f: 0, "COLUMNS")),
    "名称跨循环": Edit(_summed_name(lambda f: f.loop, lambda f: f.end), None, ("names", "formats")),
    "名称从数据到合计": Edit(_summed_name(lambda f: f.data, lambda f: f.total), None, ("names", "formats")),
    "有效性指另表": Edit(
        _listed("选项"), _beside(lambda row: "好"), ("validated", "formats")
    ),
    "条件格式比合计": Edit(_against_total, facets=("conditional",)),
    "前面加表": Edit(_put_before, None, ("hidden",)),
    "隐藏的表取合计": Edit(_put_hidden),
    "表名带引号": Edit(_renamed),
    "移得分列": Edit(_moved_column, None, ("merged",), _SHIFTED),
    "循环再来一块": Edit(_block_copied, None, ("merged",), _SHIFTED),
    "删第二列": Edit(lambda f, d: f.page.Columns.removeByIndex(1, 1), None, ("merged",), _SHIFTED),
    "左边插两列": Edit(lambda f, d: f.page.Columns.insertByIndex(1, 2), None, ("merged",), _SHIFTED),
    "单元格样式": Edit(_set(_SCORE, CellStyle="Good")),
    "斜着写": Edit(_set(lambda f: _range(f, f.data), RotateAngle=4500)),
    "缩小填充": Edit(_set(lambda f: _range(f, f.data), ShrinkToFit=True)),
    "带颜色和条件的格式": Edit(_format(_SCORE, "[RED][<3]0.00;[BLUE]0.00"), printed=(r"\d+\.\d\d", "")),
    "带单位的格式": Edit(_format(_SCORE, '0.00"分"'), printed=(r"\d+\.\d\d分", "")),
    "合计文本格式": Edit(_format(_SUM, "@")),
    "撇号公式": Edit(_type(_free(lambda f: f.total), lambda f: "'=SUM(1)"), None),
    "撇号标签": Edit(_type(_free(lambda f: f.total), lambda f: "'{{ 单位.名称 }}"), None),
    "分类汇总": Edit(_type(_free(lambda f: f.total), lambda f: f"=SUBTOTAL(9;{_own(f)})"), None, ("formats",)),
    "计数": Edit(_type(_free(lambda f: f.total), lambda f: f'=COUNTIF({_own(f)};">3")'), None, ("formats",)),
    "占合计": Edit(
        _type(_free(lambda f: f.data), lambda f: f"={_own(f)}/{_SUM(f).AbsoluteName.rpartition('.')[2]}"),
        None, ("formats",),
    ),
    "拼出来的地址": Edit(
        _type(_free(lambda f: f.data), lambda f: '=INDIRECT("A"&ROW())'), codes=("T269",)
    ),
    "指控制行": Edit(
        _type(_free(lambda f: f.data), lambda f: f"=ROW(A{f.loop + 1})"), codes=("T266",)
    ),
    "数组公式": Edit(_array, None, ("formats",)),
    "名称是常数": Edit(_constant, _beside(_twice), ("names", "formats")),
    "列前分页": Edit(_column(lambda f: 2, IsStartOfNewPage=True)),
    "两块打印区域": Edit(_areas, facets=("printed",)),
    "从右到左": Edit(lambda f, d: setattr(f.page, "TableLayout", 1)),
    "隐藏首列": Edit(_column(lambda f: 0, IsVisible=False), facets=("hidden",)),
    "隐藏循环尾": Edit(_row(lambda f: f.end, IsVisible=False)),
    "隐藏三行": Edit(_hide_loop, facets=("hidden",)),
    "全角花括号": Edit(_type(_free(lambda f: f.total), lambda f: "｛｛ 单位.名称 ｝｝"), codes=("T254",)),
    "弯引号": Edit(
        _type(_free(lambda f: f.total), lambda f: "{% if 年度 == “2020” %}是{% endif %}"), codes=("T110",)
    ),
    "标签打错": Edit(_type(_free(lambda f: f.data), lambda f: "{{ 单位.名秤 }}"), codes=("T101",)),
    "标签少一半": Edit(_type(_free(lambda f: f.data), lambda f: "{{ 单位.名称 }"), codes=("T253",)),
}  # fmt: skip


# What then is to be seen

_ROWS_OF_TOTALS = ("总分", "开展绩效自评项目合计")


def marks(plain: Seen, count: int) -> Marks:
    """Where the ``count`` rows of the loop stand: above the total, which is behind them."""
    rows = _first(plain["rows"])
    behind = next(n for n, row in enumerate(rows) if row[0] in _ROWS_OF_TOTALS)
    return Marks(behind - count, behind)


def _first(kind: dict[str, Any]) -> Any:
    return next(iter(kind.values()), None)


def otherwise(edit: Edit, plain: Seen, seen: Seen, at: Marks) -> list[str]:
    """What is not as it must be: rows, and facets that the edit says nothing of."""
    wrong = []
    if edit.rows is not None:
        wanted, found = edit.rows(_first(plain["rows"]), at), _first(seen["rows"])
        wrong += [
            f"rows: {b} instead of {a}" for a, b in zip(wanted, found, strict=False) if a != b
        ]
        wrong += [] if len(wanted) == len(found) else [f"{len(found)} rows, not {len(wanted)}"]
    for kind in _FACETS:
        if kind not in edit.facets and repr(_plain(plain[kind])) != repr(_plain(seen[kind])):
            wrong.append(f"{kind}: {seen[kind]}, and plain {plain[kind]}")
    added = [kind for kind in edit.facets if kind in _ADDED and plain[kind] == seen[kind]]
    wrong += [f"{kind}: nothing there" for kind in added]
    if any(edit.printed):
        wrong += _printed(edit, plain["texts"], seen["texts"], at)
    return wrong


#: What is certainly otherwise once it is put in.
_ADDED = ("notes", "validated", "conditional", "printed", "breaks", "hidden", "shapes", "names")


def _printed(edit: Edit, plain: _Rows, seen: _Rows, at: Marks) -> list[str]:
    """Scores that are not printed as they must be: of the total and the rows above it."""
    label = _ROWS_OF_TOTALS
    total = next(n for n, row in enumerate(plain) if row[0] in label)
    column = max(n for n, text in enumerate(plain[total]) if re.fullmatch(r"[\d.]+", text))
    rows = range(total - (at.behind - at.first), total)
    found = [(edit.printed[0], seen[row][column]) for row in rows]
    found.append((edit.printed[1], seen[total][column]))
    return [text for kind, text in found if kind and not re.fullmatch(kind, text)]


def _plain(kind: Any) -> Any:
    """A facet of the first sheet."""
    return _first(kind) if isinstance(kind, dict) else kind

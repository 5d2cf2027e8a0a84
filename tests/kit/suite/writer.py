"""Edits of a document as designers make them in the suite, and what the suite shows of one."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.images import png

Lines = list[str]


@dataclass(frozen=True)
class Edit:
    """What is done to the template; what the finished lines then are of those without it.

    With ``code``, the edited template is refused with it.
    """

    apply: Callable[[Any], object]
    changed: Callable[[Lines], Lines] = list
    code: str = ""
    #: What headers then say.
    header: Callable[[str], str] = str


# What the suite shows of a document


def seen(document: Any) -> list[str]:
    """The body, line by line: texts with their notes, boxes, links and page breaks."""
    return [line for line in _lines(document.Text) if line]


def each(held: Any) -> Iterator[Any]:
    found = held.createEnumeration()
    while found.hasMoreElements():
        yield found.nextElement()


def _lines(text: Any) -> Iterator[str]:
    for block in each(text):
        if block.supportsService("com.sun.star.text.TextTable"):
            yield from _table(block)
        elif block.supportsService("com.sun.star.text.Paragraph"):
            yield _line(block)


def _table(table: Any) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for name in table.CellNames:
        row = "".join(c for c in name if c.isdigit())
        cell = table.getCellByName(name)
        rows.setdefault(row, []).append("/".join(_lines(cell)))
    for cells in rows.values():
        yield "|".join(cells)


def _line(paragraph: Any) -> str:
    out = "⇟" if paragraph.BreakType.value in ("PAGE_BEFORE", "PAGE_BOTH") else ""
    out += "".join("▣" for _ in _each_content(paragraph))
    for portion in each(paragraph):
        kind = portion.TextPortionType
        if kind == "Footnote":
            out += f"[注:{portion.Footnote.String}]"
        elif kind == "Annotation":
            out += f"[批:{portion.TextField.Content}]"
        elif kind == "Frame":
            out += "".join("▣" for _ in _each_content(portion))
        elif kind == "TextField":
            number = "com.sun.star.text.TextField.PageNumber"
            out += "[页]" if portion.TextField.supportsService(number) else portion.String
        elif kind in ("Text", "TextFieldStart", "ContentControl"):
            address = getattr(portion, "HyperLinkURL", "")
            out += portion.String + (f"<{address}>" if address else "")
    return out


def _each_content(held: Any) -> Iterator[Any]:
    found = held.createContentEnumeration("com.sun.star.text.TextContent")
    while found.hasMoreElements():
        yield found.nextElement()


# What designers do


def _paragraph(document: Any, text: str, number: int = 0) -> Any:
    found = [
        one for one in each(document.Text)
        if one.supportsService("com.sun.star.text.Paragraph") and text in one.String
    ]  # fmt: skip
    return found[number]


def _end(document: Any, text: str, number: int = 0) -> Any:
    cursor = document.Text.createTextCursorByRange(_paragraph(document, text, number).End)
    cursor.gotoRange(_paragraph(document, text, number).End, False)
    return cursor


def _on(text: str, make: Callable[[Any, Any], object], number: int = 0) -> Callable[[Any], object]:
    """Something done at the end of the paragraph that holds ``text``."""
    return lambda d: make(d, _end(d, text, number))


def content(service: str, **properties: object) -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        one = document.createInstance(f"com.sun.star.text.{service}")
        for name, value in properties.items():
            setattr(one, name, value)
        cursor.Text.insertTextContent(cursor, one, False)

    return make


def footnote(text: str) -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        one = document.createInstance("com.sun.star.text.Footnote")
        cursor.Text.insertTextContent(cursor, one, False)
        one.String = text

    return make


def framed(text: str, anchor: str = "AS_CHARACTER") -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        import uno  # type: ignore[import-not-found]
        from com.sun.star.awt import Size  # type: ignore[import-not-found]

        one = document.createInstance("com.sun.star.text.TextFrame")
        one.AnchorType = uno.Enum("com.sun.star.text.TextContentAnchorType", anchor)
        one.setSize(Size(3000, 800))
        cursor.Text.insertTextContent(cursor, one, False)
        one.Text.String = text

    return make


def typed(text: str) -> Callable[[Any, Any], object]:
    return lambda d, cursor: cursor.Text.insertString(cursor, text, False)


def linked(text: str, url: str) -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        cursor.Text.insertString(cursor, text, True)
        cursor.HyperLinkURL = url

    return make


def paragraph(text: str, *, before: bool = False) -> Callable[[Any, Any], object]:
    """A paragraph of its own beside the one of the cursor."""

    def make(document: Any, cursor: Any) -> None:
        if before:
            cursor.gotoStartOfParagraph(False)
            cursor.Text.insertString(cursor, text, False)
            cursor.Text.insertControlCharacter(cursor, 0, False)
        else:
            cursor.Text.insertControlCharacter(cursor, 0, False)
            cursor.Text.insertString(cursor, text, False)

    return make


def _broken(text: str, number: int = 0) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        import uno

        one = _paragraph(document, text, number)
        one.BreakType = uno.Enum("com.sun.star.style.BreakType", "PAGE_BEFORE")

    return apply


def _look(text: str, start: int, length: int, **properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        cursor = document.Text.createTextCursorByRange(_paragraph(document, text).Start)
        cursor.goRight(start, False)
        cursor.goRight(length, True)
        for name, value in properties.items():
            setattr(cursor, name, value)

    return apply


def _style(text: str, **properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for name, value in properties.items():
            setattr(_paragraph(document, text), name, value)

    return apply


def _remove(text: str, number: int = 0) -> Callable[[Any], object]:
    return lambda d: d.Text.removeTextContent(_paragraph(d, text, number))


def _tracked(text: str, make: Callable[[Any, Any], object]) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        document.RecordChanges = True
        make(document, _end(document, text))
        document.RecordChanges = False

    return apply


def _erase(length: int) -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        cursor.goLeft(length, True)
        cursor.String = ""

    return make


def _of_table(number: int, make: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda d: make(d.TextTables.getByIndex(number))


def _write(cell: str, text: str) -> Callable[[Any], object]:
    return lambda table: setattr(table.getCellByName(cell), "String", text)


def _merged(first: str, last: str) -> Callable[[Any], object]:
    def make(table: Any) -> None:
        cursor = table.createCursorByCellName(first)
        cursor.gotoCellByName(last, True)
        cursor.mergeRange()

    return make


def _split(cell: str, count: int, *, rows: bool = False) -> Callable[[Any], object]:
    return lambda table: table.createCursorByCellName(cell).splitRange(count, rows)


def _all(*steps: Callable[[Any], object]) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for step in steps:
            step(document)

    return apply


def _in_cell(number: int, cell: str, make: Callable[[Any, Any], object]) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        held = document.TextTables.getByIndex(number).getCellByName(cell)
        cursor = held.createTextCursor()
        cursor.gotoEnd(False)
        make(document, cursor)

    return apply


# What then is otherwise


def _where(
    test: Callable[[str], bool], change: Callable[[str], list[str]]
) -> Callable[[Lines], Lines]:
    return lambda lines: [new for line in lines for new in (change(line) if test(line) else [line])]


def _has(mark: str) -> Callable[[str], bool]:
    return lambda line: mark in line


def _first(
    test: Callable[[str], bool], change: Callable[[str], list[str]]
) -> Callable[[Lines], Lines]:
    def changed(lines: Lines) -> Lines:
        at = next((n for n, line in enumerate(lines) if test(line)), None)
        return lines if at is None else [*lines[:at], *change(lines[at]), *lines[at + 1 :]]

    return changed


def _table_break(table: Any) -> None:
    import uno

    table.BreakType = uno.Enum("com.sun.star.style.BreakType", "PAGE_BEFORE")


def _table_in(document: Any, cursor: Any) -> None:
    made = document.createInstance("com.sun.star.text.TextTable")
    made.initialize(2, 2)
    cursor.Text.insertTextContent(cursor, made, False)
    made.getCellByName("A1").String = "里{{ 合计 }}"


def set_header(document: Any, text: str) -> None:
    styles = document.StyleFamilies.getByName("PageStyles")
    for number in range(styles.Count):
        style = styles.getByIndex(number)
        if style.isInUse() and style.HeaderIsOn:
            style.HeaderText.String = text


def landscape(document: Any) -> None:
    styles = document.StyleFamilies.getByName("PageStyles")
    for number in range(styles.Count):
        style = styles.getByIndex(number)
        if style.isInUse():
            style.IsLandscape, size = True, style.Size
            size.Width, size.Height = 29700, 21000
            style.Size = size


def _columned(document: Any) -> None:
    section = document.createInstance("com.sun.star.text.TextSection")
    columns = document.createInstance("com.sun.star.text.TextColumns")
    columns.ColumnCount = 2
    section.TextColumns = columns
    start = _paragraph(document, _LOOP)
    cursor = document.Text.createTextCursorByRange(start.Start)
    cursor.gotoRange(_paragraph(document, _DONE, 3).End, True)
    document.Text.insertTextContent(cursor, section, True)


def _insert(text: str, at: int, put: str) -> Callable[[Any], object]:
    """Something typed within a paragraph, perhaps within its tag."""

    def apply(document: Any) -> None:
        cursor = document.Text.createTextCursorByRange(_paragraph(document, text).Start)
        cursor.goRight(at, False)
        if put == "\n":
            document.Text.insertControlCharacter(cursor, 1, False)
        else:
            document.Text.insertString(cursor, put, False)

    return apply


def _retyped(text: str, new: str) -> Callable[[Any], object]:
    return lambda d: setattr(_paragraph(d, text), "String", new)


def _caption(document: Any, cursor: Any) -> None:
    """The number of a picture, as the suite counts them."""
    masters, kind = document.getTextFieldMasters(), "com.sun.star.text.fieldmaster.SetExpression"
    if masters.hasByName(f"{kind}.图"):
        master = masters.getByName(f"{kind}.图")
    else:
        master = document.createInstance(kind)
        master.Name, master.SubType = "图", 1
    field = document.createInstance("com.sun.star.text.textfield.SetExpression")
    field.NumberingType, field.Content = 4, "图+1"
    field.attachTextFieldMaster(master)
    cursor.Text.insertTextContent(cursor, field, False)


def _reference(document: Any, cursor: Any) -> None:
    field = document.createInstance("com.sun.star.text.textfield.GetReference")
    field.ReferenceFieldSource, field.ReferenceFieldPart, field.SourceName = 2, 2, "处"
    cursor.Text.insertTextContent(cursor, field, False)
    document.getTextFields().refresh()


def _field(service: str, **properties: object) -> Callable[[Any, Any], object]:
    return content(f"textfield.{service}", **properties)


def _dropped(document: Any) -> None:
    from com.sun.star.style import DropCapFormat  # type: ignore[import-not-found]

    made = DropCapFormat()
    made.Lines, made.Count, made.Distance = 2, 1, 100
    _paragraph(document, _FOOT).DropCapFormat = made


def _loop_in_cell(document: Any, cursor: Any) -> None:
    made = document.createInstance("com.sun.star.text.TextTable")
    made.initialize(3, 1)
    cursor.Text.insertTextContent(cursor, made, False)
    rows = ("{%tr for k in 列 %}", "里{{ k.名 }}", "{%tr endfor %}")
    for number, text in enumerate(rows, 1):
        made.getCellByName(f"A{number}").String = text


def _loop_in_frame(document: Any, cursor: Any) -> None:
    framed("")(document, cursor)
    frames = document.TextFrames
    text = frames.getByIndex(frames.Count - 1).Text
    end = text.createTextCursor()
    for number, line in enumerate(("{%p for k in 列 %}", "框{{ k.名 }}", "{%p endfor %}")):
        if number:
            text.insertControlCharacter(end, 0, False)
        text.insertString(end, line, False)


def _shape(text: str, kind: str, anchor: str) -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        import uno
        from com.sun.star.awt import Size

        one = document.createInstance(f"com.sun.star.drawing.{kind}")
        one.AnchorType = uno.Enum("com.sun.star.text.TextContentAnchorType", anchor)
        one.setSize(Size(3000, 900))
        cursor.Text.insertTextContent(cursor, one, False)
        if text:
            one.String = text

    return make


def _picture(anchor: str) -> Callable[[Any, Any], object]:
    def make(document: Any, cursor: Any) -> None:
        import uno

        path = Path(tempfile.mkdtemp()) / "章.png"
        path.write_bytes(png())
        one = document.createInstance("com.sun.star.text.TextGraphicObject")
        one.GraphicURL = path.as_uri()
        one.AnchorType = uno.Enum("com.sun.star.text.TextContentAnchorType", anchor)
        cursor.Text.insertTextContent(cursor, one, False)

    return make


def _protected(document: Any) -> None:
    section = document.createInstance("com.sun.star.text.TextSection")
    section.IsProtected = True
    paragraph = _paragraph(document, _FOOT)
    cursor = document.Text.createTextCursorByRange(paragraph.Start)
    cursor.gotoRange(paragraph.End, True)
    document.Text.insertTextContent(cursor, section, True)


def _spanning(first: str, last: str) -> Callable[[Any], object]:
    """A bookmark from one paragraph to another one."""

    def apply(document: Any) -> None:
        cursor = document.Text.createTextCursorByRange(_paragraph(document, first).Start)
        cursor.gotoRange(_paragraph(document, last).Start, True)
        mark = document.createInstance("com.sun.star.text.Bookmark")
        mark.Name = "跨段"
        document.Text.insertTextContent(cursor, mark, True)

    return apply


def _pages(**properties: object) -> Callable[[Any], object]:
    """Something of the page styles that have headers; a text is that of the named header."""

    def apply(document: Any) -> None:
        styles = document.StyleFamilies.getByName("PageStyles")
        for style in map(styles.getByIndex, range(styles.Count)):
            if style.isInUse() and style.HeaderIsOn:
                for name, value in properties.items():
                    if isinstance(value, str):
                        getattr(style, name).String = value
                    else:
                        setattr(style, name, value)

    return apply


def _copy_end(document: Any) -> None:
    cursor = _end(document, _AT)
    for text in (_LOOP, "又{{ r.名 }}", _DONE):
        paragraph(text)(document, cursor)


def _of(line: str) -> str:
    """The name that a line of the loop begins with."""
    return line.partition("footnotes")[0]


def _before_list(mark: str) -> Callable[[Lines], Lines]:
    """A line of its own where the loop of notes begins, once."""
    return _first(lambda line: _EACH(line) or line == "始", lambda line: [mark, line])


def _all_but_first(
    test: Callable[[str], bool], change: Callable[[str], list[str]]
) -> Callable[[Lines], Lines]:
    def changed(lines: Lines) -> Lines:
        first = next((n for n, line in enumerate(lines) if test(line)), 0)
        return [*lines[: first + 1], *_where(test, change)(lines[first + 1 :])]

    return changed


def _with_figures(lines: Lines) -> Lines:
    """Behind each line of the loop its figure, which the table tells."""
    rows = lines[lines.index("名|数") : lines.index("合计|12.50")]
    figures = dict(line.split("|") for line in rows if _is_row(line))
    return _where(_EACH, lambda line: [line, f"附{figures[_of(line)]}"])(lines)


def _counted(lines: Lines) -> Lines:
    """The numbers of captions behind each line of the loop and the last one."""
    number, out = 0, []
    for line in lines:
        counts = _EACH(line) or _ENDS(line)
        number += counts
        out.append(f"{line}{number}" if counts else line)
    return out


def _with_columns(lines: Lines) -> Lines:
    """In each row of data the columns, as a table of their own."""
    names = next(line for line in lines if line.split("|")[0] == "列").split("|")[1:]
    inner = "".join(f"里{name}/" for name in names)
    return _table_one(lambda line: [f"{line}/{inner}" if _is_row(line) else line])(lines)


def _behind_name(text: str) -> Callable[[Lines], Lines]:
    return _where(_EACH, lambda line: [line.replace("footnotes[", f"{text}footnotes[", 1)])


_EACH = _has("footnotes[")
#: The total of the first table, and a row of its data.
_SUM = _has("合计|12.50")
_ENDS = _has("末")


def _is_row(line: str) -> bool:
    return re.fullmatch(r".*项\|[\d.]+", line) is not None


def _table_one(
    change: Callable[[str], list[str]], *, every: bool = False
) -> Callable[[Lines], Lines]:
    """The rows of data of the first table, or every row of it."""

    def changed(lines: Lines) -> Lines:
        first = lines.index("名|数")
        last = next(n for n, line in enumerate(lines) if _SUM(line)) + 1
        rows = _where(lambda line: every or _is_row(line), change)(lines[first:last])
        return [*lines[:first], *rows, *lines[last:]]

    return changed


_FOOT = "{{ r.名 }}footnotes"
_LOOP = "{%p for r in 行 %}"
_DONE = "{%p endfor %}"
_AT = "末{{ 单位 }}"


def _add(text: str) -> Callable[[str], list[str]]:
    return lambda line: [line + text]


def _mark(text: str) -> Callable[[str], list[str]]:
    return lambda line: [text + line]


EDITS: dict[str, Edit] = {
    "无": Edit(lambda d: None),
    # Beside a text that is printed once
    "末段加字": Edit(_on(_AT, typed("完")), _where(_ENDS, _add("完"))),
    "末段前分页": Edit(_broken(_AT), _where(_ENDS, _mark("⇟"))),
    "末段脚注": Edit(_on(_AT, footnote("新")), _where(_ENDS, _add("[注:新]"))),
    "末段脚注里有标签": Edit(
        _on(_AT, footnote("注{{ 合计 }}")), _where(_ENDS, _add("[注:注12.50]"))
    ),
    "末段页码": Edit(_on(_AT, content("TextField.PageNumber")), _where(_ENDS, _add("[页]"))),
    "末段框": Edit(_on(_AT, framed("框{{ 合计 }}")), _where(_ENDS, _add("▣"))),
    "末段链接": Edit(
        _on(_AT, linked("看", "https://example.cn/a")),
        _where(_ENDS, _add("看<https://example.cn/a>")),
    ),
    "链接地址里有标签": Edit(
        _on(_AT, linked("看", "https://example.cn/{{ 合计 }}")),
        _where(_ENDS, _add("看<https://example.cn/12.50>")),
    ),
    "末段后加一段": Edit(
        _on(_AT, paragraph("附{{ 合计 }}")), _where(_ENDS, lambda line: [line, "附12.50"])
    ),
    "末段前加一段": Edit(
        _on(_AT, paragraph("附{{ 合计 }}", before=True)),
        _where(_ENDS, lambda line: ["附12.50", line]),
    ),
    "换行": Edit(
        _on(_AT, lambda d, c: c.Text.insertControlCharacter(c, 1, False)), _where(_ENDS, _add("\n"))
    ),
    "标签一半加粗": Edit(_look(_AT, 2, 4, CharWeight=150.0)),
    "标签每个字一种颜色": Edit(_all(*(_look(_AT, n, 1, CharColor=n * 1000 + 1) for n in range(9)))),
    "标签一半放大": Edit(_look(_FOOT, 4, 3, CharHeight=20.0)),
    "标签一半隐藏": Edit(_look(_AT, 2, 4, CharHidden=True)),
    "末段隐藏": Edit(_look(_AT, 0, 9, CharHidden=True)),
    "居中": Edit(_style(_FOOT, ParaAdjust=3)),
    "末段居中": Edit(_style(_AT, ParaAdjust=3)),
    "列表样式": Edit(_style(_FOOT, NumberingStyleName="Numbering 123")),
    # In a loop
    "循环里加字": Edit(_on(_FOOT, typed("完")), _where(_EACH, _add("完"))),
    "循环里脚注": Edit(
        _on(_FOOT, footnote("新{{ r.名 }}")),
        _where(_EACH, lambda line: [f"{line}[注:新{_of(line)}]"]),
    ),
    "循环里前分页": Edit(_broken(_FOOT), _before_list("⇟")),
    "循环里页码": Edit(_on(_FOOT, content("TextField.PageNumber")), _where(_EACH, _add("[页]"))),
    "循环里框": Edit(_on(_FOOT, framed("框")), _where(_EACH, _add("▣"))),
    "循环里框有标签": Edit(_on(_FOOT, framed("框{{ r.名 }}")), _where(_EACH, _add("▣"))),
    "循环里加一段": Edit(_on(_FOOT, paragraph("附{{ r.数 }}")), _with_figures),
    "循环里链接": Edit(
        _on(_FOOT, linked("看", "https://example.cn/a")),
        _where(_EACH, _add("看<https://example.cn/a>")),
    ),
    "循环里书签": Edit(_on(_FOOT, content("Bookmark", Name="新处"))),
    # On the paragraphs of tags
    "循环头前分页": Edit(_broken(_LOOP), _before_list("⇟")),
    "循环头脚注": Edit(_on(_LOOP, footnote("新")), code="T228"),
    "循环头框": Edit(_on(_LOOP, framed("框", "AT_PARAGRAPH")), _before_list("▣")),
    "循环头加字": Edit(_on(_LOOP, typed("完")), code="T207"),
    "循环头前加一段": Edit(_on(_LOOP, paragraph("前", before=True)), _before_list("前")),
    "循环尾脚注": Edit(_on(_DONE, footnote("新"), 3), code="T228"),
    "循环尾前分页": Edit(  # kept by the suite as a break at the end of each pass
        _broken(_DONE, 3),
        lambda lines: _first(lambda line: line.startswith("一"), _mark("⇟"))(
            _all_but_first(_EACH, _mark("⇟"))(lines)
        ),
    ),
    "条件前分页": Edit(
        _broken("{%p if b.三 %}"),
        _where(lambda line: line.startswith("组") and "|" not in line, lambda line: [line, "⇟"]),
    ),
    "删循环头": Edit(_remove(_LOOP), code="T112"),
    "删循环尾": Edit(_remove(_DONE, 3), code="T111"),
    "删循环里一段": Edit(_remove("{{ r.名 }}endnotes"), _where(_has("endnotes["), lambda line: [])),
    "循环拆成两段": Edit(
        lambda d: (
            (c := _end(d, _LOOP))
            and c.goLeft(8, False)
            and c.Text.insertControlCharacter(c, 0, False)
        ),
        code="T203",
    ),
    # Tracked
    "修订加字": Edit(_tracked(_AT, typed("完")), code="T227"),
    "修订删字": Edit(_tracked(_AT, _erase(2)), code="T227"),
    "修订加段": Edit(_tracked(_FOOT, paragraph("附")), code="T227"),
    # Tables
    "表末加一行": Edit(
        _of_table(0, lambda t: t.Rows.insertByIndex(t.Rows.Count, 1)),
        _where(_SUM, lambda line: [line, "|"]),
    ),
    "表循环里加一行": Edit(
        _of_table(0, lambda t: (t.Rows.insertByIndex(3, 1), _write("A4", "又{{ r.名 }}")(t))),
        _table_one(lambda line: [line, f"又{line.partition('|')[0]}|"]),
    ),
    "表循环头上加字": Edit(_of_table(0, _write("B2", "字")), code="T206"),
    "删表循环尾": Edit(_of_table(0, lambda t: t.Rows.removeByIndex(8, 1)), code="T111"),
    "删表循环头": Edit(_of_table(0, lambda t: t.Rows.removeByIndex(1, 1)), code="T112"),
    "删数据行": Edit(
        _of_table(0, lambda t: t.Rows.removeByIndex(2, 1)), _table_one(lambda line: [])
    ),
    "加一列": Edit(
        _of_table(0, lambda t: (t.Columns.insertByIndex(2, 1), _write("C3", "列{{ r.数 }}")(t))),
        _table_one(
            lambda line: [f"{line}|列{line.rpartition('|')[2]}" if _is_row(line) else f"{line}|"],
            every=True,
        ),
    ),
    "删一列": Edit(
        _of_table(0, lambda t: t.Columns.removeByIndex(1, 1)),
        _table_one(lambda line: [line.rpartition("|")[0]], every=True),
    ),
    "合并数据行": Edit(
        _of_table(0, _merged("A3", "B3")), _table_one(lambda line: [line.replace("|", "/")])
    ),
    "合并循环头一行": Edit(_of_table(0, _merged("A2", "B2"))),
    "竖着合并循环头和数据": Edit(_of_table(0, _merged("A2", "A3")), code="T206"),
    "竖着合并合计": Edit(_of_table(0, _merged("A9", "A10")), code="T206"),
    "拆数据格": Edit(_of_table(0, _split("B3", 2)), _table_one(_add("||"))),
    "标题行重复": Edit(_of_table(0, lambda t: setattr(t, "RepeatHeadline", True))),
    "不跨页": Edit(_of_table(0, lambda t: setattr(t, "Split", False))),
    "表格前分页": Edit(_of_table(0, _table_break), _where(_has("名|数"), lambda line: ["⇟", line])),
    "数据格脚注": Edit(_in_cell(0, "B3", footnote("新")), _table_one(_add("[注:新]"))),
    "数据格框": Edit(_in_cell(0, "B3", framed("框")), _table_one(_add("▣"))),
    "循环头格脚注": Edit(_in_cell(0, "A2", footnote("新")), code="T228"),
    "循环头格框": Edit(_in_cell(0, "A2", framed("框")), code="T228"),
    "合计格加段": Edit(_in_cell(0, "B10", paragraph("又")), _where(_SUM, _add("/又"))),
    "表里套表": Edit(_in_cell(0, "B10", _table_in), _where(_SUM, _add("/里12.50|/|/"))),
    # Around
    "页眉加标签": Edit(
        lambda d: set_header(d, "眉{{ 单位 }}又{{ 合计 }}"), header=lambda text: f"{text}又12.50"
    ),
    "横向": Edit(landscape),
    "分栏的节": Edit(_columned),
    "复制一段到末尾": Edit(
        _copy_end, lambda lines: [*lines, *(f"又{_of(line)}" for line in lines if _EACH(line))]
    ),
    # Letters and signs
    "制表位": Edit(_insert(_FOOT, 9, "\t"), _behind_name("\t")),
    "标签里制表位": Edit(_insert(_FOOT, 2, "\t")),
    "标签里换行": Edit(_insert(_FOOT, 3, "\n")),
    "标签里不断空格": Edit(_insert(_FOOT, 2, "\u00a0")),
    "标签里全角空格": Edit(_insert(_FOOT, 2, "\u3000")),
    "标签里软连字符": Edit(_insert(_FOOT, 4, "\u00ad"), _behind_name("\u00ad")),
    "标签里不断连字符": Edit(_insert(_FOOT, 4, "\u2011"), _behind_name("\u2011")),
    "标签里零宽空格": Edit(_insert(_FOOT, 2, "\u200b"), code="T110"),
    "全角花括号": Edit(_on(_AT, typed("｛｛ 合计 ｝｝")), code="T201"),
    "半全角花括号": Edit(_on(_AT, typed("{｛ 合计 ｝}")), code="T201"),
    "全角百分号": Edit(_on(_AT, typed("{％ if 合计 ％}有{％ endif ％}")), code="T201"),
    "弯引号": Edit(_on(_AT, typed("{{ 图片(“走访.png”, 宽=‘1cm’) }}")), _where(_ENDS, _add("▣"))),
    "反弯引号": Edit(_on(_AT, typed("{{ 图片(”走访.png“, 宽=’1cm‘) }}")), _where(_ENDS, _add("▣"))),
    "全角逗号": Edit(_on(_AT, typed("{{ 图片('走访.png'，宽='1cm') }}")), code="T110"),
    "自动改的破折号": Edit(_on(_AT, typed("{%– if 合计 –%}有{%– endif –%}")), code="T110"),
    "自动改的省略号": Edit(_on(_AT, typed("{{ 合计…}}")), code="T110"),
    "自动改的大写": Edit(_retyped(_LOOP, "{%p For r in 行 %}"), code="T110"),
    "大写的字母": Edit(_retyped(_LOOP, "{%P for r in 行 %}"), code="T144"),
    "大于等于号": Edit(_on(_AT, typed("{% if 合计 ≥ 1 %}大{% endif %}")), code="T110"),
    "拼音": Edit(_look(_FOOT, 0, 9, RubyText="pinyin")),
    "半个标签的拼音": Edit(_look(_FOOT, 0, 4, RubyText="pin")),
    "拼音里的标签": Edit(_look(_FOOT, 9, 4, RubyText="{{ r.数 }}")),
    "着重号": Edit(_look(_FOOT, 3, 3, CharEmphasis=2)),
    "双行合一": Edit(_look(_FOOT, 0, 9, CharCombineIsOn=True)),
    "转着写": Edit(_look(_FOOT, 0, 9, CharRotation=900)),
    "半个标签换字体": Edit(_look(_FOOT, 4, 3, CharFontNameAsian="楷体", CharFontName="Arial")),
    "首字下沉": Edit(_dropped),
    "格里竖排": Edit(_of_table(0, lambda t: setattr(t.getCellByName("A3"), "WritingMode", 2))),
    # Numbers, references, places
    "循环里题注": Edit(_on(_FOOT, _caption), lambda lines: [*_counted(lines)[:-1], lines[-1]]),
    "两处题注": Edit(_all(_on(_FOOT, _caption), _on(_AT, _caption)), _counted),
    "交叉引用": Edit(_on("标{{ r.名 }}", _reference), code="T245"),
    "跨段的书签": Edit(_spanning(_FOOT, "{{ r.名 }}endnotes")),
    "跨循环的书签": Edit(_spanning(_LOOP, _AT)),
    "提示输入的域": Edit(_on(_FOOT, _field("Input", Content="填", Hint="提示")), code="T224"),
    "占位的域": Edit(
        _on(_FOOT, _field("JumpEdit", PlaceHolder="占{{ r.名 }}", PlaceHolderType=0)),
        _where(_EACH, lambda line: [f"{line}占{_of(line)}"]),
    ),
    # Pages and drawings
    "循环里横向的节": Edit(_style(_FOOT, PageDescName="Landscape")),
    "保护的节": Edit(_protected),
    "首页页眉": Edit(_pages(FirstIsShared=False, HeaderTextFirst="首{{ 单位 }}")),
    "奇偶页眉": Edit(_pages(HeaderIsShared=False, HeaderTextLeft="左{{ 单位 }}")),
    "框里循环": Edit(_on(_AT, _loop_in_frame), _where(_ENDS, _add("▣"))),
    "循环里的框里循环": Edit(_on(_FOOT, _loop_in_frame), _where(_EACH, _add("▣"))),
    "循环里图形": Edit(
        _on(_FOOT, _shape("形{{ r.名 }}", "CustomShape", "AT_PARAGRAPH")), _where(_EACH, _mark("▣"))
    ),
    "循环里行中图形": Edit(
        _on(_FOOT, _shape("形{{ r.名 }}", "CustomShape", "AS_CHARACTER")), _where(_EACH, _add("▣"))
    ),
    "循环里行中图片": Edit(_on(_FOOT, _picture("AS_CHARACTER")), _where(_EACH, _add("▣"))),
    "循环里段上图片": Edit(_on(_FOOT, _picture("AT_PARAGRAPH")), _where(_EACH, _mark("▣"))),
    "循环头图片": Edit(_on(_LOOP, _picture("AT_PARAGRAPH")), _before_list("▣")),
    # Tables
    "表里套循环的表": Edit(_in_cell(0, "B3", _loop_in_cell), _with_columns),
    "拆循环头的格": Edit(_of_table(0, _split("A2", 2))),
    "拆循环头的行": Edit(_of_table(0, _split("A2", 2, rows=True)), code="T236"),
    "合并条件头一行": Edit(_of_table(0, _merged("A4", "B4"))),
}

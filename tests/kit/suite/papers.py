"""Edits of the shipped Word forms, told by what stands in them: the title, a tag, the last line.

``writer`` tells what a document shows; what must be otherwise is told of its lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kit.suite import writer
from kit.suite.writer import Edit, Lines

seen = writer.seen


def _titled(document: Any) -> Any:
    """The first paragraph that says something and is no tag alone."""
    for one in writer.each(document.Text):
        if one.supportsService("com.sun.star.text.Paragraph"):
            text = one.String.strip()
            if text and not text.startswith("{%"):
                return one
    raise LookupError


def _on(make: Callable[[Any, Any], object], *, start: bool = False) -> Callable[[Any], object]:
    """Something done at the end (or start) of the title."""

    def apply(document: Any) -> None:
        title = _titled(document)
        make(document, document.Text.createTextCursorByRange(title.Start if start else title.End))

    return apply


def _style(**properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        for name, value in properties.items():
            setattr(_titled(document), name, value)

    return apply


def _tracked(make: Callable[[Any, Any], object]) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        document.RecordChanges = True
        _on(make)(document)
        document.RecordChanges = False

    return apply


def _last(text: str) -> Callable[[Any], object]:
    """A paragraph of its own behind everything."""

    def apply(document: Any) -> None:
        cursor = document.Text.createTextCursorByRange(document.Text.End)
        document.Text.insertControlCharacter(cursor, 0, False)
        document.Text.insertString(cursor, text, False)

    return apply


def _first(change: Callable[[str], list[str]]) -> Callable[[Lines], Lines]:
    return lambda lines: [*change(lines[0]), *lines[1:]]


def _break_of(line: str) -> str:
    """The page break of a form that begins a page."""
    return "⇟" if line.startswith("⇟") else ""


def _add(text: str) -> Callable[[Lines], Lines]:
    return _first(lambda line: [line + text])


def _letters(**properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        cursor = document.Text.createTextCursorByRange(_titled(document).Start)
        cursor.goRight(2, True)
        for name, value in properties.items():
            setattr(cursor, name, value)

    return apply


def _tables(**properties: object) -> Callable[[Any], object]:
    def apply(document: Any) -> None:
        tables = document.TextTables
        for number in range(tables.Count):
            for name, value in properties.items():
                setattr(tables.getByIndex(number), name, value)

    return apply


EDITS: dict[str, Edit] = {
    "无": Edit(lambda d: None),
    "标题加字": Edit(_on(writer.typed("完")), _add("完")),
    "标题前加字": Edit(
        _on(writer.typed("完"), start=True),
        _first(lambda line: [_break_of(line) + "完" + line.lstrip("⇟")]),
    ),
    "标题加标签": Edit(_on(writer.typed("{{ 年度 }}")), _add("2020")),
    "标题脚注": Edit(_on(writer.footnote("新")), _add("[注:新]")),
    "标题脚注有标签": Edit(_on(writer.footnote("注{{ 年度 }}")), _add("[注:注2020]")),
    "标题页码": Edit(_on(writer.content("TextField.PageNumber")), _add("[页]")),
    "标题框": Edit(_on(writer.framed("框")), _add("▣")),
    "标题链接": Edit(
        _on(writer.linked("看", "https://example.cn/a")), _add("看<https://example.cn/a>")
    ),
    "链接有标签": Edit(
        _on(writer.linked("看", "https://example.cn/{{ 年度 }}")),
        _add("看<https://example.cn/2020>"),
    ),
    "标题书签": Edit(_on(writer.content("Bookmark", Name="新处"))),
    "标题换行": Edit(_on(lambda d, c: c.Text.insertControlCharacter(c, 1, False)), _add("\n")),
    "标题后加一段": Edit(
        _on(writer.paragraph("附{{ 年度 }}")), _first(lambda line: [line, "附2020"])
    ),
    "标题前加一段": Edit(
        _on(writer.paragraph("附{{ 年度 }}", before=True)),
        _first(lambda line: [f"{_break_of(line)}附2020", line]),
    ),
    "标题居右": Edit(_style(ParaAdjust=1)),
    "标题行距": Edit(_style(ParaTopMargin=500, ParaBottomMargin=500)),
    "标题一半加粗": Edit(_letters(CharWeight=150.0)),
    "标题换字体": Edit(_letters(CharFontNameAsian="楷体", CharHeightAsian=30.0)),
    "标题变色": Edit(_letters(CharColor=0xFF0000)),
    "修订加字": Edit(_tracked(writer.typed("完")), code="T227"),
    "修订加段": Edit(_tracked(writer.paragraph("附")), code="T227"),
    "末尾加一段": Edit(_last("附{{ 单位.简称 }}"), lambda lines: [*lines, "附驻深办"]),
    "末尾标签少一半": Edit(_last("{{ 年度 }"), code="T202"),
    "末尾只有循环头": Edit(_last("{%p for r in 指标 %}"), code="T111"),
    "页眉": Edit(
        lambda d: writer.set_header(d, "眉{{ 年度 }}"),
        header=lambda text: "眉2020" if text else text,
    ),
    "横向": Edit(writer.landscape),
    "标题行不重复": Edit(_tables(RepeatHeadline=False)),
    "表格不跨页": Edit(_tables(Split=False)),
}

#: Edits whose result does not hang on the year or the unit.
PLAIN = [name for name in EDITS if "标签" not in name and "一段" not in name and name != "页眉"]

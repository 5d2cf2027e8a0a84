"""The neutral templates in the words of each engine, so that each does the same work."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from engines.description import PARAGRAPH, packed, unpacked

ROW = re.compile(r"<w:tr[ >](?:(?!</w:tr>).)*</w:tr>", re.DOTALL)
TAG = re.compile(r"\{\{ ([\w.]+) \}\}")
FOR, END = re.compile(r"\{%\w+ for \w+ in (\w+) %\}"), re.compile(r"\{%\w+ endfor %\}")
#: Makes a looped piece of XML from the name of its list and the piece.
Looped = Callable[[str, str], str]


def word(raw: bytes, name: Callable[[str], str], looped: Looped) -> bytes:
    """A Word template: ``name`` writes a tag, ``looped`` the rows or paragraphs of a loop."""
    members = unpacked(raw)
    for one, data in members.items():
        if one.startswith("word/") and one.endswith(".xml") and b"{{" in data:
            xml = data.decode()
            for piece in PARAGRAPH, ROW:
                xml = _loops(xml, piece, looped)
            members[one] = TAG.sub(lambda m: name(m[1]), xml).encode()
    return packed(members)


def _loops(xml: str, piece: re.Pattern[str], looped: Looped) -> str:
    """Pieces of XML between a beginning and an end of a loop, these two pieces left out."""
    kind = "%p " if piece is PARAGRAPH else "%tr "
    out, done, begun, name = [], 0, 0, ""
    for match in piece.finditer(xml):
        if f"{{{kind}" not in match[0]:
            continue
        if started := FOR.search(match[0]):
            out.append(xml[done : match.start()])
            name, begun = started[1], match.end()
        else:
            out.append(looped(name, xml[begun : match.start()]))
            done = match.end()
    return "".join(out) + xml[done:]


def docxtemplater(raw: bytes) -> bytes:
    """``{name}``, a loop from ``{#list}`` to ``{/list}``."""

    def looped(name: str, xml: str) -> str:
        first, last = xml.index("{{"), xml.rindex("</w:t>")
        if "<w:tr" in xml:
            return f"{xml[:first]}{{#{name}}}{xml[first:last]}{{/{name}}}{xml[last:]}"
        before, after = (TAG.sub(sign + name + "}", xml) for sign in ("{#", "{/"))
        return before + xml + after

    return word(raw, lambda name: f"{{{name.rpartition('.')[2]}}}", looped)


def carbone_word(raw: bytes) -> bytes:
    """``{d.name}``, a loop by an example of its first item and the beginning of its second."""

    def looped(name: str, xml: str) -> str:
        second = TAG.sub("", xml[xml.index("}}") + 2 :])
        first = xml[: xml.index("}}") + 2]
        return (
            TAG.sub(lambda m: _carbone(m[1], name, "i"), xml)
            + TAG.sub(lambda m: _carbone(m[1], name, "i+1"), first)
            + second
        )

    return word(raw, _carbone, looped)


def _carbone(name: str, of: str = "", at: str = "") -> str:
    own = name.rpartition(".")[2]
    return f"{{d.{of}[{at}].{own}}}" if of else f"{{d.{own}}}"


# Excel


def sheets(raw: bytes, cell: Callable[[str, str], Any], control: Callable[..., None]) -> bytes:
    """A workbook: ``cell`` writes a text with tags, ``control`` what becomes of a loop's rows."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw))
    for sheet in book:
        looping = ""
        loops: list[tuple[int, str]] = []
        for line in sheet.iter_rows():
            for one in line:
                if not isinstance(one.value, str):
                    continue
                if started := FOR.fullmatch(one.value):
                    looping = started[1]
                    loops.append((one.row, looping))
                elif END.fullmatch(one.value):
                    looping = ""
                elif "{{" in one.value:
                    one.value = cell(one.value, looping)
        for first, name in reversed(loops):
            control(sheet, first, name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def without(sheet: Any, *rows: int) -> None:
    """Take rows out; what is merged and how high rows are goes with what stands below."""
    for row in sorted(rows, reverse=True):
        for area in sheet.merged_cells.ranges:
            if area.min_row > row:
                area.shift(row_shift=-1)
        sheet.delete_rows(row)
        high = {n: d.height for n, d in sheet.row_dimensions.items() if d.height}
        for number in range(row, sheet.max_row + 2):
            sheet.row_dimensions[number].height = high.get(number + 1)


def xltpl(raw: bytes) -> bytes:
    """``{% xv name %}`` keeps a value's type; a loop stands in notes beside the rows."""
    from openpyxl.comments import Comment

    def cell(text: str, _: str) -> str:
        return TAG.sub(r"{% xv \1 %}", text) if TAG.fullmatch(text) else text

    def control(sheet: Any, first: int, name: str) -> None:
        without(sheet, first, first + 2)
        sheet.cell(first, 1).comment = Comment(f"beforerow{{% for r in {name} %}}", "t")
        sheet.cell(first + 1, 1).comment = Comment("beforerow{% endfor %}", "t")

    return sheets(raw, cell, control)


def carbone_excel(raw: bytes, numbers: frozenset[str]) -> bytes:
    """As in Word; the row after the body is where the second item begins.

    ``numbers``: the names that hold nothing else; ``formatN`` makes their cells numbers.
    """

    def cell(text: str, looping: str) -> str:
        whole = TAG.fullmatch(text)
        number = whole is not None and whole[1].rpartition(".")[2] in numbers
        made = TAG.sub(lambda m: _carbone(m[1], looping, "i"), text)
        return made.replace("}", ":formatN(2)}") if number else made

    def control(sheet: Any, first: int, _: str) -> None:
        tag = next(c.value for c in sheet[first + 1] if "{d." in str(c.value))
        sheet.cell(first + 2, 1).value = tag.replace("[i]", "[i+1]")
        without(sheet, first)

    return _shared(sheets(raw, cell, control))


def xlsx_template(raw: bytes) -> bytes:
    """``${name}``; ``${table:list.name}`` in a row repeats it."""

    def cell(text: str, looping: str) -> str:
        if not looping:
            return TAG.sub(r"${\1}", text)
        return TAG.sub(lambda m: f"${{table:{looping}.{m[1].rpartition('.')[2]}}}", text)

    def control(sheet: Any, first: int, _: str) -> None:
        without(sheet, first, first + 2)

    return _shared(sheets(raw, cell, control))


def _shared(raw: bytes) -> bytes:
    """Texts where Excel itself saves them, in a part of their own: openpyxl leaves them in the cells."""
    members = {n: data.decode("utf-8", "surrogateescape") for n, data in unpacked(raw).items()}
    texts: dict[str, int] = {}

    def share(match: re.Match[str]) -> str:
        number = texts.setdefault(match[2], len(texts))
        return f'<c{match[1]} t="s"><v>{number}</v></c>'

    inline = re.compile(r'<c((?: [rs]="\w+")*) t="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
    for one, data in members.items():
        if one.startswith("xl/worksheets/sheet"):
            xml = re.sub(r"&#(\d{3,});", lambda m: chr(int(m[1])), data)
            members[one] = inline.sub(share, xml)
    if "xl/sharedStrings.xml" not in members or texts:
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        kept = "".join(f"<si>{text}</si>" for text in texts)
        members["xl/sharedStrings.xml"] = (
            f'<sst xmlns="{main}" count="{len(texts)}" uniqueCount="{len(texts)}">{kept}</sst>'
        )
        _declare(members)
    return packed({one: data.encode("utf-8", "surrogateescape") for one, data in members.items()})


def _declare(members: dict[str, str]) -> None:
    types, links = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    if "sharedStrings" not in members[types]:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        members[types] = members[types].replace(
            "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        )
    members[links] = members[links].replace('Target="/xl/', 'Target="')
    if "sharedStrings" not in members[links]:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
        members[links] = members[links].replace(
            "</Relationships>",
            f'<Relationship Id="rIdTexts" Type="{kind}" Target="sharedStrings.xml"/></Relationships>',
        )

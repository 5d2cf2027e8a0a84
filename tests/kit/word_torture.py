"""A Word template with everything that repeats with a loop, made to hurt, and what it must say.

``expected`` tells the finished text from the context alone; it knows nothing of templates.
"""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.shared import Cm

from generator.figures.model import Figure, Names, Words
from generator.formats.pictures import PICTURES, Pictures
from kit.archives import Members, repacked, saved
from kit.charts import book, chart_xml, frame, with_chart
from kit.images import png
from kit.sheets import number
from kit.word import REFERENCES, element, notes, words

_BOX = (
    '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:90pt;height:40pt">'
    "<v:textbox><w:txbxContent><w:p><w:r><w:t>框{{ r.名 }}</w:t></w:r></w:p></w:txbxContent>"
    "</v:textbox></v:shape></w:pict></w:r>"
)
_CONTROL = (
    '<w:sdt><w:sdtPr><w:alias w:val="名"/><w:id w:val="7"/></w:sdtPr><w:sdtContent><w:r>'
    "<w:t>控{{ r.名 }}</w:t></w:r></w:sdtContent></w:sdt>"
)
_MARKED = (
    '<w:bookmarkStart w:id="3" w:name="处"/>',
    "<w:r><w:t>标{{ r.名 }}</w:t></w:r>",
    '<w:bookmarkEnd w:id="3"/>',
)
_LINKED = '<w:hyperlink r:id="rIdL"><w:r><w:t>链{{ r.名 }}</w:t></w:r></w:hyperlink>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TITLE = "<a:r><a:t>{{ 单</a:t></a:r><a:r><a:t>位 }}图</a:t></a:r>"
_DRAWN = [
    ["", "数"], ["{%tr for r in 行 %}", ""], ["{{ r.名 }}", "{{ r.数 }}"], ["{%tr endfor %}", ""],
]  # fmt: skip
_KINDS = ("footnotes", "endnotes", "comments")

Context = dict[str, Any]


def template(kinds: Sequence[str] = _KINDS) -> bytes:
    """Loops of three levels, rows and columns that repeat, and what hangs on them."""
    document: Any = Document()
    document.sections[0].header.paragraphs[0].text = "眉{{ 单位 }}"
    document.sections[0].footer.paragraphs[0].text = "脚{{ 单位 }}"
    _levels(document)
    _hanging(document, kinds)
    _lists(document)
    _pictures(document)
    _tables(document)
    document.add_paragraph("图")._p.append(frame())
    document.add_section().page_width = Cm(29.7)
    document.add_paragraph("末{{ 单位 }}")
    raw = repacked(saved(document), _own_lists)
    raw = repacked(raw, with_chart(chart_xml(_TITLE, 3, first=3), book(_DRAWN)))
    for kind in kinds:
        raw = repacked(raw, _numbered(kind))
    return repacked(raw, _linked)


_LINES = (("separator", -1), ("continuationSeparator", 0))


def _numbered(kind: str) -> Any:
    """The notes of one kind, after the two that are lines: without these LibreOffice miscounts."""
    add, one = notes(kind, f"{kind}{{{{ r.名 }}}}", number=f"rId{kind}"), kind[:-1]
    lines = "".join(
        f'<w:{one} w:type="{line}" w:id="{n}"><w:p><w:r><w:{line}/></w:r></w:p></w:{one}>'
        for line, n in _LINES
    )

    def change(members: Members) -> None:
        add(members)
        name, first = f"word/{kind}.xml", f'<w:{one} w:id="1"'
        text = members[name].decode()
        members[name] = text.replace(first, lines + first).encode()

    return add if kind == "comments" else change


_LINK = "https://example.cn/?n={{ r.数 }}"
_PROPERTY = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property '
    'fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="合计"><vt:lpwstr>共{{ 合计 }}'
    "</vt:lpwstr></property></Properties>"
)


def _linked(members: Members) -> None:
    """The target of the link, and a property of one's own."""
    members["docProps/custom.xml"] = _PROPERTY.encode()
    for part, end, entry in (
        ("word/_rels/document.xml.rels", "</Relationships>",
         f'<Relationship Id="rIdL" Type="{_OFFICE}/hyperlink" Target="{_LINK}" TargetMode="External"/>'),
        ("_rels/.rels", "</Relationships>",
         f'<Relationship Id="rIdC" Type="{_OFFICE}/custom-properties" Target="docProps/custom.xml"/>'),
        ("[Content_Types].xml", "</Types>",
         '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-'
         'officedocument.custom-properties+xml"/>'),
    ):  # fmt: skip
        members[part] = members[part].replace(end.encode(), (entry + end).encode())


def _levels(document: Any) -> None:
    for text, style in (
        ("{%p for a in 组 %}", None), ("组{{ a.名 }}", "Heading 1"),
        ("{%p for b in a.二 %}", None), ("{%p if b.三 %}", None), ("{{ a.名 }}有", "List Bullet"),
        ("{%p for c in b.三 %}", None), ("{{ c.数 }}在{{ a.名 }}", "List Number"), ("{%p endfor %}", None),
        ("{%p else %}", None), ("{{ a.名 }}无", None), ("{%p endif %}", None),
        ("{%p endfor %}", None), ("{%p endfor %}", None),
    ):  # fmt: skip
        document.add_paragraph(text, style=style)


def _hanging(document: Any, kinds: Sequence[str]) -> None:
    document.add_paragraph("{%p for r in 行 %}")
    for kind in kinds:
        line = document.add_paragraph(f"{{{{ r.名 }}}}{kind}")._p
        if kind == "comments":
            line.insert(0, element('<w:commentRangeStart w:id="1"/>'))
            line.append(element('<w:commentRangeEnd w:id="1"/>'))
        line.append(element(REFERENCES[kind]))
    for parts in ((_BOX,), (_CONTROL,), _MARKED, (_LINKED,)):
        line = document.add_paragraph()._p
        for part in parts:
            line.append(element(part))
    document.add_paragraph("{%p endfor %}")


#: Each a list of its own; two levels, the second counted below the first.
_RESTARTING, _OUTLINE, _RUNNING, _FROM_FIVE, _EITHER = range(91, 96)
_LEVELS = "".join(
    f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    f'<w:lvlText w:val="{label}"/><w:lvlJc w:val="left"/></w:lvl>'
    for depth, label in enumerate(("%1.", "%1.%2"))
)


def _own_lists(members: Members) -> None:
    text = members["word/numbering.xml"].decode()
    numbers = range(_RESTARTING, _EITHER + 1)
    bases = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="multilevel"/>{_LEVELS}'
        "</w:abstractNum>"
        for n in numbers
    )
    five = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    lists = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/>{five if n == _FROM_FIVE else ""}</w:num>'
        for n in numbers
    )
    at = text.index("<w:num ")
    text = text[:at] + bases + text[at:].replace("</w:numbering>", f"{lists}</w:numbering>")
    members["word/numbering.xml"] = text.encode()


def _lists(document: Any) -> None:
    """Lists of a pass, of an outline, of a list that is there before and behind its loop."""
    for text, counted, depth in (
        ("{%p for r in 行 %}", 0, 0), ("一{{ r.名 }}", _RESTARTING, 0), ("细{{ r.数 }}", _RESTARTING, 1),
        ("细", _RESTARTING, 1), ("二{{ r.名 }}", _RESTARTING, 0), ("五{{ r.名 }}", _FROM_FIVE, 0),
        ("六", _FROM_FIVE, 0), ("{%p if r.有 %}", _EITHER, 0), ("有{{ r.名 }}", _EITHER, 0),
        ("{%p else %}", _EITHER, 0), ("无{{ r.名 }}", _EITHER, 0), ("{%p endif %}", _EITHER, 0),
        ("{%p endfor %}", 0, 0), ("{%p for a in 组 %}", 0, 0), ("章{{ a.名 }}", _OUTLINE, 0),
        ("{%p for b in a.二 %}", _OUTLINE, 1), ("节{{ a.名 }}", _OUTLINE, 1), ("{%p endfor %}", 0, 0),
        ("{%p endfor %}", 0, 0), ("始", _RUNNING, 0), ("{%p for r in 行 %}", 0, 0),
        ("接{{ r.名 }}", _RUNNING, 0), ("又{{ r.名 }}", _RUNNING, 0), ("{%p endfor %}", 0, 0),
        ("终", _RUNNING, 0),
    ):  # fmt: skip
        look = document.add_paragraph(text)._p.get_or_add_pPr()
        if counted:
            said = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{counted}"/>'
            look.append(element(f"<w:numPr>{said}</w:numPr>"))


def labels(given: Context) -> list[str]:
    """The numbered paragraphs with their numbers, list by list as they follow on another."""
    rows, groups = given["行"], given["组"]
    out: list[str] = []
    for at, r in enumerate(rows, 1):
        out += (f"1. 一{r['名']}", f"1.1 细{r['数']}", "1.2 细", f"2. 二{r['名']}")
        out += (f"5. 五{r['名']}", "6. 六", f"{at}. {'有' if r['有'] else '无'}{r['名']}")
    for at, a in enumerate(groups, 1):
        out.append(f"{at}. 章{a['名']}")
        out += (f"{at}.{n} 节{a['名']}" for n, _ in enumerate(a["二"], 1))
    running = ["始", *(f"{sign}{r['名']}" for r in rows for sign in "接又"), "终"]
    return out + [f"{at}. {text}" for at, text in enumerate(running, 1)]


_NAMED = "{{ 图片('走访.png', 宽='1cm') }}"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def _pictures(document: Any) -> None:
    """Pictures in a loop: in the line and beside it, with a link and a description, by name."""
    header = document.sections[0].header.add_paragraph("眉图")
    _drawn(header).set("descr", "眉{{ 单位 }}")
    document.add_paragraph("{%p for r in 行 %}")
    line = document.add_paragraph("照{{ r.名 }}")
    told = _drawn(line)
    told.set("descr", "照{{ r.名 }}")
    told.append(element('<a:hlinkClick r:id="rIdL"/>'))
    _floating(_drawn(line).getparent())
    line.add_run(_NAMED)
    document.add_paragraph("{%p endfor %}")


def _drawn(paragraph: Any) -> Any:
    """The name of a picture that is put into a paragraph."""
    run = paragraph.add_run()
    run.add_picture(io.BytesIO(png()), Cm(1))
    return run._r.find(f".//{{{_DRAWING}}}docPr")


def _floating(inline: Any) -> None:
    """The picture beside its text, as Word says it."""
    extent, name, *rest = (e for e in inline if not str(e.tag).endswith("cNvGraphicFramePr"))
    anchor = element(
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="9"'
        ' behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        '<wp:positionH relativeFrom="column"><wp:align>right</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV>'
        "</wp:anchor>"
    )
    anchor.extend((extent, element("<wp:wrapNone/>"), name, *rest))
    inline.getparent().replace(inline, anchor)


@cache
def _unit() -> Path:
    folder = Path(tempfile.mkdtemp())
    (folder / "走访.png").write_bytes(png(30, 30))
    return folder


def _tables(document: Any) -> None:
    for rows in (
        [["名", "数"], ["{%tr for r in 行 %}", ""], ["{{ r.名 }}", "{{ r.数 }}"], ["{%tr if r.有 %}", ""],
         ["有", "{{ r.名 }}"], ["{%tr else %}", ""], ["无", ""], ["{%tr endif %}", ""],
         ["{%tr endfor %}", ""], ["合计", "{{ 合计 }}"]],
        [["{%tr for a in 组 %}", ""], ["组{{ a.名 }}", ""], ["{%tr for b in a.二 %}", ""],
         ["{%tr for c in b.三 %}", ""], ["{{ a.名 | 合并 }}", "{{ c.数 }}"], ["{%tr endfor %}", ""],
         ["{%tr endfor %}", ""], ["{%tr endfor %}", ""], ["完", ""]],
        [["列", "{%tc for k in 列 %}", "{{ k.名 }}", "{%tc endfor %}"]],
        [["{% cellbg 'FFFF00' %}黄", "{% colspan 1 %}一"]],
        [["头", ""], ["{%tr for r in 行 %}", ""], ["{% vm %}竖", "{{ r.数 }}"], ["{%tr endfor %}", ""]],
        [["头", "{%tc for k in 列 %}", "{% hm %}横", "{%tc endfor %}"]],
    ):  # fmt: skip
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for line, row in enumerate(rows):
            for column, text in enumerate(row):
                table.cell(line, column).text = text
        document.add_paragraph("隔")


def context(count: int, seed: int = 0) -> Context:
    """A context of ``count`` rows; groups of uneven size, some of them empty."""
    chance = random.Random(seed)
    signs = "甲乙丙<&>“”{}%#\\'\" 　①é😀"

    def name(index: int) -> str:
        return f"{index}{''.join(chance.choices(signs, k=chance.randint(0, 4)))}项"

    def text(index: int, value: str) -> Words:
        return words(value, f"文[{index}]")

    def figure(index: int) -> Figure:
        return number(f"{chance.randint(0, 900)}.{chance.randint(0, 99):02}", f"数[{index}]")

    rows = [
        Names({"名": text(n, name(n)), "数": figure(n), "有": chance.random() < 0.7})
        for n in range(1, count + 1)
    ]
    groups = [
        Names({
            "名": text(n, name(n)),
            "二": [
                Names({"三": [Names({"数": figure(n)}) for _ in range(chance.randint(0, 3))]})
                for _ in range(chance.randint(0, 2))
            ],
        })
        for n in range(1, min(count, 40) + 1)
    ]  # fmt: skip
    columns = [Names({"名": text(n, name(n))}) for n in range(1, min(count, 9) + 1)]
    return {
        "行": rows, "组": groups, "列": columns, "单位": text(0, name(0)),
        "合计": number("12.50", "合计"), PICTURES: Pictures([_unit()], "images"),
    }  # fmt: skip


def expected(given: Context) -> list[str]:
    """The body of the finished file, as ``kit.word.shape`` reads it."""
    rows, groups = given["行"], given["组"]
    out: list[str] = []
    for a in groups:
        out.append(f"组{a['名']}")
        for b in a["二"]:
            if b["三"]:
                out.append(f"{a['名']}有")
                out += (f"{c['数']}在{a['名']}" for c in b["三"])
            else:
                out.append(f"{a['名']}无")
    for r in rows:
        out += (f"{r['名']}{kind}" for kind in _KINDS)
        out += [f"▣框{r['名']}", f"控{r['名']}", f"标{r['名']}", f"链{r['名']}"]
    out += (line.partition(" ")[2] for line in labels(given))
    out += (f"照{r['名']}▣▣▣" for r in rows)
    out.append("名|数")
    for r in rows:
        out += [f"{r['名']}|{r['数']}", f"有|{r['名']}" if r["有"] else "无|"]
    out += [f"合计|{given['合计']}", "隔"]
    for a in groups:
        out.append(f"组{a['名']}|")
        figures = [c["数"] for b in a["二"] for c in b["三"]]
        out += (f"{'' if at else a['名']}|{f}" for at, f in enumerate(figures))
    columns = [str(k["名"]) for k in given["列"]]
    out += ["完|", "隔", "|".join(["列", *columns]), "隔", "黄|一", "隔", "头|"]
    out += (f"{'' if at else '竖'}|{r['数']}" for at, r in enumerate(rows))
    return [*out, "隔", "头|横" if columns else "头", "隔", "图▣", "§", f"末{given['单位']}"]


def noted(given: Context) -> dict[str, list[str]]:
    """The notes of each kind in their order."""
    return {kind: [f"{kind}{r['名']}" for r in given["行"]] for kind in _KINDS}

"""Charts in Word files, with the workbooks that they draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from kit.archives import Members, saved
from kit.word import element

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"


def book(rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook of these cells."""
    made = Workbook()
    assert made.active is not None
    made.active.title = "Sheet1"
    for row in rows:
        made.active.append(list(row))
    return saved(made)


def frame(number: str = "rIdChart") -> Any:
    """A run that shows the chart related as ``number``."""
    return element(
        '<w:r><w:drawing><wp:inline><wp:extent cx="4572000" cy="2743200"/>'
        '<wp:docPr id="9" name="图表"/><a:graphic><a:graphicData'
        ' uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{number}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )


def chart_xml(title: str, last: int, *, first: int = 2, book_id: str = "rId1") -> str:
    """A chart of columns: names in column A, values in B, the name of the series in B1."""

    def drawn(tag: str, area: str, kind: str, cached: str) -> str:
        cache = f'<c:{kind}Cache><c:ptCount val="1"/><c:pt idx="0"><c:v>{cached}</c:v></c:pt>'
        return f"<c:{tag}><c:{kind}Ref><c:f>Sheet1!{area}</c:f>{cache}</c:{kind}Cache></c:{kind}Ref></c:{tag}>"

    series = drawn("tx", "$B$1", "str", "系列") + drawn("cat", f"$A${first}:$A${last}", "str", "甲")
    series += drawn("val", f"$B${first}:$B${last}", "num", "1")
    axis = '<c:{0}Ax><c:axId val="{1}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
    axis += '<c:delete val="0"/><c:axPos val="{2}"/><c:crossAx val="{3}"/></c:{0}Ax>'
    external = f'<c:externalData r:id="{book_id}"><c:autoUpdate val="0"/></c:externalData>'
    return (
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        f' xmlns:r="{_OFFICE}"><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p>{title}</a:p></c:rich>'
        '</c:tx></c:title><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/>'
        f'<c:grouping val="clustered"/><c:ser><c:idx val="0"/><c:order val="0"/>{series}</c:ser>'
        '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        f"{axis.format('cat', 1, 'b', 2)}{axis.format('val', 2, 'l', 1)}</c:plotArea></c:chart>"
        f"{external if book_id else ''}</c:chartSpace>"
    )


def with_chart(xml: str, workbook: bytes | None = None) -> Callable[[Members], None]:
    """Adds the chart ``rIdChart`` and its workbook to a Word file."""

    def change(members: Members) -> None:
        members["word/charts/chart1.xml"] = xml.encode()
        types = f'<Override PartName="/word/charts/chart1.xml" ContentType="{_CHART}"/>'
        if workbook is not None:
            members["word/embeddings/book.xlsx"] = workbook
            types += f'<Default Extension="xlsx" ContentType="{_SHEET}"/>'
            target = "../embeddings/book.xlsx"
            members["word/charts/_rels/chart1.xml.rels"] = (
                f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1"'
                f' Type="{_OFFICE}/package" Target="{target}"/></Relationships>'
            ).encode()
        held = members["[Content_Types].xml"].decode()
        members["[Content_Types].xml"] = held.replace("</Types>", f"{types}</Types>").encode()
        links = members["word/_rels/document.xml.rels"].decode()
        link = f'<Relationship Id="rIdChart" Type="{_OFFICE}/chart" Target="charts/chart1.xml"/>'
        links = links.replace("</Relationships>", f"{link}</Relationships>")
        members["word/_rels/document.xml.rels"] = links.encode()

    return change

"""Form controls in a workbook, as Excel 365 writes them: in four places each.

``shown`` reads them off a finished file, knowing nothing of how gen fills templates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from kit.archives import Members

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.ms-excel.controlproperties+xml"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OLD = {"CheckBox": "Checkbox"}
_SHAPES = (
    '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" '
    'o:connecttype="rect"/><o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)


@dataclass(frozen=True)
class Put:
    """A control at the left top of ``at``, ``rows`` rows high.

    ``says``: of its part; ``moves``: as Excel's box of choices has it: with cells and in size
    (``twoCell``), with cells (``oneCell``), not at all (``absolute``). ``words``: its text.
    """

    kind: str
    at: str
    says: str = ""
    rows: int = 0
    moves: str = "oneCell"
    words: str = "字"
    macro: str = ""

    @property
    def corners(self) -> tuple[int, int, int]:
        letters, row = coordinate_from_string(self.at)
        return column_index_from_string(letters) - 1, row - 1, row - 1 + self.rows


def put(*controls: Put, sheet: str = "xl/worksheets/sheet1.xml", number: int = 1) -> Any:
    """A change of members that puts ``controls`` on a sheet without drawings."""

    def change(members: Members) -> None:
        drawing, old = f"xl/drawings/drawingC{number}.xml", f"xl/drawings/vmlDrawingC{number}.vml"
        links = [("rIdD", "drawing", drawing), ("rIdV", "vmlDrawing", old)]
        types = [(drawing, "application/vnd.openxmlformats-officedocument.drawing+xml")]
        listed, drawn, shapes = "", "", ""
        for at, one in enumerate(controls, 1):
            shape = 1024 * number + at
            part = f"xl/ctrlProps/ctrlProp{number}{at}.xml"
            says = re.sub(r'(\w+)="', r'\1="', one.says)
            members[part] = (
                '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<formControlPr '
                f'xmlns="{X14}" objectType="{one.kind}" {says} lockText="1"/>'
            ).encode()
            types.append((part, TYPE))
            links.append((f"rIdC{at}", "ctrlProp", part))
            listed += _listed(one, shape, f"rIdC{at}")
            drawn += _drawn(one, shape)
            shapes += _old(one, shape)
        members[drawing] = (
            f'<xdr:wsDr xmlns:xdr="{_XDR}" xmlns:a="{_A}">{drawn}</xdr:wsDr>'.encode()
        )
        members[old] = (
            '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office'
            ':office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
            f'<o:idmap v:ext="edit" data="{number}"/></o:shapelayout>{_SHAPES}{shapes}</xml>'
        ).encode()
        _related(members, sheet, links)
        _typed(members, types)
        _on_sheet(members, sheet, listed)

    return change


def _related(members: Members, sheet: str, links: list[tuple[str, str, str]]) -> None:
    folder, _, name = sheet.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    held = members.get(rels, (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"</Relationships>"
    ))  # fmt: skip
    more = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="../{target[3:]}"/>'
        for one, kind, target in links
    )
    members[rels] = held.replace(b"</Relationships>", f"{more}</Relationships>".encode())


def _typed(members: Members, types: list[tuple[str, str]]) -> None:
    more = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    held = members["[Content_Types].xml"].decode()
    more = "" if 'Extension="vml"' in held else more
    more += "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types)
    members["[Content_Types].xml"] = held.replace("</Types>", f"{more}</Types>").encode()


def _on_sheet(members: Members, sheet: str, listed: str) -> None:
    text = members[sheet].decode()
    controls = (
        f'<drawing xmlns:r="{OFFICE}" r:id="rIdD"/><legacyDrawing xmlns:r="{OFFICE}" r:id="rIdV"/>'
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14" xmlns:x14="{X14}">'
        f"<controls>{listed}</controls></mc:Choice></mc:AlternateContent>"
    )
    behind = [
        at for tag in ("<tableParts", "<extLst", "</worksheet>") if (at := text.find(tag)) > 0
    ]
    at = min(behind)
    members[sheet] = (text[:at] + controls + text[at:]).encode()


def _ends(one: Put, prefix: str = "") -> str:
    column, top, bottom = one.corners
    return "".join(
        f"<{prefix}{end}><xdr:col>{column + wide}</xdr:col><xdr:colOff>{off}</xdr:colOff><xdr:row>{row}"
        f"</xdr:row><xdr:rowOff>{off}</xdr:rowOff></{prefix}{end}>"
        for end, wide, row, off in (("from", 0, top, 9525), ("to", 1, bottom, 142875))
    )


def _listed(one: Put, shape: int, relation: str) -> str:
    ways = ' moveWithCells="1"' * (one.moves != "absolute") + ' sizeWithCells="1"' * (
        one.moves == "twoCell"
    )
    macro = f' macro="{one.macro}"' if one.macro else ""
    return (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14"><control xmlns:r="{OFFICE}" '
        f'xmlns:xdr="{_XDR}" shapeId="{shape}" r:id="{relation}" name="{one.kind} {shape}"><controlPr '
        f'defaultSize="0" autoFill="0" autoLine="0" autoPict="0"{macro}><anchor{ways}>{_ends(one)}</anchor>'
        "</controlPr></control></mc:Choice></mc:AlternateContent>"
    )


def _drawn(one: Put, shape: int) -> str:
    return (
        f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice xmlns:a14="http://schemas.microsoft.com/'
        f'office/drawing/2010/main" Requires="a14"><xdr:twoCellAnchor editAs="{one.moves}">'
        f'{_ends(one, "xdr:")}<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{shape}" '
        f'name="{one.kind} {shape}" hidden="1"><a:extLst><a:ext uri="{{63B3BB69-23CF-44E3-9099-'
        f'C40C66FF867C}}"><a14:compatExt spid="_x0000_s{shape}"/></a:ext></a:extLst></xdr:cNvPr>'
        '<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr bwMode="auto"><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" '
        'cy="0"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody>'
        f"<a:bodyPr/><a:p><a:r><a:t>{one.words}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>"
        "</xdr:twoCellAnchor></mc:Choice><mc:Fallback/></mc:AlternateContent>"
    )


def _old(one: Put, shape: int) -> str:
    column, top, bottom = one.corners
    says = dict(re.findall(r'(\w+)="([^"]*)"', one.says))
    more = "".join(
        f"<x:{old}>{says[new]}</x:{old}>"
        for old, new in (
            ("FmlaRange", "fmlaRange"), ("FmlaLink", "fmlaLink"), ("Val", "val"), ("Sel", "sel"),
            ("Min", "min"), ("Max", "max"),
        )
        if new in says
    )  # fmt: skip
    more += "<x:Checked>1</x:Checked>" * (says.get("checked") == "Checked")
    stays = "<x:MoveWithCells/>" * (one.moves == "absolute") + "<x:SizeWithCells/>" * (
        one.moves != "twoCell"
    )
    return (
        f'<v:shape id="_x0000_s{shape}" type="#_x0000_t201" style="position:absolute;'
        f'margin-left:9pt;margin-top:9pt;width:60pt;height:12pt;z-index:1" o:insetmode="auto">'
        f"<v:textbox><div style='text-align:left'><font size=\"160\">{one.words}<br></font></div></v:textbox>"
        f'<x:ClientData ObjectType="{_OLD.get(one.kind, one.kind)}">{stays}<x:Anchor>\n {column}, 1, {top}, '
        f"1, {column + 1}, 15, {bottom}, 15</x:Anchor>{more}</x:ClientData></v:shape>"
    )


# What a file holds


@dataclass(frozen=True)
class Shown:
    """A control of a file: its first and last row, counted from 1, and its own part."""

    kind: str
    top: int
    bottom: int
    link: str
    listed: str
    state: str


def shown(
    members: Members, sheet: str = "xl/worksheets/sheet1.xml", *, numbered: bool = True
) -> list[Shown]:
    """The controls of a sheet; fails where its four forms do not tell the same of each.

    Not ``numbered``: those of LibreOffice, whose old drawings are told apart by their order.
    """
    folder, _, name = sheet.rpartition("/")
    links = {
        one.get("Id"): (one.get("Type", "").rpartition("/")[2], one.get("Target", ""))
        for one in ElementTree.fromstring(members[f"{folder}/_rels/{name}.rels"])
    }
    targets = {
        key: (kind, "xl/" + path.split("xl/")[-1].removeprefix("../"))
        for key, (kind, path) in links.items()
    }
    (drawing,) = (
        ElementTree.fromstring(members[p]) for kind, p in targets.values() if kind == "drawing"
    )
    (old,) = (
        ElementTree.fromstring(members[p]) for kind, p in targets.values() if kind == "vmlDrawing"
    )
    drawn = list(old.iter(_vml("vml") + "shape"))
    shapes = {
        one.get("id", "").rpartition("_s")[2] if numbered else str(at): one
        for at, one in enumerate(drawn)
    }
    spots = {
        next(_each(one, "cNvPr")).get("id", ""): one for one in _each(drawing, "twoCellAnchor")
    }
    types = members["[Content_Types].xml"].decode()
    found: list[Shown] = []
    seen: set[str] = set()
    for control in _each(ElementTree.fromstring(members[sheet]), "control"):
        number = control.get("shapeId", "")
        assert number not in seen, f"{number} twice"
        seen.add(number)
        kind, part = targets[control.get(f"{{{OFFICE}}}id") or ""]
        assert (kind, f'"/{part}" ContentType="{TYPE}"' in types) == ("ctrlProp", True)
        own = ElementTree.fromstring(members[part])
        rows = [int(one.text or "") for one in _each(control, "row")]
        spot = spots.pop(number)
        shape = shapes.pop(number if numbered else str(len(found)))
        assert [int(one.text or "") for one in _each(spot, "row")] == rows
        if numbered:
            assert next(_each(spot, "compatExt")).get("spid") == f"_x0000_s{number}"
        says = {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in shape.iter()}
        anchor = [one.strip() for one in says["Anchor"].split(",")]
        assert [int(anchor[2]), int(anchor[6])] == rows
        if numbered:
            links_ = says.get("FmlaLink", ""), says.get("FmlaRange", "")
            assert links_ == (own.get("fmlaLink", ""), own.get("fmlaRange", ""))
        state = {"CheckBox": "checked", "Radio": "checked", "Scroll": "val", "Spin": "val"}.get(
            own.get("objectType", ""), "sel"
        )
        told = own.get(state, "")
        assert says.get(state.capitalize(), "") == {"Checked": "1", "Mixed": "2"}.get(told, told)
        found.append(Shown(
            own.get("objectType", ""), rows[0] + 1, rows[1] + 1, own.get("fmlaLink", ""),
            own.get("fmlaRange", ""), told,
        ))  # fmt: skip
    parts = [name for name in members if name.startswith("xl/ctrlProps/")]
    assert (len(parts), [*spots], [key for key, one in shapes.items() if "Note" not in str(ElementTree.tostring(one))]) == (len(found), [], [])  # fmt: skip
    return found


def _vml(name: str) -> str:
    return f"{{urn:schemas-microsoft-com:{name}}}"


def _each(tree: Any, local: str) -> Any:
    return (
        one
        for one in tree.iter()
        if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == local
    )

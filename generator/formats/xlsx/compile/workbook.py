"""The workbook: its members, the relations between them, its sheets and its names."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from generator.formats.xlsx.compile.formulas.areas import area_of
from generator.formats.xlsx.compile.formulas.names import Names
from generator.formats.xlsx.compile.parts import (
    DECLARATION,
    BadPart,
    Node,
    Part,
    attributes_text,
    compact,
    emit,
    emit_inner,
    read_part,
)
from generator.formats.xlsx.compile.sheet import (
    Sheet,
    Strings,
    merged_areas,
    read_rows,
    read_runs,
)
from generator.formats.xlsx.segments import CalculateOnLoad, Segment, Segments
from generator.language.tags import TAG

#: Parts that a workbook names and cannot do without.
_NEEDED = ("worksheet", "chartsheet", "styles", "sharedStrings")


class Workbook:
    """The members of a template and the relations between them."""

    def __init__(self, members: dict[str, bytes]) -> None:
        self.members = members
        self.parts = {
            name: read_part(name, data)
            for name, data in members.items()
            if name.endswith((".xml", ".rels"))
        }
        types = self.parts.get("[Content_Types].xml")
        if types is None:
            raise BadPart("T250", reason="里面没有内容清单")
        self.types = {
            node.get("PartName").lstrip("/"): node.get("ContentType")
            for node in types.root.each("Override")
        }
        mains = [target for kind, target in self.related("") if kind == "officeDocument"]
        self.main = mains[0] if mains else ""
        kind = self.types.get(self.main, "")
        if self.main not in self.parts or "spreadsheetml.sheet.main" not in kind:
            raise BadPart("T250", reason="里面没有工作簿")
        for kind, target in self.related(self.main):
            if kind in _NEEDED and target not in members:
                raise BadPart("T252", part=target, message="文件里没有这一部分")

    @property
    def from_1904(self) -> bool:
        """Whether its days count from 1904."""
        settings = self.parts[self.main].root.child("workbookPr")
        return settings is not None and settings.get("date1904") in ("1", "true")

    @property
    def written(self) -> dict[str, bytes]:
        """The members that are XML, old drawings included."""
        return {
            name: self.parts[name].data if name in self.parts else data
            for name, data in self.members.items()
            if name in self.parts or name.lower().endswith(".vml")
        }

    def related(self, source: str) -> list[tuple[str, str]]:
        """(kind, member) of every relation of the member ``source``."""
        return [(kind, target) for kind, target, _ in self.relations(source)]

    def relations_of(self, source: str) -> Part | None:
        """The part with the relations of ``source``."""
        folder, name = posixpath.split(source)
        return self.parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))

    def relations(self, source: str) -> list[tuple[str, str, str]]:
        """(kind, member, id) of every internal relation of the member ``source``."""
        folder = posixpath.dirname(source)
        part = self.relations_of(source)
        found = []
        for node in part.root.each("Relationship") if part else ():
            if node.get("TargetMode") != "External":
                target = node.get("Target")
                path = target.lstrip("/") if target[:1] == "/" else posixpath.join(folder, target)
                kind = node.get("Type").rpartition("/")[2]
                found.append((kind, posixpath.normpath(path), node.get("Id")))
        return found

    def external(self, source: str) -> dict[str, str]:
        """Id → target of every relation of ``source`` that leads out of the file."""
        part = self.relations_of(source)
        nodes = part.root.each("Relationship") if part else []
        return {n.get("Id"): n.get("Target") for n in nodes if n.get("TargetMode") == "External"}

    def one(self, kind: str) -> Part | None:
        """The first part of that kind that the workbook relates to."""
        return next(
            (self.parts[t] for k, t in self.related(self.main) if k == kind and t in self.parts),
            None,
        )

    def drop(self, kinds: Sequence[str], source: str) -> None:
        """Remove the members of these kinds from the package, with what names them."""
        folder, name = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        gone = {target for kind, target in self.related(source) if kind in kinds}
        if not gone:
            return
        for target in gone:
            self.members.pop(target, None)
            self.parts.pop(target, None)

        def patch(node: Node) -> list[Segment] | None:
            named = node.get("PartName").lstrip("/") in gone
            related = node.local == "Relationship" and node.get("Type").endswith(
                tuple(f"/{kind}" for kind in kinds)
            )
            return [] if named or related else None

        for changed in (relations, "[Content_Types].xml"):
            part = self.parts[changed]
            text = "".join(map(str, emit(part, part.root, patch)))
            self.replace(changed, DECLARATION + text)

    def replace(self, name: str, text: str) -> None:
        """Give a member new XML."""
        self.members[name] = text.encode()
        self.parts[name] = read_part(name, self.members[name])


def read_strings(book: Workbook) -> tuple[Strings, str]:
    """The shared strings, and the namespace prefix of their XML."""
    part = book.one("sharedStrings")
    if part is None:
        return [], ""
    return [read_runs(part, node) for node in part.root.each("si")], part.root.prefix


def blank_strings(book: Workbook) -> None:
    """Shared strings with tags are never shown: leave nothing of them in the file."""
    part = book.one("sharedStrings")
    if part is None:
        return

    def patch(node: Node) -> list[Segment] | None:
        if node.local != "si" or not TAG.search("".join(t for _, t in read_runs(part, node))):
            return None
        return [f"<{node.name}><{node.prefix}t/></{node.name}>"]

    text = "".join(map(str, emit(part, part.root, patch)))
    book.replace(part.name, DECLARATION + text)


def read_sheets(book: Workbook) -> tuple[list[str], list[Sheet]]:
    """The names of all sheets in order, and the worksheets among them."""
    strings, prefix = read_strings(book)
    container = book.parts[book.main].root.child("sheets")
    nodes = container.each("sheet") if container else []
    targets = {number: (kind, target) for kind, target, number in book.relations(book.main)}
    sheets: list[Sheet] = []
    for index, node in enumerate(nodes):
        kind, target = targets.get(node.get("id"), ("", ""))
        if kind == "worksheet" and target in book.parts:
            part = book.parts[target]
            rows = read_rows(part, strings, prefix)
            sheet = Sheet(index, node.get("name"), part, rows, merged_areas(part))
            for belongs, member, number in book.relations(target):
                area = area_of(book.parts[member].root.get("ref")) if member in book.parts else None
                if belongs == "table" and area is not None:
                    sheet.tables[number] = area
            sheets.append(sheet)
    return [node.get("name") for node in nodes], sheets


def patch_workbook(part: Part, names: Names, *, formulas: bool) -> Segments:
    """Names follow their rows; Excel computes what gen did not; the editor's traces go."""
    before = frozenset(["sheets", "functionGroups", "externalReferences", "definedNames"])
    anchor = [node for node in part.root.children if node.local in before][-1]
    calculation = part.root.child("calcPr")
    insert = formulas and calculation is None

    def patch(node: Node) -> list[Segment] | None:
        if node is anchor and insert:
            inner = own(node) or [
                part.raw(node.start, node.inner),
                *emit_inner(part, node, own),
            ]
            return [*inner, f"<{part.root.prefix}calcPr", CalculateOnLoad(), "/>"]
        return own(node)

    def own(node: Node) -> list[Segment] | None:
        if node.local in ("fileVersion", "revisionPtr"):
            return []
        if node.local == "AlternateContent" and any(n.local == "absPath" for n in node.walk()):
            return []
        if node is calculation and formulas:
            kept = attributes_text(node.attributes, {"fullCalcOnLoad"})
            return [f"<{node.name}{kept}", CalculateOnLoad(), "/>"]
        if node.local == "definedNames":
            return names.patched(part, node)
        return None

    return compact([DECLARATION, *emit(part, part.root, patch)])

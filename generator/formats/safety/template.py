"""A template package judged before anything else looks at it, and what editors left taken out.

Word and Excel alike: the same limits, the same tables (``policy``), the same way through. A
chart's own workbook is opened and judged as a workbook is; nothing else may be embedded.
"""

from __future__ import annotations

import codecs
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from generator.formats import package
from generator.formats.compiled import Left
from generator.formats.safety import policy
from generator.formats.safety.parts import Finding, PartReader
from generator.frozen import frozen
from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.reading import excel, opc, word
from generator.reading.entities import escape
from generator.reading.opc import TYPES, ContentTypes, Relation
from generator.reading.package import PackageError, read_members
from generator.reading.xml import BadXml, walk

Kind = Literal["docx", "xlsx"]

_XML_NAME: Final = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_MACRO_NAMES: Final = ("vbaproject.bin", "vbadata.xml")
#: What a chart's workbook is; binary workbooks and those with macros are something else.
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_CHARTS: Final = 50
_MOST_FINDINGS: Final = 10
_TRASH: Final = "[trash]/"


@frozen
class Admitted:
    """The members of a template, and what was taken out of them."""

    members: dict[str, bytes]
    left: tuple[Left, ...]


def admit(
    members: Mapping[str, bytes], kind: Kind, file: str, problems: Problems
) -> Admitted | None:
    """A template without what editors left behind; None after saying why it is refused."""
    judged = _Package(dict(members), kind)
    try:
        judged.judge()
    except _Damaged as bad:
        _tell_damage(bad, kind, file, problems)
        return None
    for finding in judged.findings[:_MOST_FINDINGS]:
        values = dict(finding.values)
        problems.add_values(finding.code, Position(file, place=finding.place), values)
    if judged.findings:
        return None
    left = (Left(file, member, what) for member, what in judged.removed.items() if what)
    return Admitted(judged.members, tuple(left))


class _Damaged(Exception):
    """A member that is no XML, or no XML that gen reads."""

    def __init__(self, member: str, error: BadXml) -> None:
        super().__init__(member)
        self.member = member
        self.error = error


def _tell_damage(bad: _Damaged, kind: Kind, file: str, problems: Problems) -> None:
    if bad.error.damage == "declared":
        problems.add("T213", Position(file), member=bad.member)
    elif kind == "docx":
        problems.add("T216", Position(file), member=bad.member, reason=str(bad.error))
    else:
        problems.add("T252", Position(file), part=bad.member, message=str(bad.error))


@dataclass(slots=True)
class _Package:
    """The members of one package and what is found in them; ``depth`` of embedding."""

    members: dict[str, bytes]
    kind: Kind
    inside: str = ""
    depth: int = 0
    findings: list[Finding] = field(default_factory=list)
    #: What was taken out: member → its words.
    removed: dict[str, str] = field(default_factory=dict)
    _named: dict[str, dict[str, Place | None]] = field(default_factory=dict)
    #: The relations by which each part names form controls.
    _controls: dict[str, set[str]] = field(default_factory=dict)

    def judge(self) -> None:
        """Look at everything. Raises ``_Damaged``."""
        types = self._types()
        self._parts(types)
        if self.findings:
            return  # what follows relies on parts that can be trusted so far
        self._lists()
        gone: dict[str, set[str]] = {}
        for name in self._relation_members():
            source = opc.source_of(name)
            links = opc.read_relations(self.members[name], source)
            self._controls.get(source, set()).difference_update(
                link.number for link in links if link.kind in ("ctrlprop", *policy.REFUSED)
            )
            for link in links:
                if self._taken_out(name, source, link, types):
                    gone.setdefault(name, set()).add(link.number)
        for name in filter(self._controls.get, self._controls):
            self._refuse(name, "不是窗体控件的控件")
        for name, numbers in gone.items():
            self._unlink(name, numbers)
        for name in (TYPES, *self._relation_members()):
            if name in self.members:
                self.members[name] = _usual(self.members[name])
        self._drop_unreached()

    def _types(self) -> ContentTypes:
        if TYPES not in self.members:
            return ContentTypes(b"<Types/>")  # the formats say what they miss
        try:
            return ContentTypes(self.members[TYPES])
        except BadXml as error:
            raise _Damaged(TYPES, error) from error

    def _lists(self) -> None:
        for name in (TYPES, *self._relation_members()):
            if name in self.members:
                try:
                    opc.check_list(name, self.members[name])
                except BadXml as error:
                    raise _Damaged(f"{self.inside}{name}", error) from error

    def _relation_members(self) -> list[str]:
        return [name for name in self.members if name.lower().endswith(".rels")]

    # --- parts ---

    def _parts(self, types: ContentTypes) -> None:
        places = self._places()
        titles = {place.name.casefold() for place in places.values()}
        sheets = titles if self.kind == "xlsx" else None
        for name, held in list(self.members.items()):
            kind = types.of(name)
            data = _BREAK.sub(rb"<br/>", held) if _is_old_drawing(name) else held
            if self._refused_by_name(name, kind) or not _is_xml(name, kind, data):
                continue
            told = kind == policy.CONTROL_TYPE
            reader = PartReader(f"{self.inside}{name}", places.get(name), sheets, control=told)
            try:
                walk(data, (reader,))
            except BadXml as error:
                self._broken(name, kind, data, error)
            else:
                self._named[name] = reader.named
                self._controls[name] = reader.controls
                self.findings += reader.finished()
                self.members[name] = _in_utf8(data)

    def _places(self) -> dict[str, Place]:
        if self.kind == "docx":
            return word.text_parts(self.members)
        try:
            return excel.sheets(self.members)
        except PackageError:
            return {}  # told by who compiles it

    def _refused_by_name(self, name: str, content_type: str) -> bool:
        words = policy.refused_type(content_type)
        if posixpath.basename(name).lower() in _MACRO_NAMES:
            words = "宏"
        if words:
            self._refuse(name, words)
        return bool(words)

    def _broken(self, name: str, content_type: str, data: bytes, error: BadXml) -> None:
        if error.damage == "declared" or _is_part(name, content_type):
            if not _is_old_drawing(name):
                raise _Damaged(f"{self.inside}{name}", error) from error
            if error.damage != "broken":
                raise _Damaged(f"{self.inside}{name}", error) from error
            # Old editors write drawings that are no XML. Excel reads them, so they are searched.
            if _REACHING.search(_decoded(data)):
                self._refuse(name, "看不清楚的旧式图形")

    # --- relations ---

    def _taken_out(self, name: str, source: str, link: Relation, types: ContentTypes) -> bool:
        """Whether the relation is to be taken out; refused ones become findings."""
        if link.kind in policy.STRIPPED:
            self.removed[name if link.external else link.target] = policy.STRIPPED[link.kind]
            return True
        if link.climbs or (link.external and not _harmless_link(link)):
            where = self._named.get(source, {}).get(link.number)
            self._add("T222", where, member=f"{self.inside}{name}", found=link.target)
        elif link.kind == "package" and "drawingml.chart" in types.of(source):
            self._chart_book(link.target, types)
        elif link.kind == "ctrlprop":
            told = types.of(link.target) == policy.CONTROL_TYPE
            if not (
                told and link.target.endswith(".xml") and types.of(source).endswith("worksheet+xml")
            ):
                self._refuse(link.target, "不是窗体控件的控件")
        elif link.kind in policy.REFUSED:
            self._refuse(link.target, policy.REFUSED[link.kind])
        elif link.kind and link.kind not in policy.KEPT:
            if link.number not in self._named.get(source, ()):
                self.removed[link.target] = "不认识的部件"
                return True
            self._refuse(link.target, f"不认识的{link.kind}部件")
        return False

    def _chart_book(self, name: str, types: ContentTypes) -> None:
        """A chart's data: a workbook, judged like one."""
        data = self.members.get(name)
        if data is None:
            return  # told as a relation that leads nowhere
        charts = sum(types.of(other) == _WORKBOOK for other in self.members)
        if types.of(name) != _WORKBOOK or self.depth or charts > _MOST_CHARTS:
            self._refuse(name, "嵌入的文件")
            return
        try:
            members = read_members(data)
        except PackageError:
            self._refuse(name, "打不开的图表数据")
            return
        book = _Package(dict(members), "xlsx", f"{name} 里的 ", self.depth + 1)
        book.judge()
        self.findings += book.findings
        self.removed |= book.removed
        if book.members != members:
            self.members[name] = package.write(package.static_block(book.members), ())

    # --- what is taken out ---

    def _unlink(self, name: str, numbers: set[str]) -> None:
        """Take relations out of ``name``, and what names them out of their source."""
        source = opc.source_of(name)
        self.members[name] = _without(self.members[name], "Id", numbers)
        if source in self.members and numbers & self._named.get(source, {}).keys():
            self.members[source] = _unnamed(self.members[source], numbers)

    def _drop_unreached(self) -> None:
        """What nothing leads to was looked at by nobody, and no reader misses it."""
        reached = opc.reached(self.members)
        if not any(link.kind == "officedocument" and link.target in reached
                   for link in opc.relations(self.members, "")):  # fmt: skip
            return  # told by who looks whether the file is whole
        lost = [name for name in self.members if name not in reached]
        for name in lost:
            del self.members[name]
            self.removed.setdefault(name, "" if name.startswith(_TRASH) else "没有用到的部件")
        if lost:
            parts = {f"/{name}".lower() for name in lost}
            self.members[TYPES] = _without(self.members[TYPES], "PartName", parts)

    def _refuse(self, member: str, words: str) -> None:
        member = f"{self.inside}{member}"
        if words.startswith("宏"):
            self._add("T223", member=member)
        else:
            self._add("T231", member=member, what=words)

    def _add(self, code: str, place: Place | None = None, **values: str) -> None:
        finding = Finding(code, tuple(values.items()), place)
        if finding not in self.findings:
            self.findings.append(finding)


def _is_part(name: str, content_type: str) -> bool:
    """Whether readers take the member for XML."""
    return bool(_XML_NAME.search(name)) or content_type.endswith("xml")


def _is_xml(name: str, content_type: str, data: bytes) -> bool:
    """By name, by type, or by looks: without the zero bytes UTF-16 cannot hide it."""
    start = data[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return _is_part(name, content_type) or start.startswith((b"<?xml", b"<!"))


def _is_old_drawing(name: str) -> bool:
    return name.lower().endswith(".vml")


def _harmless_link(link: Relation) -> bool:
    return link.kind in policy.STRIPPED or (
        link.kind == "hyperlink" and policy.harmless(link.target)
    )


#: What an old drawing that is no XML may not hold: what reaches out, and controls, which move.
_REACHING: Final = re.compile(
    r"""\b(?:src|href|althref)\s*=|Fmla|OLEObject|Script|ObjectType\s*=\s*["'](?!Note\b)""",
    re.IGNORECASE,
)
#: Excel ends a line in the text of an old drawing as pages of the web do, which is no XML.
_BREAK: Final = re.compile(rb"<br\s*>")
_SAID: Final = ("Id", "Type", "Target", "TargetMode", "Extension", "PartName", "ContentType")
_SPACES: Final = {
    "Relationships": "http://schemas.openxmlformats.org/package/2006/relationships",
    "Types": "http://schemas.openxmlformats.org/package/2006/content-types",
}


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _in_utf8(data: bytes) -> bytes:
    """A part as all that follows reads it; parts in UTF-16 are rare, but allowed."""
    start = data[:4]
    if not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and 0 not in start:
        return data
    order = "" if start[0] > 0xF0 else "-le" if start[1] == 0 else "-be"
    return _plainly_declared(data.decode(f"utf-16{order}")).encode()


def _without(xml: bytes, key: str, values: Iterable[str]) -> bytes:
    """A list of relations or content types without the entries whose ``key`` is one of these."""
    (root, _), *entries = opc.elements(xml)
    gone = set(values)
    kept = [
        f"<{name}{''.join(_attributes(attributes))}/>"
        for name, attributes in entries
        if _value(attributes, key) not in gone
    ]
    return f'<{root} xmlns="{_SPACES[root]}">{"".join(kept)}</{root}>'.encode()


def _usual(xml: bytes) -> bytes:
    """A list of relations or content types as every editor writes it, whatever this one did."""
    _, *entries = opc.elements(xml)
    odd = b"'" in xml or re.search(rb"<\w+:(?:Types|Relationships)\b", xml) is not None
    return _without(xml, "", ()) if odd or xml.count(b"/>") != len(entries) else xml


def _value(attributes: Mapping[str, str], key: str) -> str:
    value = attributes.get(key, "")
    return value.lower() if key == "PartName" else value


def _attributes(attributes: Mapping[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        if name in _SAID:
            yield f' {name}="{escape(value)}"'


_NAMING: Final = re.compile(
    rf"<((?:\w+:)?(?:{'|'.join(sorted(policy.NAMING_ELEMENTS))}))\b([^<>]*?)(?:/>|>\s*</\1\s*>)"
)
_PAGE_SETUP: Final = re.compile(r"<(?:\w+:)?pageSetup\b[^<>]*>")
_NAMED: Final = re.compile(r"""\s[\w]+:id\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _unnamed(xml: bytes, numbers: set[str]) -> bytes:
    """A part without what names these relations: whole elements, or their attribute."""

    def names(text: str) -> bool:
        return any((found[1] or found[2]) in numbers for found in _NAMED.finditer(text))

    def unlinked(match: re.Match[str]) -> str:
        return _NAMED.sub(lambda m: "" if (m[1] or m[2]) in numbers else m[0], match[0])

    text = _NAMING.sub(lambda m: "" if names(m[2]) else m[0], _decoded(xml))
    return _PAGE_SETUP.sub(unlinked, _plainly_declared(text)).encode()


_DECLARED: Final = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


def _plainly_declared(text: str) -> str:
    """``text`` with the declaration of UTF-8, in which it will be written."""
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + _DECLARED.sub("", text)

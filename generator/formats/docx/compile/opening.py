"""Word files gen is willing to open, and what is taken out of them before anything else happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from generator.formats import safety
from generator.formats.docx.compile import fields
from generator.formats.docx.compile.collect import paragraphs
from generator.formats.docx.compile.contents import stale
from generator.formats.docx.xml import MAIN, MC, STYLES, W, local, parse, w
from generator.formats.private import refuse
from generator.formats.safety import Admitted
from generator.formats.soundness.template import check_whole
from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.reading import package
from generator.reading.opc import TYPES, BadXml, ContentTypes
from generator.reading.word import WordPart, text_parts

TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
#: What is compiled, or read by its trees while something is.
_READ = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments|styles)\.xml")
_XML_NAME = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)


def read(raw: bytes, file: str, problems: Problems) -> Admitted | None:
    """A Word file gen is willing to open; None after saying why not."""
    try:
        members = package.read_members(raw)
    except package.PackageError as error:
        problems.add(str(error), Position(file))
        return None
    if MAIN not in members or TYPES not in members:
        problems.add("T214", Position(file))
        return None
    if "template.main" in _main_type(members):
        problems.add("T214", Position(file))
        return None
    admitted = safety.admit(members, "docx", file, problems)
    if admitted is None or not _readable(admitted.members, file, problems):
        return None
    members = admitted.members
    written = {name: data for name, data in members.items() if _XML_NAME.search(name)}
    if refuse(written, file, _Places(members), problems):
        return None
    if not check_whole(members, "docx", file, problems):
        return None
    if _tracked(members, file, problems) or _stale(members, file, problems):
        return None
    root = parse(members[MAIN])
    styles = members.get(STYLES)
    for paragraph in stale(root, None if styles is None else parse(styles))[:1]:
        body = Position(file, place=text_parts(members)[MAIN])
        at = (one.at for one in paragraphs(root, body) if one.element is paragraph)
        problems.add("T239", next(at, body))
    return admitted


CUSTOM: Final = "docProps/custom.xml"
#: Tracked changes, in Word's own words: of texts and paragraphs, of rows and cells, of looks.
_CHANGES: Final = {
    **dict.fromkeys(("ins", "cellIns"), "插入"), **dict.fromkeys(("del", "cellDel"), "删除"),
    **dict.fromkeys(("moveFrom", "moveTo"), "移动"), "cellMerge": "合并",
    **dict.fromkeys(
        ("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tcPrChange",
         "trPrChange", "tblPrExChange", "numberingChange"), "格式"),
}  # fmt: skip


def _tracked(members: Mapping[str, bytes], file: str, problems: Problems) -> bool:
    """Report changes that nobody accepted or rejected yet, once, at the first of them."""
    found: dict[str, None] = {}
    count, first = 0, Position(file)
    for name, place in text_parts(members).items():
        root = parse(members[name])
        for change in root.iter(*map(w, _CHANGES)):
            if not count:
                first = _position(change, root, Position(file, place=place))
            count += 1
            found[_CHANGES[local(change)]] = None
    if count:
        problems.add("T227", first, count=count, what="、".join(found))
    return count > 0


def _stale(members: Mapping[str, bytes], file: str, problems: Problems) -> bool:
    """Report fields whose results will not be what the document says; whether any is refused."""
    own = _untagged(members)
    refused = False
    for name, place in text_parts(members).items():
        root = parse(members[name])
        running = place.part in ("header", "footer")
        for one in fields.stale(root, main=name == MAIN, running=running, properties=own):
            at = _position(one.at, root, Position(file, place=place))
            code = " ".join(one.code.split())
            if one.why:
                problems.add("T245", at, field=code[:_CODE], why=one.why)
                refused = True
            else:
                problems.add("T246", at, field=code[:_CODE])
    return refused


#: How much of a field's code is shown.
_CODE: Final = 40


def _untagged(members: Mapping[str, bytes]) -> frozenset[str]:
    """The names of the document's own properties whose values are as typed."""
    if CUSTOM not in members:
        return frozenset()
    return frozenset(
        str(one.get("name")).casefold()
        for one in parse(members[CUSTOM])
        if "{" not in "".join(map(str, one.itertext()))
    )


def _position(change: etree._Element, root: etree._Element, part: Position) -> Position:
    """The paragraph of a change; of a row's or cell's own, the first one in it."""
    holder = next(change.iterancestors(w("p"), w("tc"), w("tr"), w("tbl")), change)
    own = next(holder.iter(w("p")), None)
    return next((one.at for one in paragraphs(root, part) if one.element is own), part)


def _main_type(members: Mapping[str, bytes]) -> str:
    """What the document says it is; nothing while its list of types cannot be read."""
    try:
        return ContentTypes(members[TYPES]).of(MAIN)
    except BadXml:
        return ""


class _Places:
    """Where the characters of a Word file stand, as far as they belong to a paragraph."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._parts = text_parts(members)
        self._read: dict[str, WordPart] = {}

    def __call__(self, name: str, xml: str, offset: int) -> Place | None:
        if name not in self._parts:
            return None
        if name not in self._read:
            self._read[name] = WordPart(xml, self._parts[name])
        paragraph = self._read[name].at(offset)
        return self._parts[name] if paragraph is None else paragraph.place


def _readable(members: Mapping[str, bytes], file: str, problems: Problems) -> bool:
    """Whether lxml reads all that is XML, and the parts that are compiled are of the usual Word."""
    for name, data in members.items():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        try:
            root = parse(data)
        except etree.XMLSyntaxError as error:
            problems.add("T216", Position(file), member=name, reason=_damage(error))
            return False
        compiled = _READ.fullmatch(name)
        if compiled and not (root.nsmap.get("w") == W and _usually_named(root)):
            problems.add("T215", Position(file))
            return False
    return True


def _usually_named(root: etree._Element) -> bool:
    """Whether the prefixes are those that all editors write, which readers go by."""
    return all(
        element.prefix == prefix
        for prefix, space in (("w", W), ("mc", MC))
        for element in root.iter(f"{{{space}}}*")
    )


def _damage(error: etree.XMLSyntaxError) -> str:
    """What only libxml2 stumbles over, in Chinese."""
    message = error.msg or ""
    if "huge" in message or "too long" in message:
        return "里面有一段长得不正常"
    return f"第{error.lineno}行附近不完整"

"""Word files gen is willing to open, and what is taken out of them before anything else happens.

Templates come from elsewhere. Bombs, document type declarations and files that are no plain
.docx are refused; so is whatever makes Word fetch or run something when the finished document
is opened (linked pictures and objects, DDE fields, macros). Only the link to the author's own
.dotm, which Word puts into any document made from a custom template, is quietly dropped.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from generator.formats.docx.xml import MAIN, STYLES, W, local, parse, w
from generator.formats.private import refuse
from generator.problems import Position, Problems
from generator.problems.place import Place
from generator.reading import package
from generator.reading.word import WordPart, text_parts

TEXT_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_XML_NAME = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_SETTINGS = "word/settings.xml"
_HARMLESS_LINK = re.compile(r"(?:https?:|mailto:|tel:|#)", re.IGNORECASE)
_CALLING_FIELD = re.compile(
    r"^\s*+\\?\"?\s*+(DDEAUTO|DDE|LINK|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DATABASE|MACROBUTTON)\b",
    re.IGNORECASE,
)
_TYPES = "[Content_Types].xml"
_RELATIONS = "word/_rels/document.xml.rels"
_NEEDED = ("styles", "numbering", "header", "footer", "footnotes", "endnotes")


def read(raw: bytes, file: str, problems: Problems) -> dict[str, bytes] | None:
    """The members of a Word file gen is willing to open; None after saying why not."""
    try:
        members = package.read_members(raw)
    except package.PackageError as error:
        problems.add(str(error), Position(file))
        return None
    if MAIN not in members or _TYPES not in members:
        problems.add("T214", Position(file))
        return None
    for name, data in members.items():
        # Without the zero bytes UTF-16 cannot hide it.
        plain = data.replace(b"\0", b"") if _is_xml(name, data) else b""
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
            problems.add("T213", Position(file), member=name)
            return None
    if not _readable(members, file, problems):
        return None
    written = {name: data for name, data in members.items() if _is_xml(name, data)}
    if refuse(written, file, _Places(members), problems):
        return None
    members = _without_own_template(members)
    return members if _stays_inside(members, file, problems) else None


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


def _is_xml(name: str, data: bytes) -> bool:
    """By name or by looks: content types may call any member XML."""
    return bool(_XML_NAME.search(name)) or data[:64].replace(b"\0", b"").lstrip(
        b"\xef\xbb\xbf\xff\xfe \t\r\n"
    ).startswith((b"<?xml", b"<!"))


def _readable(members: Mapping[str, bytes], file: str, problems: Problems) -> bool:
    found = Problems()
    for name, data in members.items():
        own = TEXT_PART.fullmatch(name) or name == STYLES
        if not own and not name.endswith((".rels", "[Content_Types].xml")):
            continue
        try:
            root = parse(data)
        except etree.XMLSyntaxError as error:
            found.add("T216", Position(file), member=name, reason=_damage(error))
            continue
        if own and root.nsmap.get("w") != W:
            found.add("T215", Position(file))
            break
    for name in _lost(members) if not found else ():
        found.add("T216", Position(file), member=name, reason="文件里没有这一部分")
    problems.extend(found)
    return not found


def _lost(members: Mapping[str, bytes]) -> Iterator[str]:
    """Parts that the body names and Word cannot do without."""
    for link in parse(members[_RELATIONS]) if _RELATIONS in members else ():
        kind = str(link.get("Type")).rpartition("/")[2]
        target = posixpath.join("/word", str(link.get("Target"))).lstrip("/")
        if kind in _NEEDED and posixpath.normpath(target) not in members:
            yield posixpath.normpath(target)


def _damage(error: etree.XMLSyntaxError) -> str:
    """What the parser stumbled over, in Chinese."""
    message = error.msg or ""
    if "huge" in message or "too long" in message:
        return "里面有一段长得不正常"
    if "depth" in message.lower():
        return "里面一层套一层，套得太深"
    return f"第{error.lineno}行附近不完整"


# --- what reaches outside -------------------------------------------------------------------


def _without_own_template(members: dict[str, bytes]) -> dict[str, bytes]:
    """``members`` without the link to the .dotm the template was made from."""
    relations = "word/_rels/settings.xml.rels"
    if relations not in members:
        return members
    root = parse(members[relations])
    dropped = {
        str(link.get("Id")) for link in root if str(link.get("Type")).endswith("/attachedTemplate")
    }
    if not dropped:
        return members
    for link in list(root):
        if link.get("Id") in dropped:
            root.remove(link)
    out = {**members, relations: etree.tostring(root)}
    if _SETTINGS in members:
        settings = parse(members[_SETTINGS])
        for link in settings.findall(w("attachedTemplate")):
            settings.remove(link)
        out[_SETTINGS] = etree.tostring(settings, xml_declaration=True, encoding="UTF-8")
    return out


def _stays_inside(members: Mapping[str, bytes], file: str, problems: Problems) -> bool:
    found = Problems()
    for name, data in members.items():
        if posixpath.basename(name).lower() in ("vbaproject.bin", "vbadata.xml"):
            found.add("T223", Position(file))
        elif name.endswith(".rels"):
            for target in _links(parse(data)):
                found.add("T222", Position(file), member=name, found=target)
        elif TEXT_PART.fullmatch(name) and b"instr" in data:
            for field in _calling_fields(parse(data)):
                found.add("T224", Position(file), member=name, found=field)
    problems.extend(found)
    return not found


def _links(relations: etree._Element) -> Iterator[str]:
    """Targets outside the file that Word would fetch on opening, and links to files."""
    for link in relations:
        kind = str(link.get("Type")).rpartition("/")[2]
        target = str(link.get("Target"))
        if kind == "aFChunk":
            yield target
        if link.get("TargetMode") != "External":
            continue
        if kind != "hyperlink" or not _HARMLESS_LINK.match(target.strip()):
            yield target


def _calling_fields(root: etree._Element) -> Iterator[str]:
    """Names of the fields that run programs or read other files."""
    for simple in root.iter(w("fldSimple")):
        found = _CALLING_FIELD.match(str(simple.get(w("instr"))))
        if found:
            yield found[1].upper()
    for paragraph in root.iter(w("p")):
        code: list[str] = []
        for node in paragraph.iter(w("instrText"), w("fldChar")):
            if local(node) == "instrText":
                code.append(node.text or "")
                continue
            found = _CALLING_FIELD.match("".join(code))
            if found:
                yield found[1].upper()
            code.clear()

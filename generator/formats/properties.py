"""Document properties: the same few for Word and Excel, from content only.

A template brings its editor's name and clock along; none of that leaves the office.
``neutral_members`` is for compiling, ``core_xml`` for rendering.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.frozen import frozen
from generator.reading.entities import escape

CORE: Final = "docProps/core.xml"
_APP: Final = "docProps/app.xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_RELATION: Final = (
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
)
_APP_XML: Final = (
    f"{_DECLARATION}<Properties"
    ' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_RELATION = re.compile(r"<Relationship\s[^>]*?/>")
_TARGET = re.compile(r'\sTarget="([^"]+)"')
_OVERRIDE = re.compile(r"<Override\s[^>]*?/>")


@frozen
class Properties:
    """What a finished file says about itself; ``date`` is ISO text such as ``2021-05-21``.

    Every page of a ``draft`` says that it is one.
    """

    title: str
    creator: str
    date: str = ""
    draft: bool = False


def core_xml(properties: Properties) -> str:
    """``docProps/core.xml`` for ``properties``."""
    stamp = f"{properties.date}T00:00:00Z" if properties.date else ""
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>'
        for name in ("created", "modified")
        if stamp
    )
    return (
        f"{_DECLARATION}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(properties.title)}</dc:title>"
        f"<dc:creator>{escape(properties.creator)}</dc:creator>{dates}</cp:coreProperties>"
    )


def neutral_members(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """``members`` without the template's own properties, ready for ``CORE``.

    ``CORE`` itself is left out, but declared: the renderer writes it.
    """
    relations = members.get("_rels/.rels", b"").decode()
    dropped = {CORE}
    for relation in _RELATION.findall(relations):
        if _CORE_RELATION in relation:
            relations = relations.replace(relation, "")
            dropped |= {target.lstrip("/") for target in _TARGET.findall(relation)}
    entry = f'<Relationship Id="rIdCore" Type="{_CORE_RELATION}" Target="{CORE}"/>'
    relations = relations.replace("</Relationships>", f"{entry}</Relationships>")
    kept = {name: data for name, data in members.items() if name not in dropped}
    kept["_rels/.rels"] = relations.encode()
    if _APP in kept:
        kept[_APP] = _APP_XML.encode()
    types = kept.get("[Content_Types].xml", b"").decode()
    for override in _OVERRIDE.findall(types):
        if _CORE_TYPE in override:
            types = types.replace(override, "")
    entry = f'<Override PartName="/{CORE}" ContentType="{_CORE_TYPE}"/>'
    types = types.replace("</Types>", f"{entry}</Types>")
    kept["[Content_Types].xml"] = types.encode()
    return kept

"""A Word package under change: parts as trees, relationships, content types.

What an annex refers to (pictures, charts with their workbooks, links) is copied under names of
its own, together with whatever that refers to in turn.
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Mapping
from itertools import count
from typing import Final

from lxml import etree

from generator.formats.docx.xml import MAIN, document_bytes, parse
from generator.frozen import frozen
from generator.reading.opc import TYPES, ContentTypes, relations_name, resolve
from generator.reserved import GRAFT

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_EMPTY_RELATIONS: Final = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()


@frozen
class Relation:
    """A relationship: its type and its target, the name of a part unless it leads ``outside``."""

    kind: str
    target: str
    outside: bool = False


class Parts:
    """The parts of one package; ``finished`` gives its members after all changes."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._members = dict(members)
        self._trees: dict[str, etree._Element] = {}

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def tree(self, name: str) -> etree._Element:
        """The root of a part, for reading and changing."""
        if name not in self._trees:
            self._trees[name] = parse(self._members[name])
        return self._trees[name]

    def bytes_of(self, name: str) -> bytes:
        """A part as it would be written now."""
        tree = self._trees.get(name)
        return self._members[name] if tree is None else document_bytes(tree)

    def changed(self) -> dict[str, bytes]:
        """The members that were looked into, written anew."""
        return {name: document_bytes(tree) for name, tree in self._trees.items()}

    def finished(self) -> dict[str, bytes]:
        """All members, those that were looked into written anew."""
        return {name: self.bytes_of(name) for name in self._members}

    def relations(self, source: str = MAIN) -> dict[str, Relation]:
        """The relationships of the part ``source`` by their identifiers."""
        name = relations_name(source)
        if name not in self:
            return {}
        return {str(link.get("Id")): _relation(link, source) for link in self.tree(name)}

    def unrelate(self, source: str, targets: Container[str]) -> None:
        """Take out the relationships of ``source`` to parts that are ``targets``."""
        for number, relation in self.relations(source).items():
            if relation.target in targets and not relation.outside:
                links = self.tree(relations_name(source))
                for link in [link for link in links if link.get("Id") == number]:
                    links.remove(link)

    def untype(self, names: Container[str]) -> None:
        """Take out what the list of types says of the parts ``names`` by name."""
        if TYPES in self:
            types = self.tree(TYPES)
            for entry in [e for e in types if str(e.get("PartName", ""))[1:] in names]:
                types.remove(entry)

    def named(self, kind: str) -> str:
        """The name of the part that the body relates to as ``kind`` (``styles``), or empty."""
        for relation in self.relations().values():
            if relation.kind.endswith(f"/{kind}") and relation.target in self:
                return relation.target
        return ""

    def relate(self, source: str, relation: Relation, identifier: str = "") -> str:
        """The identifier of ``relation`` of the part ``source``: the one asked for, or any.

        An equal relationship serves as well.
        """
        there = self.relations(source)
        for known, other in there.items():
            if other == relation and identifier in ("", known):
                return known
        name = relations_name(source)
        if name not in self:
            self._members[name] = _EMPTY_RELATIONS
        made = identifier or _free("rId", there)
        target = relation.target
        if not relation.outside:
            target = posixpath.relpath(target, posixpath.dirname(source) or ".")
        link = {"Id": made, "Type": relation.kind, "Target": target}
        if relation.outside:
            link["TargetMode"] = "External"
        etree.SubElement(self.tree(name), f"{{{_RELATIONS}}}Relationship", link)
        return made

    def content_type(self, name: str) -> str:
        """What ``[Content_Types].xml`` says of a part; empty if nothing."""
        return ContentTypes(self.bytes_of(TYPES)).written(name)

    def add(self, like: str, data: bytes, content_type: str) -> str:
        """Add a part under a free name like ``like``; return that name."""
        stem, dot, extension = like.rpartition(".")
        name = like
        if name in self:
            stems = {posixpath.splitext(member)[0] for member in self._members}
            name = _free(stem.rstrip("0123456789"), stems) + dot + extension
        self._members[name] = data
        if content_type and self.content_type(name) != content_type:
            types = self.tree(TYPES)
            namespace = str(types.tag).rpartition("}")[0]
            override = {"PartName": f"/{name}", "ContentType": content_type}
            etree.SubElement(types, f"{namespace}}}Override", override)
        return name


class Bringer:
    """Copies what elements of one package refer to into another, each part once."""

    def __init__(self, theirs: Parts, ours: Parts) -> None:
        self._theirs = theirs
        self._ours = ours
        self._copied: dict[str, str] = {}

    def settle(self, root: etree._Element, their_source: str, our_source: str) -> None:
        """Have the references in ``root``, now in ``our_source``, lead to copies of their targets.

        A reference that leads nowhere is taken away: it must not come to mean a part of ours.
        """
        there = self._theirs.relations(their_source)
        for element in root.iter():
            for attribute, value in list(element.attrib.items()):
                if not str(attribute).startswith((f"{{{_OFFICE}}}", f"{{{_STRICT}}}")):
                    continue
                relation = there.get(str(value))
                if str(value).startswith(GRAFT):
                    continue  # it will be given one when it is filled
                if relation is None:
                    del element.attrib[attribute]
                else:
                    element.set(attribute, self._ours.relate(our_source, self._brought(relation)))

    def _brought(self, relation: Relation) -> Relation:
        if relation.outside or relation.target not in self._theirs:
            return relation
        return Relation(relation.kind, self._part(relation.target))

    def _part(self, name: str) -> str:
        if name in self._copied:
            return self._copied[name]
        content_type = self._theirs.content_type(name)
        made = self._ours.add(name, self._theirs.bytes_of(name), content_type)
        self._copied[name] = made
        # A copy names its relationships as the original does, so its text stays as it is.
        for identifier, relation in self._theirs.relations(name).items():
            self._ours.relate(made, self._brought(relation), identifier)
        return made


def _relation(link: etree._Element, source: str) -> Relation:
    target = str(link.get("Target"))
    if link.get("TargetMode") == "External":
        return Relation(str(link.get("Type")), target, True)
    return Relation(str(link.get("Type")), resolve(source, target))


def _free(stem: str, taken: Container[str]) -> str:
    """``stem`` with the first number that nobody has."""
    return next(name for n in count(1) if (name := f"{stem}{n}") not in taken)

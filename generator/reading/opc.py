"""What a package (.docx, .xlsx) says of its members: their content types, and what leads where.

Members are found as Word and Excel find them (ECMA-376 part 2, Open Packaging Conventions): by
content type and by relation, whatever their files are called.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final

from generator.frozen import frozen
from generator.reading.xml import BadXml, elements, walk

#: The namespaces of attributes that name a relation; strict files have the second.
LINKING: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
TYPES: Final = "[Content_Types].xml"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
#: What a list of types or relations is made of: its namespace, its root, its entries.
_TYPE_LIST: Final = (f"{_PACKAGE}/content-types", "Types", ("Default", "Override"))
_RELATION_LIST: Final = (f"{_PACKAGE}/relationships", "Relationships", ("Relationship",))


@frozen
class Relation:
    """One relation of a member, or of the package.

    ``kind``: the last word of its type, in small letters; ``target``: a member, or as written
    for what is outside; ``external``: outside the package; ``climbs``: out of it by ``..``.
    """

    number: str
    kind: str
    target: str
    external: bool
    climbs: bool


class ContentTypes:
    """The content type of every member. Raises ``BadXml``."""

    def __init__(self, xml: bytes) -> None:
        self._endings: dict[str, str] = {}
        self._names: dict[str, str] = {}
        #: What is said twice: a reader may go by either.
        self.repeated: list[str] = []
        for name, attributes in elements(xml):
            if name == "Default":
                self._note(self._endings, attributes.get("Extension", ""), attributes)
            elif name == "Override":
                self._note(self._names, attributes.get("PartName", "").lstrip("/"), attributes)

    def _note(self, known: dict[str, str], key: str, attributes: Mapping[str, str]) -> None:
        key = key.lower()
        if key in known:
            self.repeated.append(key)
        known[key] = attributes.get("ContentType", "").strip()

    def of(self, member: str) -> str:
        """The type of ``member`` in small letters; empty when nothing is said."""
        return self.written(member).lower()

    def written(self, member: str) -> str:
        """The same as it is written: some readers look at its capitals."""
        name = member.lower()
        base, dot, ending = posixpath.basename(name).rpartition(".")
        return self._names.get(name) or (self._endings.get(ending, "") if dot or base else "")


def relations_name(source: str) -> str:
    """The member that holds the relations of ``source`` (empty: of the package)."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def source_of(relations: str) -> str:
    """The member whose relations ``relations`` holds."""
    folder, name = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def relations(members: Mapping[str, bytes], source: str) -> list[Relation]:
    """What ``source`` (empty: the package) relates to; nothing if that is not said.

    Raises ``BadXml``.
    """
    xml = members.get(relations_name(source))
    return [] if xml is None else list(read_relations(xml, source))


def read_relations(xml: bytes, source: str) -> tuple[Relation, ...]:
    """The relations that ``xml`` gives ``source``. Raises ``BadXml``."""
    return _read(xml, source) if len(xml) <= _SHORT else tuple(_relations(xml, source))


#: Lists of relations that most files of a template have in common are read once.
_SHORT: Final = 10_000


@lru_cache(maxsize=256)
def _read(xml: bytes, source: str) -> tuple[Relation, ...]:
    return tuple(_relations(xml, source))


def _relations(xml: bytes, source: str) -> Iterator[Relation]:
    for name, link in elements(xml):
        if name != "Relationship":
            continue
        target = link.get("Target", "")
        external = link.get("TargetMode", "").lower() == "external"
        kind = link.get("Type", "").rpartition("/")[2].lower()
        resolved = target if external else resolve(source, target)
        climbs = not external and _climbs(source, target)
        yield Relation(link.get("Id", ""), kind, resolved, external, climbs)


class _List:
    """A visitor that looks whether a list of types or relations holds nothing else."""

    def __init__(self, space: str, root: str, entries: Collection[str]) -> None:
        self._space = space
        self._allowed: tuple[Collection[str], ...] = ((root,), entries)
        self._depth = 0
        self.whole = True

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        allowed = self._allowed[self._depth] if self._depth < len(self._allowed) else ()
        self.whole &= space == self._space and name in allowed
        self._depth += 1

    def end(self, space: str, name: str) -> None:
        del space, name
        self._depth -= 1

    def text(self, text: str) -> None:
        pass


def check_list(name: str, xml: bytes) -> None:
    """Raise ``BadXml`` if ``name``, a list of types or relations, is none that readers go by."""
    found = _List(*(_TYPE_LIST if name == TYPES else _RELATION_LIST))
    walk(xml, (found,))
    if not found.whole:
        raise BadXml("other", 1)


def resolve(source: str, target: str) -> str:
    """The member that ``target``, as ``source`` writes it, is; empty for a place in itself."""
    if target.startswith("#"):
        return ""
    path = posixpath.join("/", posixpath.dirname(source), _plain(target.partition("#")[0]))
    return posixpath.normpath(path).lstrip("/")


def _plain(target: str) -> str:
    if "%" not in target:
        return target
    from urllib.parse import unquote

    return unquote(target)


def _climbs(source: str, target: str) -> bool:
    path = _plain(target)
    depth = 0 if path.startswith("/") else source.count("/")
    for step in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            return True
    return False


def reached(members: Mapping[str, bytes]) -> set[str]:
    """The members that relations lead to, however far, with those that hold the relations.

    Raises ``BadXml``.
    """
    found, waiting = {TYPES}, [""]
    while waiting:
        source = waiting.pop()
        if relations_name(source) in members:
            found.add(relations_name(source))
        for link in relations(members, source):
            if not link.external and link.target in members and link.target not in found:
                found.add(link.target)
                waiting.append(link.target)
    return found


__all__ = [
    "TYPES", "BadXml", "ContentTypes", "Relation", "check_list", "elements", "reached",
    "read_relations", "relations", "relations_name", "resolve", "source_of",
]  # fmt: skip

"""Fields whose results hang on what is filled: captions are numbered, sums of tables refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from generator.formats.docx.captions import COUNTED
from generator.formats.docx.xml import MC, local, w

#: Ways to write a caption's number that are the usual one.
_USUAL: Final = ("arabic", "mergeformat")
#: What a formula that goes by its table names: a direction, or cells.
_OF_TABLE: Final = re.compile(r"\b(?:ABOVE|BELOW|LEFT|RIGHT|[A-Z]{1,2}\d{1,4})\b", re.IGNORECASE)


@dataclass(slots=True)
class Field:
    """A field: its code, its three marks in their runs, and the texts that it shows."""

    begin: etree._Element
    end: etree._Element
    code: str = ""
    separate: etree._Element | None = None
    shown: list[etree._Element] = field(default_factory=list)


def fields(root: etree._Element) -> Iterator[Field]:
    """The fields of several runs below ``root``, as they end."""
    begun: list[Field] = []
    for node in root.iter(w("fldChar"), w("instrText"), w("t")):
        kind = node.get(w("fldCharType"))
        if kind == "begin":
            begun.append(Field(node, node))
        elif not begun:
            continue
        elif local(node) == "t":
            if begun[-1].separate is not None:
                begun[-1].shown.append(node)
        elif local(node) == "instrText":
            if begun[-1].separate is None:
                begun[-1].code += node.text or ""
        elif kind == "separate":
            begun[-1].separate = node
        elif kind == "end":
            made = begun.pop()
            made.end = node
            yield made


def simple(root: etree._Element) -> Iterator[Field]:
    """The fields of one element below ``root``."""
    for node in root.iter(w("fldSimple")):
        yield Field(node, node, str(node.get(w("instr")) or ""), shown=list(node.iter(w("t"))))


def number_captions(root: etree._Element) -> dict[str, str]:
    """Leave placeholders for the numbers of captions below ``root``; Jinja sources by their names.

    Captions that are counted in another way are marked, so that readers count them anew.
    """
    sources: dict[str, str] = {}
    for one in _captions(root):
        kind, way = _way(one.code)
        if not kind:
            one.begin.set(w("dirty"), "true")
        elif one.shown:
            # Readers take one of the two ways to say a drawing.
            way = "c" if _is_fallback(one.begin) else way
            name = f"S{len(sources)}"
            sources[name] = f"{{{{ {kind!r}|{COUNTED}({way!r}) }}}}"
            one.shown[0].text = f"{{{{ {name} }}}}"
            for rest in one.shown[1:]:
                rest.text = ""
    return sources


def uncounted(root: etree._Element) -> list[etree._Element]:
    """The paragraphs with captions that ``number_captions`` can only mark."""
    begun = [one.begin for one in _captions(root) if not _way(one.code)[0]]
    return [next(node.iterancestors(w("p"))) for node in begun]


def _captions(root: etree._Element) -> Iterator[Field]:
    return (f for f in (*fields(root), *simple(root)) if f.code.split()[:1] == ["SEQ"])


def _way(code: str) -> tuple[str, str]:
    """What a caption counts and how (17.16.5.56): on, ``c`` the last one again, or from a number.

    Empty where it is counted in another way.
    """
    kind, *words = code.split()[1:] or [""]
    way = ""
    switches = iter(words)
    for switch in switches:
        if switch in ("\\n", "\\c"):
            way = switch[1:].strip("n")
        elif switch == "\\r":
            way = next(switches, "")
            kind = kind if way.isdecimal() else ""
        elif switch != "\\*" or next(switches, "").lower() not in _USUAL:
            return "", ""
    return kind.strip('"'), way


def _is_fallback(node: etree._Element) -> bool:
    return next(node.iterancestors(f"{{{MC}}}Fallback"), None) is not None


def sums(root: etree._Element) -> list[etree._Element]:
    """The paragraphs with formulas over their table, whose results gen does not know."""
    found = []
    for one in (*fields(root), *simple(root)):
        formula = one.code.lstrip().startswith("=") and _OF_TABLE.search(one.code)
        if formula and next(one.begin.iterancestors(w("tbl")), None) is not None:
            found.append(next(one.begin.iterancestors(w("p"))))
    return found

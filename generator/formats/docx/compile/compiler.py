"""Word templates, compiled: .docx bytes become Jinja code, static members and a list of tags.

Building from a cached template never imports this module or what it needs (docxtpl,
lxml). In four steps:

1. *Read* what is safe to open (``safety``).
2. *Collect* the tags with their places, a placeholder in the stead of each (``collect``).
3. *Compose*: append the annexes to the report (``annexes``).
4. *Patch and compile*: docxtpl's ``patch_xml`` gives docxtpl's tags their meaning; the
   placeholders, which hold nothing it could misread, become Jinja source. Each part that holds
   tags becomes code; everything else is packed once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateSyntaxError

from generator.formats import package
from generator.formats.docx import notes
from generator.formats.docx import render as docx
from generator.formats.docx.annexes.annexes import alone, compose
from generator.formats.docx.compile import blanks, fields
from generator.formats.docx.compile import contents as tables
from generator.formats.docx.compile.collect import (
    PROPERTIES,
    Collected,
    collect_annex,
    collect_report,
)
from generator.formats.docx.compile.grafting import Grafting
from generator.formats.docx.compile.opening import TEXT_PART, read
from generator.formats.docx.compile.placement import Site, check
from generator.formats.docx.compiled import CompiledDocument, Contents, Part
from generator.formats.docx.xml import (
    CELL_ORDER,
    DECLARATION,
    MAIN,
    NUMBERING,
    STYLES,
    parse,
    serialize,
)
from generator.formats.format import Source
from generator.formats.properties import neutral_members
from generator.language import statements
from generator.language.environment import compile_source
from generator.problems import Position, Problems


def compile_docx(
    raw: bytes, file: str, annexes: Sequence[Source], problems: Problems
) -> CompiledDocument | None:
    """The compiled template, or None when one of the files cannot be read at all.

    With misplaced tags it has no parts, only its tags for the general lint.
    """
    found = Problems()
    try:
        return _compile(raw, file, annexes, found)
    finally:
        problems.extend(found)


def _compile(
    raw: bytes, file: str, annexes: Sequence[Source], problems: Problems
) -> CompiledDocument | None:
    opened = [read(raw, file, problems)]
    opened += (read(annex.raw, annex.file, problems) for annex in annexes)
    admitted = [one for one in opened if one is not None]
    if len(admitted) < len(opened):
        return None
    first, *others = admitted
    collected = Collected()
    report = collect_report(first.members, file, collected)
    bodies = [
        collect_annex(other.members, annex.file, collected)
        for other, annex in zip(others, annexes, strict=True)
    ]
    said = statements.read(collected.tags, docx.environment())
    if collected.excess is not None:
        problems.add("T225", collected.excess)
    else:
        check(collected.lines, collected.parts, said, problems)
        if not problems.failed and not any(statement.reason for statement in said):
            blanks.check(collected.parts, said, problems)
    composed = alone(report)
    if bodies and not problems.failed:
        pairs = list(zip(annexes, bodies, strict=True))
        composed = compose(report, pairs, collected.sources, problems)
    members = composed.members
    parts: dict[str, Part] = {}
    contents: list[Contents] = []
    for book in collected.books:
        problems.extend(book.problems)
    grafting = Grafting(members, said, loops=any(s.word == "for" for s in said) or bool(annexes))
    if not problems.failed and not any(statement.reason for statement in said):
        parts = _compile_parts(members, file, collected, grafting, contents, problems)
        for name in grafting.left_over():
            problems.add("T237", Position(file), member=name)
        members = grafting.released()
    if problems.failed:
        parts = {}
    dynamic = {*parts, *grafting.dynamic}
    if composed.numbering:
        dynamic.add(NUMBERING)
    static = {name: data for name, data in members.items() if name not in dynamic}
    return CompiledDocument(
        static=package.static_block(neutral_members(static)),
        books=tuple(grafting.books),
        grafts=grafting.places(neutral_members(members)),
        tags=tuple(collected.tags),
        statements=said,
        parts=parts,
        looks=tuple(collected.looks),
        sections=tuple(composed.sections),
        numbering=tuple(composed.numbering),
        fresh_numbers=composed.numbers,
        hollow=any(map(_may_empty, chain.from_iterable(collected.parts))),
        left=tuple(chain.from_iterable(one.left for one in admitted)),
        contents=tuple(contents),
    )


def _may_empty(site: Site) -> bool:
    """Whether the tag could take a cell's, header's or text box's only paragraph away."""
    return site.scope == "p" and site.holder != "body"


_PLACEHOLDER = re.compile(r"\{([{%#])-?(?:p|tr|tc)?\s*([TAZ]\d+)\s*-?[}%#]\}")
_SPAN = re.compile(r"\{\{ (\d+) \* loop\.length \}\}")
_CELL_PROPERTIES = re.compile(r"(<w:tcPr(?: [^>]*)?>)((?:(?!</w:tcPr>).)*\{[{%].*?)</w:tcPr>")
_CELL_PROPERTY = re.compile(r"<w:(\w+)(?: [^>]*?)?(?:/>|(?<!/)>.*?</w:\1>)")
_DRAWING = re.compile(r'<wp:docPr\b([^>]*?) id="[^"]*"|<wp:docPr id="[^"]*"')


def _compile_parts(
    members: Mapping[str, bytes],
    file: str,
    collected: Collected,
    grafting: Grafting,
    contents: list[Contents],
    problems: Problems,
) -> dict[str, Part]:
    """Each part with tags; ``contents`` gets the tables of contents."""
    parts: dict[str, Part] = {}
    patcher = DocxTemplate("")

    def source_of(xml: str) -> str:
        return _source(patcher.patch_xml(xml), collected)

    for name in members:
        if not (TEXT_PART.fullmatch(name) or PROPERTIES.fullmatch(name)):
            continue
        root = parse(members[name])
        if name == MAIN:
            styles = members.get(STYLES)
            contents += tables.placed(root, None if styles is None else parse(styles))
            fields.place(root)
        grafting.mark(name, root)
        xml = serialize(root)
        if name != MAIN and not re.search(r"\{[{%#]", xml):
            continue
        source = grafting.filled(source_of(xml), source_of)
        try:
            code = compile_source(docx.environment(), DECLARATION + source, name)
        except TemplateSyntaxError as error:
            # A wording that does not exist is for the lint, which knows its place and a better one.
            if "No filter named" not in (error.message or ""):
                reason = statements.in_chinese(error.message or "", "")
                problems.add("T200", Position(file), message=reason)
        else:
            parts[name] = Part(code, tuple(note for note in notes.NOTES if note in source))
    return parts


def _source(xml: str, collected: Collected) -> str:
    """Jinja source of patched ``xml``."""
    xml = _SPAN.sub(r"{{ loop.length|_columns(\1) }}", xml)
    xml = _CELL_PROPERTIES.sub(_in_order, xml)
    xml = _DRAWING.sub(lambda m: f"{notes.DRAWING_SLOT}{m[1] or ''}", xml)
    return _PLACEHOLDER.sub(lambda match: collected.sources[match[2]], xml)


def _in_order(match: re.Match[str]) -> str:
    rank = {name: number for number, name in enumerate(CELL_ORDER)}
    children = sorted(
        ((rank.get(child[1], len(rank)), child[0]) for child in _CELL_PROPERTY.finditer(match[2])),
        key=lambda pair: pair[0],
    )
    return match[1] + "".join(xml for _, xml in children) + "</w:tcPr>"

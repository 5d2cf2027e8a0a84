"""Loops with nothing in them, and table rows on which a loop of rows would come to grief.

Word shows nothing of either: a loop whose row was deleted prints nothing, a merge by value stops
at any row in between, and a cell merged over a row of tags loses its beginning with that row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.formats.docx.compile.placement import MERGE, SHEET, Site
from generator.formats.docx.xml import local, w
from generator.language import blocks
from generator.language.blocks import Block, Tree
from generator.language.statements import Statement
from generator.problems import Problems

_UNITS: Final = {"tr": "行", "tc": "格", "p": "段", "": "内容"}
#: What stands between rows and paragraphs and prints nothing.
_NOTHING: Final = frozenset({
    "bookmarkStart", "bookmarkEnd", "proofErr", "permStart", "permEnd", "tcPr", "trPr",
    "commentRangeStart", "commentRangeEnd",
})  # fmt: skip


def check(
    parts: Sequence[Sequence[Site]], statements: Sequence[Statement], problems: Problems
) -> None:
    """Report them; ``parts`` are the sites of each part in the order of their numbers."""
    sites = [site for part in parts for site in part]
    first = 0
    for part in parts:
        tree = blocks.parse(statements, range(first, first + len(part)))
        first += len(part)
        for block in filter(tree.sound, tree.blocks):
            head, end = sites[block.head], sites[block.end]
            if head.holder == SHEET:
                continue
            if head.scope == end.scope and _empty(block, head, end):
                values = {"tag": head.tag.text, "end": end.tag.text, "unit": _UNITS[head.scope]}
                problems.add_values("T240", head.tag.at, values)
        _check_tables(part, tree, sites, problems)


def _taken(site: Site) -> Any:
    """What goes away with a tag: its row, cell or paragraph."""
    return {"tr": site.row, "tc": site.container}.get(site.scope, site.paragraph)


def _empty(block: Block, head: Site, end: Site) -> bool:
    """Whether nothing stands between the ends of a block but other tags that go away.

    What holds another block is not empty itself: that one is told of.
    """
    if block.branches:
        return False
    if not head.scope:
        return block.word == "for" and _touching(head, end)
    here = _taken(head).getnext()
    last = _taken(end)
    if _taken(head) is last:
        return False  # told as ends in one row
    while here is not None and here is not last:
        if local(here) not in _NOTHING:
            return False
        here = here.getnext()
    return here is last


def _touching(head: Site, end: Site) -> bool:
    """Whether an end follows its head in one text, with nothing drawn beside them."""
    if head.paragraph is not end.paragraph or not head.span[1] == end.span[0] > 0:
        return False
    drawn = head.paragraph.iter(w("drawing"), w("pict"), w("object"))  # type: ignore[attr-defined]
    return next(drawn, None) is None


# --- tables ---------------------------------------------------------------------------------


def _check_tables(
    part: Sequence[Site], tree: Tree, sites: Sequence[Site], problems: Problems
) -> None:
    controls: dict[Any, Site] = {}
    merging: dict[Any, dict[int, Site]] = {}
    for site in (site for site in part if site.row is not None):
        if site.scope == "tr" and not site.tag.prints:
            controls.setdefault(site.row, site)
        elif site.tag.prints and MERGE.search(site.tag.body):
            merging.setdefault(site.row, {}).setdefault(_column(site), site)
    for row, site in controls.items():
        if _merged_away(row):
            problems.add("T236", site.tag.at, tag=site.tag.text)
    numbers = {id(site): number for number, site in enumerate(sites)}
    depths = {row: _loop(tree, numbers[id(site)]) for row, site in controls.items()}
    for row, columns in merging.items():
        loop = tree.innermost.get(numbers[id(next(iter(columns.values())))])
        head = None if loop is None or loop.word != "for" else sites[loop.head]
        # Its own rows only: not those around a table inside of the row that repeats.
        if loop is None or head is None or head.scope != "tr" or head.table is not _table(row):
            continue
        others = (other for other in _rows_of(loop, head.row, depths) if other is not row)
        broken = (_broken(columns, merging.get(other, {}), other) for other in others)
        for cut in list(filter(None, broken))[:1]:
            problems.add("T235", cut.tag.at, tag=cut.tag.text)


def _table(row: Any) -> Any:
    return next(row.iterancestors(w("tbl")), None)


def _loop(tree: Tree, number: int) -> Block | None:
    """The block in which the rows behind tag ``number`` stand."""
    block = tree.innermost.get(number)
    return block.around if block is not None and block.end == number else block


def _rows_of(loop: Block, row: Any, depths: Mapping[Any, Block | None]) -> Iterator[Any]:
    """The rows that every pass of ``loop``, opened in ``row``, prints."""
    inside: Block | None = loop
    here = row.getnext()
    while here is not None:
        if here in depths:
            inside = depths[here]
            if inside is loop.around:
                return
        elif local(here) == "tr" and inside is loop:
            yield here
        here = here.getnext()


def _broken(columns: Mapping[int, Site], there: Mapping[int, Site], row: Any) -> Site | None:
    """What merges in ``columns`` and cannot go on over ``row``, which merges ``there``."""
    cells = dict(_cells(row))
    for column, site in columns.items():
        cell = cells.get(column)
        if column not in there and (cell is None or _merge(cell) != "continue"):
            return site
    return None


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    """The cells of a row by their first grid column."""
    column = _number(row, f"{w('trPr')}/{w('gridBefore')}", 0)
    for cell in row.findall(w("tc")):
        yield column, cell
        column += _number(cell, f"{w('tcPr')}/{w('gridSpan')}", 1)


def _number(element: Any, path: str, otherwise: int) -> int:
    found = element.find(path)
    value = "" if found is None else str(found.get(w("val")))
    return int(value) if value.isdecimal() else otherwise


def _column(site: Site) -> int:
    return next((c for c, cell in _cells(site.row) if cell is site.container), -1)


def _merge(cell: Any) -> str:
    """``restart``, ``continue`` or nothing: how the template merges a cell."""
    found = cell.find(f"{w('tcPr')}/{w('vMerge')}")
    return "" if found is None else str(found.get(w("val")) or "continue")


def _merged_away(row: Any) -> bool:
    """Whether a merged cell begins in ``row`` and goes on below."""
    following = row.getnext()
    while following is not None and local(following) != "tr":
        following = following.getnext()
    below = {} if following is None else dict(_cells(following))
    return any(
        _merge(cell) == "restart" and column in below and _merge(below[column]) == "continue"
        for column, cell in _cells(row)
    )

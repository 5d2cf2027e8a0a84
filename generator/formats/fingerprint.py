"""What a document can show, hashed: equal fingerprints mean equal bytes.

A document's tags say which names it reaches; everything below those names goes into the hash,
together with the compiled template and the file's properties. So a changed figure touches just
the documents that show it or what follows from it, whatever the clocks of files say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from generator.figures.model import Figure, Names, Words
from generator.language import blocks
from generator.language.environment import PICTURE_FILTER
from generator.language.expressions import Expression, Filter, Member, Name, inside
from generator.language.narrative import Block
from generator.language.statements import Statement
from generator.same import once_for_each

Path = tuple[str, ...]


@once_for_each
def reached(statements: Sequence[Statement]) -> frozenset[Path]:
    """The names that tags reach, loop variables traced back to the lists they run over."""
    scopes = blocks.Scopes[Path](blocks.parse(statements))
    found: set[Path] = set()

    def resolve(node: Expression, number: int) -> Path | None:
        if isinstance(node, Name):
            return scopes.find(node.name, number) or (node.name,)
        if isinstance(node, Member):
            holder = resolve(node.holder, number)
            return None if holder is None else (*holder, str(node.key))
        for below in inside(node):
            path = resolve(below, number)
            if path is not None:
                found.add(path)
        return None

    for number, statement in enumerate(statements):
        source = None if statement.value is None else resolve(statement.value, number)
        if source is not None:
            found.add(source)
            if statement.word in ("for", "set"):
                scopes.bind(number, dict.fromkeys(statement.names, source))
        if statement.condition is not None:
            tested = resolve(statement.condition, number)
            found.update(() if tested is None else (tested,))
    return frozenset(found)


@once_for_each
def names_pictures(statements: Sequence[Statement]) -> bool:
    """Whether any tag shows a picture by its name."""

    def shows(node: Expression) -> bool:
        named = isinstance(node, Filter) and node.name == PICTURE_FILTER
        return named or any(map(shows, inside(node)))

    return any(said.value is not None and shows(said.value) for said in statements)


def fingerprint(
    context: Mapping[str, object],
    names: Iterable[Path],
    *settings: str,
    lists: dict[int, bytes] | None = None,
) -> str:
    """The hash of everything below ``names`` in ``context``, and of ``settings``.

    ``lists`` remembers the hashes of lists by identity, for other documents of the same context.
    """
    digest = hashlib.sha256()
    lists = {} if lists is None else lists
    for setting in settings:
        digest.update(setting.encode() + b"\0")
    # Names that reach into one list mean the whole list, which is hashed once.
    for path in sorted({_to_list(context, path) for path in names}):
        digest.update(".".join(path).encode() + b"\1")
        value = _found(context, path)
        if not isinstance(value, list | tuple):
            digest.update(_bytes(value))
            continue
        if id(value) not in lists:
            lists[id(value)] = hashlib.sha256(_bytes(value)).digest()
        digest.update(lists[id(value)])
    return digest.hexdigest()


def _bytes(value: object) -> bytes:
    pieces: list[str] = []
    _collect(value, pieces)
    return "\2".join(pieces).encode()


def _found(context: Mapping[str, object], path: Path) -> object:
    """The value at ``path``; below a list, the list itself (a loop may reach every item)."""
    here: object = context
    for step in path:
        if isinstance(here, list | tuple):
            return here
        if not isinstance(here, Mapping) or step not in here:
            return None
        here = here[step]
    return here


def _to_list(context: Mapping[str, object], path: Path) -> Path:
    """``path`` up to the first list on its way: a loop may reach every item of it."""
    here: object = context
    for number, step in enumerate(path):
        if isinstance(here, list | tuple):
            return path[:number]
        if not isinstance(here, Mapping) or step not in here:
            return path
        here = here[step]
    return path


def _collect(value: object, out: list[str]) -> None:
    """Everything about ``value`` that a template could print or branch on."""
    if isinstance(value, Figure):
        out.append(f"{value.path}={value.text}={value.value}={value.unit}={value.places}")
        if value.base is not None:
            base = value.base
            out.append(f"{base.text}={base.value}={base.unit}={base.places}={base.year}")
    elif isinstance(value, Words):
        out.append(f"{value.path}={value}")
    elif isinstance(value, Names):
        # Sorted: the order in which figures were computed may differ from run to run.
        for key, member in sorted(value.items()):
            out.append(key)
            _collect(member, out)
    elif isinstance(value, list | tuple):
        out.append(str(len(value)))
        for item in value:
            _collect(item, out)
    elif isinstance(value, Block):
        out.append(f"{value.kind}{value.level}{value.text}{value.rows}")
    else:
        out.append(repr(value) if isinstance(value, str | int) else "-")

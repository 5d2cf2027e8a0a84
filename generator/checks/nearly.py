"""Names that a text has almost right: one character changed or left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def without(text: str, names: Iterable[str]) -> str:
    """The text with the right names blanked out, offsets kept."""
    for name in names:
        text = text.replace(name, "□" * len(name))
    return text


def near(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Where ``text`` holds ``name`` with one inner character wrong or, in long names, missing."""
    sizes = (len(name), len(name) - 1) if len(name) >= 6 else (len(name),)
    start = text.find(name[0])
    while start >= 0:
        for size in sizes:
            piece = text[start : start + size]
            if piece.endswith(name[-1]) and len(piece) == size and one_off(name, piece):
                yield start, piece
                break
        start = text.find(name[0], start + 1)


def one_off(name: str, piece: str) -> bool:
    """Whether ``piece`` is ``name`` with one inner Chinese character changed or left out."""
    if len(piece) == len(name):
        changed = [b for a, b in zip(name, piece, strict=True) if a != b]
        inner = name[0] == piece[0] and name[-1] == piece[-1]
        return inner and len(changed) == 1 and "\u4e00" <= changed[0] <= "\u9fff"
    if len(piece) != len(name) - 1 or len(name) < 6:
        return False
    return any(name[:i] + name[i + 1 :] == piece for i in range(1, len(name) - 1))

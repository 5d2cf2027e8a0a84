"""A part of a finished file as a tree, read by ``reading.xml`` and its limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.reading.xml import walk


class Element:
    """An element by its local name, with its attributes by theirs."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""

    def get(self, name: str, default: str = "") -> str:
        """An attribute."""
        return self.attributes.get(name, default)

    def child(self, *names: str) -> Element:
        """The first child on the way ``names`` down; an empty element where there is none."""
        here = self
        for name in names:
            here = next((one for one in here.children if one.name == name), _NOTHING)
        return here

    def all(self, name: str) -> Iterator[Element]:
        """The children called ``name``."""
        return (one for one in self.children if one.name == name)

    def below(self, name: str) -> Iterator[Element]:
        """All elements called ``name``, however deep."""
        for one in self.children:
            if one.name == name:
                yield one
            yield from one.below(name)

    def __bool__(self) -> bool:
        return self is not _NOTHING


_NOTHING = Element("", {})


class _Grower:
    def __init__(self) -> None:
        self.root = Element("", {})
        self._open = [self.root]

    def start(self, space: str, name: str, attributes: Mapping[str, str]) -> None:
        del space
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name, plain)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, space: str, name: str) -> None:
        del space, name
        self._open.pop()

    def text(self, text: str) -> None:
        self._open[-1].text += text


def grown(xml: bytes | None) -> Element:
    """The root element of ``xml``, an empty one where there is none. Raises ``BadXml``."""
    if not xml:
        return _NOTHING
    grower = _Grower()
    walk(xml, (grower,))
    return grower.root.children[0]

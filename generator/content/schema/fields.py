"""How a key is declared: one ``Field`` a key, one ``Group`` a mapping, one kind a sort of value."""

from __future__ import annotations

from enum import Enum
from typing import Final

from generator.frozen import frozen

REQUIRED: Final = "必填"
EXPECTED: Final = "应填"
OPTIONAL: Final = "可不填"
SELDOM: Final = "一般不填"
EITHER: Final = "二选一"


class Kind(Enum):
    """A sort of value that needs no further word."""

    TEXT = "文字"
    #: A text, a number with or without unit, or a formula.
    LEAF = "文字、数或公式"
    #: A formula whose ``=`` may be left out.
    FORMULA = "公式"
    #: A number with or without unit.
    MEASURE = "带单位的数"
    #: A list of texts.
    TEXTS = "列表"
    #: Names → formulas over the columns of one row.
    COLUMNS = "列公式"
    #: 允许, or by how much a total differs.
    TOLERANCE = "尾差"
    #: A fact: a text, number or formula, a list of facts, or names with facts.
    TREE = "事实"
    #: Rows of amounts, as in ``figures.yaml``.
    TABLE = "表"
    #: An amount or a formula, or a row that is the sum of those in it.
    CELL = "行"
    #: A formula, or several of which the first whose names are all there counts.
    FORMULAS = "几个公式"
    #: A text or a list of texts; what inherits adds to them.
    WORDS = "一串词"
    #: Names, each with a text or a list of texts.
    NAMED_WORDS = "左右两边"
    #: What is right, with wordings of what is not.
    PHRASES = "正确的写法和像它的字样"
    #: Rows that are a part of the row they stand in.
    PARTS = "其中"
    #: Names → formulas, nested as deep as the writer likes.
    DERIVED = "派生"


@frozen
class Number:
    """A plain number of ``unit`` from ``low`` to ``high``; ``whole``: without decimals.

    ``hundred``: 100 is the whole, so that 0.75 looks like 75.
    """

    unit: str = ""
    low: int | None = None
    high: int | None = None
    whole: bool = False
    hundred: bool = False


@frozen
class OneOf:
    """One of some words."""

    words: tuple[str, ...]


@frozen
class Levels:
    """Codes of rules, each with one of some words."""

    words: tuple[str, ...]


@frozen
class Below:
    """A mapping of its own."""

    group: Group


@frozen
class Each:
    """A list of mappings."""

    group: Group


AnyKind = Kind | Number | OneOf | Levels | Below | Each


@frozen
class Field:
    """One key: its kind, what it means (Markdown, as the guides print it), and an example.

    ``example`` is what stands behind the colon; the guides show that of a list or mapping in
    full elsewhere, where it is empty. ``need`` is the word of the guides, and a key of need
    ``REQUIRED`` that is not there is an error. ``default`` is what counts when nothing is typed.
    """

    key: str
    kind: AnyKind
    meaning: str
    example: str = ""
    need: str = OPTIONAL
    default: str = ""

    @property
    def required(self) -> bool:
        """Whether it is an error to leave the key out."""
        return self.need is REQUIRED


@frozen
class Group:
    """The keys of one mapping; ``name`` is what messages call it.

    ``some``: of these keys at least one has to be there; ``single``: at most one. ``rest``: what
    names hold that the writer adds at will, other than ``refused``; None when there are none.
    """

    name: str
    fields: tuple[Field, ...]
    some: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    rest: Kind | None = None
    refused: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> Field:
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(f"{self.name}.{key}")

    @property
    def keys(self) -> tuple[str, ...]:
        """The declared keys, in the order of the guides."""
        return tuple(field.key for field in self.fields)

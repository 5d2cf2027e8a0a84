"""What a record must look like before anything in it is believed.

A record lies beside the outputs, where anybody can change it. It is held against its shape as a
whole, so that nothing later meets a name that leads out of its folder, a number that is none, or
a character that commands the console.

Each check takes all that stands in one spot of a record at once, such as all texts of all rows:
hundreds of rows are then looked at in no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, TypeAlias

from generator.problems.place import are_packed
from generator.records.tree import is_outline

_Check: TypeAlias = Callable[[Sequence[Any]], bool]

#: Raw control characters that may stand in JSON; and, as it escapes them, all of them and halves
#: of characters. Gen writes none, so they are compiled when there seem to be some.
_CONTROL: Final = rb"[\r\x7f]|\xc2[\x80-\x9f]"
_ESCAPED: Final = (
    rb"(?<!\\)(?:\\\\)*\\u"
    rb"(?i:00(?:0[0-8bcef]|1[0-9a-f]|7f|[89][0-9a-f])|d[89a-f][0-9a-f]{2})"
)
#: A fraction in figures that can be read back; nothing divides by zero.
_FRACTION: Final = re.compile(r"-?[0-9]{1,4000}(?:/[1-9][0-9]{0,3999})?")
_FORBIDDEN: Final = frozenset('\\:*?"<>|')
_SEVERITIES: Final = frozenset({"error", "warning", "note"})


def printable(raw: bytes) -> bool:
    """Whether the JSON ``raw`` holds no characters that command a console."""
    # One byte is found in no time.
    if any(sign in raw for sign in (b"\r", b"\x7f", b"\xc2")) and re.search(_CONTROL, raw):
        return False
    return b"\\u" not in raw or not re.search(_ESCAPED, raw)


def is_output_name(name: str) -> bool:
    """Whether ``name`` can be a document below its folder: no way out, nothing hidden."""
    return not _FORBIDDEN.intersection(name) and all(
        step and not step.startswith(".") for step in name.split("/")
    )


def holds(plain: Any, version: int) -> bool:
    """Whether ``plain`` has all that a record of ``version`` has."""
    return _RECORDS[version]([plain]) and all(map(is_output_name, plain["documents"]))


def _all(kind: type) -> _Check:
    return lambda items: set(map(type, items)) <= {kind}


def _object(**members: _Check) -> _Check:
    """Objects with these members; those ending in ``_`` may be missing."""

    def check(items: Sequence[Any]) -> bool:
        if not _objects(items):
            return False
        for name, inside in members.items():
            key = name.removesuffix("_")
            found = [item[key] for item in items if key in item]
            if (key == name and len(found) < len(items)) or not inside(found):
                return False
        return True

    return check


def _named(check: _Check) -> _Check:
    """Objects of which every member is so."""
    return lambda items: (
        _objects(items) and check(list(chain.from_iterable(item.values() for item in items)))
    )


def _list(check: _Check) -> _Check:
    """Lists of which every member is so."""
    return lambda items: _lists(items) and check(list(chain.from_iterable(items)))


def _row(*checks: _Check) -> _Check:
    """Lists with one member for each of ``checks``."""
    return lambda items: (
        _lists(items)
        and set(map(len, items)) <= {len(checks)}
        and all(
            check(column) for check, column in zip(checks, zip(*items, strict=True), strict=False)
        )
    )


def _fractions(items: Sequence[Any]) -> bool:
    return _texts(items) and all(map(_FRACTION.fullmatch, items))


def _severities(items: Sequence[Any]) -> bool:
    return _texts(items) and _SEVERITIES.issuperset(items)


def _values(items: Sequence[Any]) -> bool:
    return _value(items) and all("unit" in item for item in items if "value" in item)


_texts, _numbers, _lists, _objects = _all(str), _all(int), _all(list), _all(dict)
_at = _row(_texts, _numbers, _numbers)
_value = _object(
    text=_texts, at=_at, value_=_fractions, unit_=_texts, formula_=_texts, inputs_=_list(_texts),
    origin_=_texts,
    base_=_object(path=_texts, text=_texts, at=_at),
)  # fmt: skip
_where = {"file": _texts, "line": _numbers, "column": _numbers, "place": _texts}
_problem = _object(
    code=_texts, severity=_severities, message=_texts, hint=_texts, **_where,
    related=_list(_object(**_where)),
)  # fmt: skip


def _outlines(items: Sequence[Any]) -> bool:
    return _rows_of_content(items) and all(map(is_outline, items))


_rows_of_content = _list(_row(_numbers, _texts, _texts, _texts, _texts, _numbers, _numbers))


def _record(place: _Check, *more: _Check, **later: _Check) -> _Check:
    shown = _row(_texts, place, _texts, _texts, _texts, *more)
    document = {"template": _texts, "number": _numbers} if later else {}
    return _object(
        unit=_texts,
        year=_numbers,
        inputs=_named(_texts),
        values=_named(_values),
        narrative=_list(_row(_texts, _texts, _texts)),
        documents=_named(
            _object(sha256=_texts, fingerprint=_texts, places=_list(shown), **document)
        ),
        problems=_list(_problem),
        draft_=_all(bool),
        **later,
    )


#: Each version that can be read; the first one told places in words, the third keeps content,
#: the fourth tells where in its paragraph a value begins, the fifth folds long lists.
_RECORDS: Final[Mapping[int, _Check]] = {
    1: _record(_texts), 2: _record(are_packed), 3: _record(are_packed, content=_outlines),
    4: _record(are_packed, _numbers, content=_outlines),
    5: _record(are_packed, _numbers, content=_outlines),
}  # fmt: skip
#: Those versions.
READABLE: Final = frozenset(_RECORDS)

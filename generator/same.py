"""What is worked out of a thing that never changes is worked out once for each thing.

Compiled templates are shared by hundreds of units; what their tags reach or how they nest takes
long to read and to compare, but they are the very same objects each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

#: Things of which results are kept: more than the templates of a form set.
_KEPT: Final = 64


class _Same:
    """A thing that equals nothing but itself."""

    __slots__ = ("it",)

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


def once_for_each(work: Callable[[T], R]) -> Callable[[T], R]:
    """``work``, done once for each object that it is asked of; its result may not be changed.

    Only of what cannot change itself, such as tuples of frozen classes.
    """

    @lru_cache(maxsize=_KEPT)
    def known(same: _Same) -> R:
        it: T = same.it  # type: ignore[assignment]
        return work(it)

    @wraps(work)
    def asked(it: T) -> R:
        return known(_Same(it)) if type(it) is tuple else work(it)

    return asked

"""Regular expressions that are compiled when they are first used.

Half of gen's expressions look for mistakes and are never asked in a clean build; compiling all of
them would take a tenth of its time.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Waiting:
    """Stands for a pattern until one of its methods is asked for, then has them all."""

    def __init__(self, source: Any, flags: int) -> None:
        self._given = source, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked by copy and pickle of what is not yet made
            raise AttributeError(name)
        compiled = re.compile(*self._given)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "split"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Like ``re.compile``; an expression that is wrong is found at its first use."""
    return cast("re.Pattern[AnyStr]", _Waiting(source, flags))

"""Files that came back from Word and Excel: what they say otherwise, and what of it is taken.

Which files these are is said when the page is started; no request can name one. Each difference
goes by a key of all that it says, so that nothing is written but what somebody saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

from generator import disk
from generator.problems import Problems, Severity, reason
from generator.pulling import telling, writing
from generator.pulling.editing import Unwritable
from generator.pulling.model import Finding
from generator.pulling.pulling import Pulled, draft, pull
from generator.review.refusal import Refused
from generator.workspace import UnitYear, Workspace

_KEY: Final = 24


class Returned:
    """The files that came back, for one unit-year."""

    def __init__(self, workspace: Workspace, target: UnitYear, paths: Sequence[Path]) -> None:
        self._workspace = workspace
        self._target = target
        self._paths = tuple(paths)

    def shown(self) -> dict[str, Any]:
        """All differences as the page shows them, with what could not be read."""
        pulled, problems = self._pulled()
        told = [one.as_json() for one in problems.sorted() if one.severity is Severity.ERROR]
        if pulled is None:
            return {"files": [], "differences": [], "comments": [], "problems": told}
        plain = telling.as_json(pulled, telling.differences(pulled), None, ())
        keys = map(_key, pulled.findings)
        for one, key in zip(plain["differences"], keys, strict=True):
            one["key"] = key
        return {**plain, "problems": told}

    def take(self, keys: Collection[str]) -> dict[str, Any]:
        """Write the proposals of ``keys`` into the content. Raises ``Refused``."""
        pulled, _ = self._pulled()
        if pulled is None:
            raise Refused("这份文件现在读不出来，没有写。")
        known = {_key(pulled.findings[number - 1]): number for number in pulled.proposals}
        if not keys or not set(keys) <= set(known):
            raise Refused("内容或文件刚刚变了，没有写；请再看一遍。")
        taken = [known[key] for key in keys]
        try:
            made = draft(pulled, taken)
            writing.write(made)
            if len(taken) == len(pulled.findings) and not telling.unexplained(made):
                writing.settle(pulled)
        except disk.Moved as moved:
            raise Refused("内容刚刚又改过，没有写；请再看一遍。") from moved
        except Unwritable as error:
            raise Refused(f"没有写进去：{error}。") from error
        except OSError as error:
            raise Refused(f"没有写进去：{reason(error)}。") from error
        return {"written": sorted(made.files)}

    def _pulled(self) -> tuple[Pulled | None, Problems]:
        problems = Problems()
        found = pull(self._workspace, (self._target,), self._paths, problems)
        return (found[0] if found else None), problems


def _key(one: Finding) -> str:
    return hashlib.sha256(repr(one).encode("utf-8", "backslashreplace")).hexdigest()[:_KEY]

"""What is asked for; knows no library, so that asking costs nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from generator.frozen import frozen

#: What in the name of a file asks for tracked changes rather than a notice.
ASKED: Final = "花脸"
#: Who changed it and when, unless that is given: always the same, so that bytes are.
AUTHOR: Final = "gen"
DATE: Final = datetime(2025, 1, 1, tzinfo=UTC)


@frozen
class Signed:
    """Who made the changes, and when."""

    author: str = AUTHOR
    date: datetime = DATE


@frozen
class Wish:
    """Where to, which document (a part of its name; empty: the first that changed), signed how.

    ``listed``: the changed figures come first, on a page of their own.
    """

    path: Path
    signed: Signed
    document: str = ""
    listed: bool = False

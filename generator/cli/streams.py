"""The console as gen writes to it: any code page, closed at any moment, a full disk behind it."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


class Stream:
    """A text stream that goes quiet once nobody can hear it.

    What a command found and did does not depend on who listens, so it goes on to its end;
    ``failure`` then holds what the system said.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write ``text`` if anybody hears it."""
        if self.failure is None:
            try:
                return self._stream.write(text)
            except OSError as error:
                self.failure = error
        return len(text)

    def flush(self) -> None:
        """Send on what was written, as far as anybody hears it."""
        if self.failure is None:
            try:
                self._stream.flush()
            except OSError as error:
                self.failure = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def prepared() -> Iterator[None]:
    """Let output never fail: not on a character that the code page lacks, nor on a closed pipe."""
    before = sys.stdout, sys.stderr
    for stream in filter(None, before):  # without a console there is none
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    sys.stdout, sys.stderr = (stream and cast("TextIO", Stream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def heard() -> bool:
    """Whether what is printed still goes anywhere."""
    return getattr(sys.stdout, "failure", None) is None


def lost() -> OSError | None:
    """Why results could not be printed; None when they were, or when the reader had enough."""
    failure = getattr(sys.stdout, "failure", None)
    if isinstance(failure, OSError) and failure.errno not in (errno.EPIPE, errno.EINVAL):
        return failure  # Windows calls a pipe that was closed invalid
    return None

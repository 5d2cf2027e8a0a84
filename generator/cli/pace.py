"""How far a run over many units has come: one line on the screen, which goes away at the end."""

from __future__ import annotations

import sys
import time
from typing import Final, TextIO

#: How often the line is written anew, in seconds.
_EVERY: Final = 0.2
#: With fewer units than this the end comes before anybody reads.
_MANY: Final = 5
#: Seconds from which the time left is told in minutes.
_MINUTES: Final = 90


class Pace:
    """Counts units done of ``total`` and says so on ``stream``, only where a person looks at it."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._total, self._done, self._begun, self._told = total, 0, time.monotonic(), 0.0
        self._shown = total >= _MANY and self._stream is not None and self._stream.isatty()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        if self._shown and now - self._told >= _EVERY:
            self._told = now
            self._write(line(self._done, self._total, now - self._begun))

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()


def line(done: int, total: int, seconds: float) -> str:
    """``已做 120/300 个单位，每秒 4.2 个，还要约 43 秒`` after ``seconds``."""
    rate = done / max(seconds, 1e-3)
    left = (total - done) / rate
    time_left = f"{left / 60:.0f} 分钟" if left >= _MINUTES else f"{left:.0f} 秒"
    return f"已做 {done}/{total} 个单位，每秒 {rate:.1f} 个，还要约 {time_left}"

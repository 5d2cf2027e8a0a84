"""What a command has done so far that stays: for true words when it ends before its time."""

from __future__ import annotations

from generator.workspace import UnitYear


class Progress:
    """The unit-years whose outputs were exchanged, and what else was written."""

    def __init__(self) -> None:
        self._touched: dict[UnitYear, bool] = {}
        self._saved: list[str] = []

    def touch(self, target: UnitYear) -> None:
        """The outputs of ``target`` are about to be exchanged."""
        self._touched[target] = False

    def finish(self, target: UnitYear) -> None:
        """The build of ``target`` has come to its end."""
        if target in self._touched:
            self._touched[target] = True

    def save(self, words: str) -> None:
        """Something else was written: ``words`` say what, in Chinese."""
        self._saved.append(words)

    def touched(self, target: UnitYear) -> bool:
        """Whether gen set about exchanging the outputs of ``target``."""
        return target in self._touched

    def told(self) -> str:
        """A sentence about what was touched and what was not, in Chinese."""
        finished = [target.label for target, whole in self._touched.items() if whole]
        midway = [target.label for target, whole in self._touched.items() if not whole]
        parts = list(self._saved)
        if finished:
            parts.append(f"已经换上新成果的有：{'、'.join(finished)}")
        if midway:
            parts.append(f"{'、'.join(midway)} 的成果正好在换，请再运行一次 gen build")
        if not self._touched:
            parts.append("原来的成果没有动")
        return f"{'；'.join(parts)}。"

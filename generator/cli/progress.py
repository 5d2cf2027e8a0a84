"""What a command has done so far that stays: for true words when it ends before its time."""

from __future__ import annotations

from typing import Final

from generator.workspace import UnitYear

#: Up to so many units are all named, of more the first ones.
_MOST_NAMED: Final = 40
_FIRST_NAMED: Final = 8


class Progress:
    """The unit-years whose outputs were exchanged, and what else was written."""

    def __init__(self) -> None:
        self._touched: dict[UnitYear, bool] = {}
        self._saved: list[str] = []
        #: Of several unit-years, how many gen has not come to the end of.
        self.left = 0

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
            more = f" 等{len(finished)}个单位" if len(finished) > _MOST_NAMED else ""
            named = "、".join(finished[:_FIRST_NAMED] if more else finished)
            parts.append(f"已经换上新成果的有：{named}{more}")
        if midway:
            parts.append(f"{'、'.join(midway)} 的成果正好在换，请再运行一次 gen build")
        if not self._touched:
            parts.append("原来的成果没有动")
        if self.left:
            parts.append(f"还有{self.left}个单位没有做，再运行一次就接着做")
        return f"{'；'.join(parts)}。"

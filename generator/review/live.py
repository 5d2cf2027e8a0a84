"""The sets of the units of a year as they stand: built when asked for, and after every save."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Condition, Event, Lock
from time import sleep
from typing import Any, Final

from generator import disk
from generator.batch import watching
from generator.batch.work import Building
from generator.build import standing
from generator.build.pipeline import Mode, Outcome
from generator.build.publish import Busy, in_turn
from generator.history import versions
from generator.problems import Problem, Problems, Severity, reason
from generator.records import record, ticks
from generator.records.record import Record, sha256
from generator.records.words import Words
from generator.review import facts
from generator.review.moved import moved
from generator.review.refusal import Refused
from generator.review.returned import Returned
from generator.workspace import TICKS, UnitYear, Workspace

_COUNT_SECONDS: Final = 1
#: How often, and after how long, a unit is tried again that another gen is building.
_PATIENCE, _BUSY_SECONDS = 5, 0.5
#: How long a tick waits for one that another gen writes.
_TURN_SECONDS: Final = 5
#: Units whose pages are kept; of others they are made again when somebody looks.
_MOST_KEPT: Final = 6


class Unit:
    """One unit-year on the page."""

    def __init__(
        self, workspace: Workspace, target: UnitYear, pulled: Sequence[Path] = (), *, draft: bool
    ) -> None:
        self.target = target
        self.workspace = workspace
        self._returned = Returned(workspace, target, pulled) if pulled else None
        self._build = Building(workspace, Mode(draft=draft))
        self._lock = Lock()
        self._record: Record | None = None
        self._problems: Sequence[Problem] = ()
        self._state: tuple[Any, ...] = ()
        self._broken = False
        self._known: tuple[ticks.Ticks, str] = ({}, "")
        self._moved: dict[str, Any] | None = None
        #: The pages of documents, and what they were made of: most saves change few of them.
        self._pages: dict[str, tuple[object, dict[str, Any]]] = {}
        #: Grows with all that the page shows of the unit.
        self.version = 0

    @property
    def ticks_file(self) -> Path:
        """Where its ticks are."""
        return self.target.folder / TICKS

    @property
    def _owner(self) -> ticks.Owner:
        return self.target.unit_id, self.target.year

    def refresh(self) -> bool:
        """Build what is there now; whether the page has something else to show."""
        with self._lock:
            return self._refresh()

    def _refresh(self) -> bool:
        outcome = self._built()
        problems, broken = _sorted(outcome.problems), outcome.built is None
        found, ticked = record.load(self.target.output / record.RECORD), self._ticks()
        old = self._record
        still = old is found or (
            None not in (old, found) and standing.same_but_for_ticks(old, found)  # type: ignore[arg-type]
        )
        told = [problem.as_json() for problem in problems], broken, ticked
        if self.version and still and told == self._state:
            self._record = found
            return False
        if old is not None and found is not None and not still:
            self._moved = {"from": "上次保存", **moved(old, found)}
        self._record = found
        self._problems, self._broken, self._known, self._state = problems, broken, ticked, told
        self.version += 1
        return True

    def _built(self) -> Outcome:
        """A build, whose own failure is a problem too; waits for one that runs elsewhere."""
        for _ in range(_PATIENCE):
            outcome = self._build(self.target)
            if all(one.code != "W103" for one in outcome.problems):
                break
            sleep(_BUSY_SECONDS)
        return outcome

    def data(self) -> dict[str, Any]:
        """All that the page shows of the unit."""
        with self._lock:
            if not self.version:
                self._refresh()
            return self._data()

    def _data(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "root": self.workspace.root.as_posix(),
            "id": self.target.unit_id, "year": self.target.year, "label": self.target.label,
            "version": self.version, "broken": self._broken, "moved": self._moved,
            "problems": [problem.as_json() for problem in self._problems],
            "documents": [], "figures": {}, "values": {}, "overview": None, "ticks": {},
            "returned": self._returned is not None,
            "versions": [versions.BEFORE, *versions.kept(self.target)], "ticksWhy": "",
        }  # fmt: skip
        if self._record is None:
            return made
        known, why = self._known
        words = Words(self._record)
        printed = ticks.printed(self._record, words)
        return {
            **made,
            "documents": [self._document(name) for name in facts.documents_of(self._record)],
            "figures": facts.figures(self._record, printed, self._problems),
            "values": facts.values(self._record, words),
            "overview": facts.overview(self._record, words),
            "ticks": ticks.holding(printed, known),
            "ticksWhy": why,
            "by": next((tick.by for tick in known.values()), ""),
            "draft": self._record.draft,
        }

    def _document(self, name: str) -> dict[str, Any]:
        assert self._record is not None
        data, entry = self.bytes_of(name), self._record.documents[name]
        key = (None if data is None else sha256(data), entry, facts.figures_of(self._record, name))
        known = self._pages.get(name)
        if known is None or known[0] != key:
            known = self._pages[name] = (key, facts.document(self._record, name, data))
        return known[1]

    def bytes_of(self, name: str) -> bytes | None:
        """The bytes of one of the documents of the record; None where there are none."""
        if self._record is None or name not in self._record.documents:
            return None
        try:
            return disk.read(self.target.output / name)
        except OSError:
            return None

    def documents(self) -> list[str]:
        """The names of its documents, as the page counts them."""
        return [] if self._record is None else facts.documents_of(self._record)

    # Ticks

    def _ticks(self) -> tuple[ticks.Ticks, str]:
        found = Problems()
        name = self.workspace.name_of(self.ticks_file)
        known = ticks.read(self.ticks_file, name, self._owner, found)
        return (known or {}), "".join(one.message for one in found)

    def tick(self, asked: Sequence[Mapping[str, Any]], by: str, *, ticked: bool) -> dict[str, str]:
        """Tick figures, or no longer; gives what is ticked now. Raises ``Refused``.

        ``asked``: each with its path and the value and wording that somebody saw. Nothing is
        ticked that is something else by now.
        """
        if not ticks.usable(by):
            raise Refused("请先写上核对人的姓名（不超过40个字）。")
        with self._lock:
            if self._record is None:
                raise Refused("还没有成果，不能核对。")
            printed = ticks.printed(self._record)
            figures = []
            for one in asked:
                figure = printed.get(str(one.get("path")))
                if figure is None or (figure.value, figure.wording) != (
                    one.get("value"), one.get("wording"),
                ):  # fmt: skip
                    raise Refused("这个数刚刚变了，请看过新的再核对。")
                figures.append(figure)
            made = self._kept(lambda known: ticks.changed(known, figures, by, ticked=ticked))
            self._known = made, ""
            self._state = (*self._state[:2], self._known)
            return ticks.holding(printed, made)

    def take_in(self, given: ticks.Ticks) -> tuple[int, list[str]]:
        """Ticks of somebody else; how many hold, and the names of those that do not.

        Raises ``Refused``, also where there is nothing to hold them against.
        """
        self.refresh()
        if self._record is None:
            raise Refused("还没有成果，不能核对。")
        printed = {figure.name: figure for figure in ticks.printed(self._record).values()}
        good = {
            name: tick for name, tick in given.items()
            if name in printed and tick.holds(printed[name]) and ticks.usable(tick.by)
        }  # fmt: skip
        self._kept(lambda known: {**known, **good})
        self.refresh()
        return len(good), sorted(set(given) - set(good))

    def _kept(self, change: Callable[[ticks.Ticks], ticks.Ticks]) -> ticks.Ticks:
        """The ticks of the file after ``change``, saved; another gen may write them in turn.

        Raises ``Refused``.
        """
        build, label = self.workspace.build_folder, self.target.label
        try:
            with in_turn(build, label, _TURN_SECONDS):
                known, why = self._ticks()
                if why:
                    raise Refused(why)
                made = change(known)
                if made != known:
                    ticks.save(self.ticks_file, made, self._owner)
                return made
        except Busy as busy:
            raise Refused("另一个 gen 正在写核对记录，这次没有记上，请再点一次。") from busy
        except OSError as error:
            raise Refused(f"核对记录写不进去：{reason(error)}。") from error

    # What came back

    def returned(self) -> Returned:
        """The files that came back; raises ``Refused`` where none were given."""
        if self._returned is None:
            raise Refused("没有要看的来稿：用 gen review --pulled 文件 打开。")
        return self._returned

    def take(self, keys: Sequence[str]) -> dict[str, Any]:
        """Write what came back and was accepted into the content. Raises ``Refused``."""
        with self._lock:
            return self.returned().take(keys)

    def against(self, name: str) -> dict[str, Any]:
        """What moved since a version. Raises ``Refused``."""
        if self._record is None:
            raise Refused("还没有成果，没有可比的。")
        try:
            old = versions.named(self.target, name)
        except versions.VersionError as error:
            raise Refused(str(error)) from error
        return {"from": old.told, **moved(old.record, self._record)}

    def summary(self) -> dict[str, Any]:
        """The state of the unit in a list, from what lies on the disk."""
        made: dict[str, Any] = {"id": self.target.unit_id, "label": self.target.label}
        found = self._record or record.load(self.target.output / record.RECORD)
        if found is None:
            return {**made, "state": "还没有成果"}
        printed = ticks.printed(found)
        known, _ = self._ticks()
        warnings = sum(one["severity"] == "warning" for one in found.problems)
        errors = sum(one.severity is Severity.ERROR for one in self._problems)
        score = found.values.get("自评.总分", {}).get("text", "")
        name = found.values.get("单位.名称", {}).get("text", "")
        return {
            **made, "name": name, "warnings": warnings, "errors": errors, "score": score,
            "figures": len(printed), "ticked": len(ticks.holding(printed, known)),
            "state": "有错误，是上次的成果" if self._broken else "草稿" if found.draft else "",
        }  # fmt: skip


def _sorted(problems: Sequence[Problem]) -> list[Problem]:
    collected = Problems()
    collected.extend(problems)
    return collected.sorted()


class Live:
    """All units of the year, and who waits for them."""

    def __init__(
        self,
        workspace: Workspace,
        targets: Sequence[UnitYear],
        pulled: Sequence[Path] = (),
        *,
        draft: bool = False,
    ) -> None:
        self.workspace = workspace
        self.units = [Unit(workspace, target, pulled, draft=draft) for target in targets]
        self._changed = Condition()
        self._texts: dict[int, tuple[int, bytes]] = {}
        self._told: dict[int, dict[str, Any]] = {}
        self.stop = Event()

    def page(self, number: int) -> bytes:
        """What the page shows of a unit, as JSON."""
        unit = self.units[number]
        known = self._texts.get(number)
        if known is not None and known[0] == unit.version:
            return known[1]
        made = json.dumps(unit.data(), ensure_ascii=False, separators=(",", ":")).encode()
        self._texts.pop(number, None)
        while len(self._texts) >= _MOST_KEPT:
            self._texts.pop(next(iter(self._texts)))
        self._texts[number] = (unit.version, made)
        self._told.pop(number, None)
        return made

    def forget(self, number: int) -> None:
        """What is kept of a unit is no longer so."""
        self._texts.pop(number, None)
        self._told.pop(number, None)

    def wait(self, number: int, version: int, seconds: float) -> int:
        """The version of a unit, as soon as it is another than ``version``, or after a while."""
        unit = self.units[number]
        with self._changed:
            self._changed.wait_for(
                lambda: unit.version != version or self.stop.is_set(), timeout=seconds
            )
        return unit.version

    def follow(self) -> None:
        """Build the units that somebody looks at after every save, until ``stop``."""
        targets = [unit.target for unit in self.units]
        for saved in watching.saves(self.workspace, targets, self.stop):
            seen = [number for number, unit in enumerate(self.units) if unit.version]
            # Those that the save concerns first.
            seen.sort(key=lambda number: not self._concerns(number, saved))
            for number in seen if saved else ():
                if self.units[number].refresh():
                    self._told.pop(number, None)
                    with self._changed:
                        self._changed.notify_all()

    def _concerns(self, number: int, saved: frozenset[Path]) -> bool:
        folder = self.units[number].target.unit_folder
        return any(path.is_relative_to(folder) for path in saved)

    def count(self) -> None:
        """Look how every unit stands, one after the other, until ``stop``."""
        while not self.stop.is_set():
            for number, unit in enumerate(self.units):
                if self.stop.is_set():
                    return
                if number not in self._told:
                    self._told[number] = unit.summary()
            self.stop.wait(_COUNT_SECONDS)

    def listed(self) -> dict[str, Any]:
        """The units with what is known of them so far."""
        units = [
            self._told.get(number) or {"id": one.target.unit_id, "label": one.target.label}
            for number, one in enumerate(self.units)
        ]
        year = self.units[0].target.year
        return {"year": year, "units": units, "complete": len(self._told) == len(units)}

    def end(self) -> None:
        """No more waiting."""
        self.stop.set()
        with self._changed:
            self._changed.notify_all()

"""Units by the workers of a Dask cluster: inputs go there as bytes, finished sets come back.

What stands on disk is looked at, locked and exchanged here; workers need no shared disk and
write nothing but a scratch folder. Work goes through ``concurrent.futures.Executor``.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from generator import __version__
from generator.batch import pool
from generator.batch.work import Building, ClusterError, LostWorker, sweep
from generator.build.pipeline import Asked, Made, Outcome, make
from generator.content.origins import Damaged
from generator.content.origins import read as origins
from generator.frozen import frozen, replace
from generator.records.record import VERSIONS
from generator.workspace import CONTENT, TEMPLATES, UnitYear, Workspace, packaged_templates

#: Libraries that decide what a set looks like.
_LIBRARIES: Final = "docxtpl", "Jinja2", "lxml", "openpyxl", "python-docx", "PyYAML"
#: Times that a unit is begun again when its worker is lost.
_RETRIES: Final = 3
#: Seconds to wait for the scheduler, and for a worker when all are gone.
_CONNECTING, _PATIENCE = 10, 60
_LOOK: Final = 5.0
#: Units on their way for each thread of the cluster, so that none waits for the next.
_AHEAD: Final = 2


class OtherGen(Exception):
    """A worker runs another gen than the one that asks."""


@frozen
class Job:
    """One unit-year with all that it is made from, by path below the workspace.

    ``build_folder``: how messages name it; nothing is written there.
    """

    gen: str
    unit_id: str
    year: int
    build_folder: str
    files: Mapping[str, bytes]
    asked: Asked


def identity() -> str:
    """What must be the same everywhere: gen's own files, Python, libraries, templates."""
    found = hashlib.sha256()
    for base, kind in ((Path(__file__).parent.parent, "*.py"), (packaged_templates(), "*")):
        for path in sorted(base.rglob(kind)):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(path.relative_to(base).as_posix().encode() + b"\0")
                found.update(hashlib.sha256(path.read_bytes()).digest())
    libraries = " ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    python = ".".join(map(str, sys.version_info[:2]))
    return f"gen {__version__} ({found.hexdigest()[:12]})，Python {python}，{libraries}"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "?"


class Cluster:
    """A connection to a scheduler; its ``make`` is called in several threads at once."""

    def __init__(self, client: Any, workspace: Workspace, own: str) -> None:
        self._client, self._own = client, own
        self._executor: Executor = client.get_executor(pure=False, retries=_RETRIES)
        templates = _below(workspace.root / TEMPLATES)
        [self._templates] = client.scatter([templates], broadcast=True, hash=False)
        self._alone = threading.Lock()

    @property
    def threads(self) -> int:
        """How many units are on their way at once."""
        there: int = sum(self._client.nthreads().values())
        return max(1, there) * _AHEAD

    def make(self, workspace: Workspace, target: UnitYear, asked: Asked) -> Made:
        """``pipeline.make`` by one of the workers. Raises ``ClusterError``, ``LostWorker``."""
        files = _inputs(workspace, target)
        if files is None:
            with self._alone:
                return make(workspace, target, asked)
        folder = workspace.build_folder
        near = folder.is_relative_to(workspace.root)
        named = folder.relative_to(workspace.root) if near else folder
        job = Job(self._own, target.unit_id, target.year, str(named), files, asked)
        made: Made = self._result(self._executor.submit(make_elsewhere, job, self._templates))
        return made

    def _result(self, future: Any) -> Any:
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        waited = 0.0
        while True:
            try:
                return future.result(timeout=_LOOK)
            except NotYet:
                waited = 0 if self._client.nthreads() else waited + _LOOK
                if waited >= _PATIENCE:
                    raise ClusterError("工作进程全都不在了，等了一分钟没有新的") from None
            except KilledWorker as error:
                raise LostWorker from error
            except OtherGen as error:
                raise ClusterError(f"有一个工作进程的版本不同：{error}") from error
            except (CancelledError, CommClosedError) as error:
                raise ClusterError("和调度进程的连接断了") from error


@contextmanager
def connected(address: str, workspace: Workspace) -> Iterator[Cluster]:
    """The cluster behind ``address``; raises ``ClusterError``, also where a worker differs."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError("要装 distributed：pip install 'gen-report[cluster]'") from error
    try:
        client = Client(address, timeout=_CONNECTING, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(f"连不上调度进程“{address}”") from error
    with client:
        own = identity()
        _same_everywhere(client, own)
        yield Cluster(client, workspace, own)


def _same_everywhere(client: Any, own: str) -> None:
    found = client.run(identity, on_error="return")
    if not found:
        raise ClusterError("调度进程没有工作进程")
    for worker, answer in found.items():
        if isinstance(answer, Exception):
            raise ClusterError(f"工作进程 {worker} 没有装 gen，或者版本太旧（{answer}）")
        if answer != own:
            raise ClusterError(f"工作进程 {worker} 是{answer}，这里是{own}，要一样的")


def run(
    address: str, work: Building, targets: Sequence[UnitYear],
    take: Callable[[Outcome], None], begun: Callable[[UnitYear], None],
) -> None:  # fmt: skip
    """``jobs.run`` by the workers behind ``address``; raises ``ClusterError``."""
    with connected(address, work.workspace) as cluster:
        count = cluster.threads
        with ThreadPoolExecutor(count, thread_name_prefix="gen-cluster") as threads:
            making = replace(work, maker=cluster.make, touching=None)
            pool.run_in(threads, making, targets, 2 * count, take, begun)


# What goes there


def _below(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _inputs(workspace: Workspace, target: UnitYear) -> dict[str, bytes] | None:
    """All that a unit-year can be made from; None with links, which mean something only here."""
    files: dict[str, bytes] = {}
    for path in sorted(target.unit_folder.rglob("*")):
        if path.is_symlink():
            return None
        if path.is_file() and VERSIONS not in path.parts:
            files[path.relative_to(workspace.root).as_posix()] = path.read_bytes()
    try:
        sources = origins(target.folder).files
    except Damaged:
        sources = {}
    for name in sources:
        path = workspace.root / name
        if "/" not in name and path.is_file() and not path.is_symlink():
            files[name] = path.read_bytes()
    return files


# What is done there

_ONE: Final = threading.Lock()
_homes: dict[str, Path] = {}


def make_elsewhere(job: Job, templates: Mapping[str, bytes]) -> Made:
    """In a worker: the unit-year in a scratch workspace. Raises ``OtherGen``."""
    if job.gen != (own := _identity()):
        raise OtherGen(f"那里是{own}，这里是{job.gen}")
    with _ONE:  # threads of one worker come one after the other
        sweep()
        root = _home(templates)
        unit = root / CONTENT / job.unit_id
        try:
            for name, data in job.files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            workspace = Workspace(root, root / job.build_folder)
            output = workspace.build_folder / str(job.year) / job.unit_id
            made = make(workspace, UnitYear(job.unit_id, job.year, unit, output), job.asked)
        finally:
            shutil.rmtree(root / CONTENT, ignore_errors=True)
    return replace(made, outputs=tuple(replace(one, places=()) for one in made.outputs))


_known: list[str] = []


def _identity() -> str:
    if not _known:
        _known.append(identity())
    return _known[0]


def _home(templates: Mapping[str, bytes]) -> Path:
    """The scratch workspace of this worker with these templates."""
    found = hashlib.sha256()
    for name, data in sorted(templates.items()):
        found.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    key = found.hexdigest()
    if key not in _homes:
        home = Path(tempfile.mkdtemp(prefix="gen-cluster-")).resolve()
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        for name, data in templates.items():
            path = home / TEMPLATES / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        _homes[key] = home
    return _homes[key]

"""PDFs beside the documents they were made from, and beside no others.

A PDF is known by the hash of its document. It stays while that is the same, and goes with it; it
is no part of what the same content gives the same bytes for, since LibreOffice writes the time
into it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from generator.build.documents import Earlier, Output
from generator.formats import registry
from generator.formats.format import Format
from generator.frozen import replace
from generator.office import fonts, soffice
from generator.problems import Position, Problems
from generator.reading.package import read_members
from generator.records.record import CHECKLIST_FOLDER, sha256

SUFFIX: Final = ".pdf"
_KEY: Final = "pdf:"


def names(documents: Iterable[str]) -> dict[str, str]:
    """The PDF of each document that has one, by document: one for all its formats, Word first."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for suffix in (f".{kind}" for kind in registry.FORMATS):
        for name in documents:
            path = PurePosixPath(name)
            if path.suffix == suffix and path.parts[0] != CHECKLIST_FOLDER:
                made = path.with_suffix(SUFFIX).as_posix()
                if made not in taken:
                    taken.add(made)
                    found[name] = made
    return found


def complete(documents: Collection[str]) -> bool:
    """Whether every document that has a PDF has it."""
    return all(made in documents for made in names(documents).values())


def printed(
    outputs: Sequence[Output],
    earlier: Mapping[str, Earlier],
    folder: str,
    problems: Problems,
    *,
    wanted: bool,
) -> list[Output]:
    """The PDFs to publish beside ``outputs``: earlier ones that still fit, and new ones.

    ``folder``: of the outputs, as messages name it. One LibreOffice makes all that are missing.
    """
    by_name = {output.filename: output for output in outputs}
    there: list[Output] = []
    missing: dict[str, bytes] = {}
    for name, made in names(by_name).items():
        key = _KEY + sha256(by_name[name].data)
        known = earlier.get(made)
        if known is not None and known.fingerprint == key:
            there.append(Output(made, known.data, key, (), True))
        elif wanted:
            missing[name] = by_name[name].data
    if not missing:
        return there
    program = soffice.find()
    if not program:
        problems.add("W401", Position(folder))
        return there
    with soffice.office(program) as office:
        done = office.converted(missing, SUFFIX[1:])
    pdfs = names(missing)
    for name, data in done.items():
        if isinstance(data, str):
            problems.add("W402", Position(f"{folder}/{name}"), why=data)
        else:
            there.append(Output(pdfs[name], data, _KEY + sha256(missing[name]), (), False))
    _tell_fonts(missing, folder, problems)
    return there


def paged(outputs: Sequence[Output], folder: str, problems: Problems) -> tuple[Output, ...]:
    """``outputs`` with the page numbers of a layout where they wait for some.

    Without LibreOffice they stay as they are: readers are asked to make them anew.
    """
    waiting = {
        one.filename: _format(one).for_layout(one.data)
        for one in outputs
        if one.waits and not one.reused
    }
    program = soffice.find() if waiting else ""
    done: Mapping[str, bytes | str] = {}
    if program:
        with soffice.office(program) as office:
            done = office.converted(waiting, registry.PROSE)
    return tuple(
        _paged(one, done.get(one.filename, "这台电脑上找不到 LibreOffice"), folder, problems)
        if one.filename in waiting
        else one
        for one in outputs
    )


def _format(output: Output) -> Format:
    return registry.of(registry.suffix_of(output.filename))


def _paged(output: Output, laid_out: bytes | str, folder: str, problems: Problems) -> Output:
    """``output`` with its page numbers, or as it is after it was said why there are none."""
    why = laid_out if isinstance(laid_out, str) else "LibreOffice 没有排出页码"
    data = output.data
    if isinstance(laid_out, bytes):
        data = _format(output).paged(data, laid_out)
    if data == output.data:
        problems.add("W404", Position(f"{folder}/{output.filename}"), why=why)
    return replace(output, data=data)


def _tell_fonts(files: Mapping[str, bytes], folder: str, problems: Problems) -> None:
    asked = {name for data in files.values() for name in fonts.asked_for(read_members(data))}
    found = fonts.substitutions(asked) if asked else {}
    if found is None:
        problems.add("W405", Position(folder), fonts="、".join(sorted(asked)))
    elif found:
        told = [f"{name}（用了 {other}）" if other else name for name, other in found.items()]
        problems.add("W403", Position(folder), fonts="、".join(told))

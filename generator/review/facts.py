"""What the page knows of a set: its documents, each printed figure, the values it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from generator.language.wording import read_source
from generator.problems import Problem
from generator.reading.files import finished
from generator.reading.package import PackageError
from generator.reading.xml import BadXml
from generator.records import ticks
from generator.records.explain import exact, formula_of
from generator.records.record import CHECKLIST_FOLDER, Record, sha256
from generator.records.values import inputs, with_unit
from generator.records.words import Words
from generator.review import sheets, word_pages
from generator.review.nodes import Links, is_figure

#: What a file that somebody made up, record and all, may have a reader stumble over.
_STUMBLES: Final = (ValueError, KeyError, IndexError, RecursionError)
_PAGES: Final = {"docx": word_pages.pages, "xlsx": sheets.pages}


def documents_of(record: Record) -> list[str]:
    """The documents of the set that have pages, in their order."""
    names = [
        name for name in record.documents
        if not name.startswith(f"{CHECKLIST_FOLDER}/") and name.rpartition(".")[2] in _PAGES
    ]  # fmt: skip
    return sorted(names, key=lambda name: (record.documents[name].number, name))


def document(record: Record, name: str, data: bytes | None) -> dict[str, Any]:
    """One document: its pages, and which figure each place shows.

    ``data``: its bytes, None where there are none. A file that is not as gen wrote it has no
    pages: what stands where is known of the one that was written only.
    """
    made: dict[str, Any] = {"name": name, "kind": name.rpartition(".")[2], "why": ""}
    entry = record.documents[name]
    if data is None or sha256(data) != entry.sha256:
        made["why"] = "文件被改过" if data is not None else "文件不在了"
        return {**made, "styles": [], "sections": [], "figures": {}}
    try:
        pages = _PAGES[made["kind"]](finished(data), Links(record, entry))
    except (PackageError, BadXml, *_STUMBLES) as error:
        return {
            **made,
            "why": f"文件读不出来（{error}）",
            "styles": [],
            "sections": [],
            "figures": {},
        }
    return {**made, **pages, "figures": figures_of(record, name)}


def figures_of(record: Record, name: str) -> dict[int, str]:
    """Which figure each place of a document shows, by the number of the place."""
    return {
        number: row.path.partition("|")[0]
        for number, row in enumerate(record.documents[name].places)
        if is_figure(record, row.path)
    }


def figures(
    record: Record, printed: Mapping[str, ticks.Printed], problems: Sequence[Problem]
) -> dict[str, Any]:
    """Each printed figure by its path: how it is called and worded, where else it shows."""
    places: dict[str, list[dict[str, Any]]] = {path: [] for path in printed}
    aside: dict[str, list[dict[str, Any]]] = {}
    for number, name in enumerate(documents_of(record)):
        for path, other, place in _places(record, name, number):
            if path in places:
                places[path].append(place)
            for one in other:
                if one in places:
                    aside.setdefault(one, []).append(place)
    concerned = _concerned(record, printed, places, problems)
    return {
        path: {
            "name": figure.name, "value": figure.value, "wording": figure.wording,
            "places": places[path], "beside": aside.get(path, []), "problems": concerned[path],
        }
        for path, figure in printed.items()
    }  # fmt: skip


def _places(
    record: Record, name: str, number: int
) -> Iterator[tuple[str, tuple[str, ...], dict[str, Any]]]:
    packed, words = None, ""
    for index, row in enumerate(record.documents[name].places):
        if not is_figure(record, row.path):
            continue
        if row.at is not packed:
            packed, words = row.at, row.place.brief()
        source = read_source(row.path)
        place = {
            "d": number, "p": index, "place": words, "section": row.section,
            "text": row.text, "sentence": row.sentence,
        }  # fmt: skip
        yield row.path.partition("|")[0], tuple(source.others), place


def _concerned(
    record: Record,
    printed: Mapping[str, ticks.Printed],
    places: Mapping[str, Sequence[Mapping[str, Any]]],
    problems: Sequence[Problem],
) -> dict[str, list[int]]:
    """The numbers of the problems at the line or at a place of each figure."""
    lines: dict[tuple[str, int], list[int]] = {}
    spots: dict[str, list[int]] = {}
    for number, problem in enumerate(problems):
        for at in (problem.at, *problem.related):
            if at.line:
                lines.setdefault((at.file, at.line), []).append(number)
            if at.place is not None:
                spots.setdefault(str(at.place), []).append(number)
    found: dict[str, list[int]] = {}
    for path in printed:
        file, line, _ = record.values[path]["at"]
        here = {*lines.get((file, line), ())}
        if spots:
            here |= {n for place in places[path] for n in spots.get(str(place["place"]), ())}
        found[path] = sorted(here)
    return found


def values(record: Record, words: Words) -> dict[str, Any]:
    """All values that figures rest on or stand beside, by path."""
    found: dict[str, Any] = {}
    for path, value in record.values.items():
        made: dict[str, Any] = {
            "name": words.of(path),
            "text": with_unit(value["text"], value.get("unit", "")),
            "at": value["at"],
        }
        if formula := formula_of(record, path):
            made["formula"] = formula
        if needed := inputs(record, path):
            made["inputs"] = list(needed)
        if origin := value.get("origin"):
            made["origin"] = origin
        if more := exact(value):
            made["exact"] = more
        if base := value.get("base"):
            made["base"] = {"name": words.of(base["path"]), "text": base["text"], "at": base["at"]}
        found[path] = made
    return found


def overview(record: Record, words: Words) -> dict[str, Any]:
    """Scores by group, rates of execution, and the largest figures beside those of last year."""
    from fractions import Fraction

    groups, rates, years = [], [], []
    for path, value in record.values.items():
        if path.endswith("].得分") and ".一级[" in f".{path}":
            head = path.removesuffix("得分")
            most = record.values.get(f"{head}分值")
            name = record.values.get(f"{head}名称")
            if most is not None and name is not None:
                whole = words.of(path.partition("自评.")[0].rstrip(".")) if path[0] != "自" else ""
                groups.append({
                    "path": path, "of": whole, "name": name["text"], "text": value["text"],
                    "most": most["text"],
                    "part": _share(Fraction(value["value"]), Fraction(most["value"])),
                })  # fmt: skip
        if "base" in value and value.get("unit") == "万元" and "value" in value:
            years.append((abs(Fraction(value["value"])), path, value))
    for document_name in documents_of(record):
        for row in record.documents[document_name].places:
            source = read_source(row.path)
            if source.filter in _RATES and row.text.endswith("%"):
                rates.append((row.path, words.of(row.path), row.text))
    years.sort(key=lambda one: -one[0])
    # A total and the row that it totals are one bar.
    bars = {(value["text"], value["base"]["text"]): (path, value) for _, path, value in years[::-1]}
    return {
        "groups": groups,
        "rates": [
            {"path": path.partition("|")[0], "name": name, "text": text}
            for path, name, text in dict.fromkeys(rates)
        ],
        "years": [
            {
                "path": path, "name": words.of(path), "text": value["text"],
                "base": value["base"]["text"],
            }
            for path, value in list(bars.values())[::-1][:_MOST_BARS]
        ],
    }  # fmt: skip


_MOST_BARS: Final = 12
#: Wordings that say how much of a budget was spent.
_RATES: Final = frozenset({"执行率", "完成预算", "完成率"})


def _share(part: Any, whole: Any) -> float:
    return float(part / whole) if whole else 0.0

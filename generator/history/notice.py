"""更正说明: a difference as an official notice, from a Word template, ready to hand in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import Final

from generator import disk
from generator.build import documents, narrative
from generator.content import loader
from generator.content.model import Content, Formula, Row, Tree
from generator.figures.compute import DERIVED
from generator.figures.model import Names, Words
from generator.formats import registry
from generator.history.versions import VersionError
from generator.language.wording import chinese_numeral, read_source
from generator.problems import Position, Problems
from generator.records.compare import Difference, Paragraph, is_score
from generator.workspace import TEMPLATES, UnitYear, Workspace

TEMPLATE: Final = "docx/更正说明.docx"
_AT: Final = Position("更正说明")
_ITEM: Final = re.compile(r"(项目|指标|一级)\[(\d+)\]")
_SENTENCE: Final = re.compile("[^。；！？\n]*[。；！？\n]|[^。；！？\n]+")
_THIS_YEAR: Final = "本年"


def save(
    workspace: Workspace, target: UnitYear, difference: Difference, path: Path, problems: Problems
) -> None:
    """Render the notice of ``difference`` to ``path``.

    The template sees 单位, 年度, facts, 主送 (empty without that fact), and 更正: 填写, 派生 and
    得分 (each a list of 序号, 名称, 原, 现; what followed only as far as a document prints it),
    段落 (序号, 原, 现: the sentences that changed), 文件 (序号, 名称, 格式, 处数), and 节 with the
    numeral of every part that has something to tell. Raises ``VersionError`` when there is nothing
    to correct, the template does not work, or ``path`` is taken; ``OSError``.
    """
    if difference.empty:
        raise VersionError("两个版本没有差别，不需要更正说明。")
    if registry.suffix_of(path.name) != registry.suffix_of(TEMPLATE):
        raise VersionError(f"更正说明是Word文件，文件名应以 .docx 结尾，例如 {path.stem}.docx。")
    if os.path.lexists(path):
        raise VersionError(f"“{path}”已经有了，没有覆盖它。请换一个文件名，或先把它移走。")
    content = loader.read(workspace, target, problems)
    if content is None:
        raise VersionError("内容有错误，改正后再生成更正说明。")
    from generator.build.pipeline import work_out

    written = narrative.compiled(content.narrative)
    context = Names(work_out(content, written, problems).names)
    context.setdefault("主送", Words("", "主送", _AT))
    context["更正"] = _corrections(difference, _Labels(content, context))
    found = Problems()
    output = documents.render_single(workspace, TEMPLATE, context, path.name, found)
    if output is None:
        reasons = "".join(f"\n  {item.at} {item.message}" for item in found.sorted())
        raise VersionError(f"模板 {TEMPLATES}/{TEMPLATE} 有错误，没有生成更正说明。{reasons}")
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.save_new(path, output.data)


def _corrections(difference: Difference, labels: _Labels) -> Names:
    followed, scores = _followed(difference, labels)
    parts: dict[str, list[Names]] = {
        "填写": _rows(
            "填写",
            [
                {
                    "名称": labels.of(change.path),
                    "原": _amount(change.old, change.unit),
                    "现": _amount(change.new, change.unit),
                }
                for change in difference.typed
            ],
        ),
        "派生": _rows("派生", followed),
        "得分": _rows("得分", scores, len(followed)),
        "段落": _rows(
            "段落",
            [dict(zip(("原", "现"), _sentences(one), strict=True)) for one in difference.narrative],
        ),
        "文件": _rows("文件", list(_files(difference))),
    }
    chapters = {
        "填写": bool(parts["填写"]),
        "随之": bool(parts["派生"] or parts["得分"]),
        "段落": bool(parts["段落"]),
        "文件": bool(parts["文件"]),
    }
    there = [name for name, held in chapters.items() if held]
    numerals = {name: chinese_numeral(there.index(name) + 1) if name in there else ""
                for name in chapters}  # fmt: skip
    chapter = {name: _words(f"更正.节.{name}", text) for name, text in numerals.items()}
    return Names({**parts, "节": Names(chapter)})


Line = Mapping[str, str]


def _followed(difference: Difference, labels: _Labels) -> tuple[list[Line], list[Line]]:
    """What followed and is printed somewhere, each once: figures and phrases, then scores."""
    typed = {change.path for change in difference.typed}
    changed = {c.path: c for c in (*difference.derived, *difference.scores) if not c.hidden}
    figures: dict[str, Line] = {}
    scores: dict[str, Line] = {}
    for touched in (one for places in difference.documents.values() for one in places):
        source = read_source(touched.path)
        head, aspect = source.figure, source.kind.aspect
        if touched.old is None or touched.new is None or head.startswith("正文["):
            continue
        if aspect:
            line = {"名称": f"{labels.of(head)}（{aspect}）", "原": touched.old, "现": touched.new}
            figures.setdefault(touched.path, line)
        elif head in changed and head not in typed:
            change = changed[head]
            line = {
                "名称": labels.of(head),
                "原": _amount(change.old, change.unit),
                "现": _amount(change.new, change.unit),
            }
            (scores if is_score(head) else figures).setdefault(head, line)
    return list(figures.values()), list(scores.values())


def _sentences(paragraph: Paragraph) -> tuple[str, str]:
    """Of a changed paragraph the sentences that changed, old and new."""
    if paragraph.old is None or paragraph.new is None:
        return paragraph.old or "（新增，原文无）", paragraph.new or "（删去）"
    old, new = (_SENTENCE.findall(text) for text in (paragraph.old, paragraph.new))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    changed = [(a, b, c, d) for kind, a, b, c, d in matcher.get_opcodes() if kind != "equal"]
    before = "……".join("".join(old[a:b]) for a, b, _, _ in changed if b > a)
    after = "……".join("".join(new[c:d]) for _, _, c, d in changed if d > c)
    return before or "（新增，原文无）", after or "（删去）"


def _files(difference: Difference) -> Iterator[Line]:
    for name, places in difference.documents.items():
        yield {**_file(name), "处数": f"{len(places)}处" if places else "仅版式"}
    for name in difference.added:
        yield {**_file(name), "处数": "新增"}
    for name in difference.removed:
        yield {**_file(name), "处数": "撤销"}


def _file(name: str) -> Line:
    path = PurePosixPath(name)
    return {"名称": path.stem, "格式": registry.name_of(name)}


def _rows(kind: str, lines: Sequence[Line], before: int = 0) -> list[Names]:
    """Table rows, numbered on from ``before``."""
    return [
        Names(
            {
                "序号": before + number,
                **{key: _words(f"更正.{kind}[{number}].{key}", text) for key, text in line.items()},
            }
        )
        for number, line in enumerate(lines, 1)
    ]


def _amount(text: str | None, unit: str) -> str:
    if not text:
        return "（无）"
    typed_alone = re.fullmatch(r"[^\d]?[\d,.]+", text) is not None
    return f"{text}{unit}" if unit and typed_alone else text


def _words(path: str, text: str) -> Words:
    return Words(text, path, _AT)


class _Labels:
    """Figures by the words that the forms use for them instead of by their names."""

    def __init__(self, content: Content, names: Names) -> None:
        self._names = names
        self._rows: dict[str, str] = {}
        for table in content.figures.tables:
            self._add("", table)
        for number, project in enumerate(content.projects, 1):
            if project.funds is not None:
                self._add(f"项目[{number}].", project.funds)
        self._derived(f"{DERIVED}.", content.figures.derived)

    def _add(self, prefix: str, row: Row) -> None:
        self._rows[prefix + row.name] = row.label
        for below in (*row.rows, *row.parts):
            self._add(f"{prefix}{row.name}.", below)

    def _derived(self, prefix: str, tree: Tree) -> None:
        for name, below in tree.items():
            if isinstance(below, Formula) and below.label:
                self._rows[prefix + name] = below.label
            elif isinstance(below, Mapping):
                self._derived(f"{prefix}{name}.", below)

    def of(self, path: str) -> str:
        """``支出决算.其他三项支出.决算`` → ``支出决算—社会保障和就业、……支出—决算``."""
        words = []
        here = ""
        for step in path.split("."):
            here = f"{here}.{step}" if here else step
            words.append(self._rows.get(here) or self._item(here, step))
        if len(words) > 1 and words[-1] == _THIS_YEAR:
            words.pop()
        if len(words) > 1 and words[0] == DERIVED:
            del words[0]
        return "—".join(words)

    def _item(self, path: str, step: str) -> str:
        match = _ITEM.fullmatch(step)
        if match is None:
            return step
        item = self._found(path)
        name = str(item.get("名称", "")) if isinstance(item, Names) else ""
        if not isinstance(item, Names) or not name:
            return step
        beside = self._found(path.removesuffix(f"[{match[2]}]"))
        items = beside if isinstance(beside, list) else []
        twins = [one for one in items if isinstance(one, Names) and one.get("名称") == name]
        if len(twins) > 1 and item.get("二级"):
            name = f"{item['二级']}—{name}"
        return f"“{name}”" if match[1] == "一级" else f"{match[1]}“{name}”"

    def _found(self, path: str) -> object:
        here: object = self._names
        for step in re.findall(r"[^.\[\]]+", path):
            if isinstance(here, Names):
                here = here.get(step)
            elif isinstance(here, list) and step.isdigit() and 0 < int(step) <= len(here):
                here = here[int(step) - 1]
            else:
                return None
        return here

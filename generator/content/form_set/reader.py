"""Form sets (套表): which documents a region wants and how it scores. All of it data."""

from __future__ import annotations

from collections.abc import Iterator

from generator.content.entries import Entry, entry, mapping
from generator.content.form_set.check_data import read_check_data
from generator.content.form_set.policy import read_policy
from generator.content.model import DerivedResult, Document, FormSet, Grade, Identity, NamedCell
from generator.content.schema.fields import Levels
from generator.content.schema.form_sets import CHECK_DATA, EVERY_PROJECT, FORM_SET
from generator.content.schema.unit_years import INDICATOR, OF_ROWS
from generator.content.tables import column_formulas
from generator.content.values import check_name, text_of
from generator.content.yaml.nodes import Mapping
from generator.formats.registry import FORMATS
from generator.problems import Position, Problems


def read_form_set(node: Mapping, key: str, file: str, problems: Problems) -> FormSet:
    """The form set of one file; what is missing gets the national frame's values.

    Only documents cannot be missing.
    """
    given = entry(node, FORM_SET, problems)
    assert given is not None  # a mapping is one
    scoring = given.below("评分")
    grades = _grades(given)
    return FormSet(
        key=key,
        name=given.text("名称") or key,
        overall=read_policy(scoring.below("整体"), grades),
        project=read_policy(scoring.below("项目"), grades),
        grades=grades,
        documents=_documents(given),
        fund_columns=column_formulas(given.below("项目资金")) or {},
        date=given.text("日期"),
        identities=_identities(given),
        derived=_derived(given),
        fields=_fields(given),
        rule_levels=_levels(given),
        file=file,
        check_data=read_check_data(given.below(CHECK_DATA.name)),
        lineage=(key,),
    )


def _identities(given: Entry) -> tuple[Identity, ...]:
    out = []
    for below in given.each("规则"):
        formula, level = below.text("公式").strip(), below.choice("级别")
        if formula:
            name, at = below.text("名称") or formula, _place(below, "公式")
            out.append(Identity(name, formula, below.text("提示"), level, at))
    return tuple(out)


def _derived(given: Entry) -> tuple[DerivedResult, ...]:
    out = []
    for below in given.each("完成值核对"):
        name, formulas = below.text("指标"), below.formulas("公式")
        if name and formulas:
            what = below.text("说明") or f"“{formulas[0].source}”"
            out.append(DerivedResult(name.strip(), formulas, what))
    return tuple(out)


def _place(given: Entry, key: str) -> Position:
    """Where the value of ``key`` stands, else where all of it does."""
    return (given.get(key) or given).at


def _levels(given: Entry) -> dict[str, str]:
    kind = FORM_SET["规则级别"].kind
    assert isinstance(kind, Levels)
    below = mapping(given.get("规则级别"), given.problems, what="规则级别")
    levels = {}
    for key, value in below.items if below is not None else ():
        level = text_of(value, given.problems, what=key.text)
        if level in kind.words:
            levels[key.text] = level
        else:
            given.problems.add(
                "L503", value.at, what=key.text, found=level, known="、".join(kind.words)
            )
    return levels


def _fields(given: Entry) -> tuple[tuple[str, str], ...]:
    """The fields of their own that indicators have, each with its kind."""
    found: dict[str, str] = {}
    for below in given.each("指标栏"):
        node, name = below.scalar("名称"), below.text("名称")
        if node is None or not name:
            continue
        if name in (*INDICATOR.keys, *OF_ROWS):
            given.problems.add("L520", node.at, name=name)
        elif check_name(node, given.problems):
            found[name] = below.choice("种类")
    return tuple(found.items())


def _grades(given: Entry) -> tuple[Grade, ...]:
    grades = []
    for below in given.each("等级"):
        name, floor = below.text("名称"), below.decimal("下限")
        if name and floor is not None:
            grades.append(Grade(name, floor))
    return tuple(sorted(grades, key=lambda grade: -grade.floor))


def _documents(given: Entry) -> tuple[Document, ...]:
    if given.lacks("文档"):
        given.problems.add("L505", given.at)
    documents = [_document(below) for below in given.each("文档")]
    names = {document.name for document in documents}
    for document in documents:
        for annex in document.annexes:
            if annex not in names:
                given.problems.add("L502", document.at, name=annex, document=document.name)
    return tuple(documents)


def _document(given: Entry) -> Document:
    name = given.text("名称")
    templates = {kind: path for kind in FORMATS if (path := given.text(kind))}
    if given.lacks(*FORMATS):
        given.problems.add("L501", given.at, name=name, known=" 或 ".join(FORMATS))
    title = given.text("标题") or name
    return Document(
        name=name,
        title=title,
        filename=given.text("文件名") or title,
        templates=templates,
        each_project=given.choice("每个") == EVERY_PROJECT,
        condition=given.text("条件"),
        annexes=given.texts("附件"),
        at=given.at,
        condition_at=_place(given, "条件"),
        cells=tuple(_cells(given)),
    )


def _cells(given: Entry) -> Iterator[NamedCell]:
    for below in given.each("单元格"):
        name, figure = below.text("名称"), below.text("数")
        if name and figure:
            yield NamedCell(name, figure, _place(below, "数"))

"""Form sets (套表): which documents a region wants and how it scores. All of it data."""

from __future__ import annotations

from generator.content.form_set.policy import read_policy
from generator.content.model import (
    DerivedResult,
    Document,
    FormSet,
    Formula,
    Grade,
    Identity,
)
from generator.content.tables import column_formulas
from generator.content.values import (
    decimal_of,
    entries,
    mapping,
    one_of,
    sequence,
    text_of,
    unknown_keys,
)
from generator.content.yaml.nodes import Mapping, Node, Scalar, Sequence, is_empty
from generator.problems import Problems, suggest

_KEYS = (
    "名称", "说明", "日期", "评分", "等级", "项目资金", "文档", "规则", "完成值核对", "规则级别",
)  # fmt: skip
_DOCUMENT = ("名称", "标题", "文件名", "docx", "xlsx", "附件", "每个", "条件")
_IDENTITY = ("名称", "公式", "提示", "级别")
_DERIVED = ("指标", "公式", "说明")
SEVERITIES = ("错误", "警告", "提示")
RULE_LEVELS = (*SEVERITIES, "开", "关")


def read_form_set(node: Mapping, key: str, file: str, problems: Problems) -> FormSet:
    """The form set of one file; what is missing gets the national frame's values.

    Only documents cannot be missing.
    """
    unknown_keys(node, _KEYS, problems, what="套表")
    scoring = mapping(node.get("评分"), problems, what="评分")
    if scoring is not None:
        unknown_keys(scoring, ("整体", "项目"), problems, what="评分")
    funds = mapping(node.get("项目资金"), problems, what="项目资金")
    columns: dict[str, Formula] = {}
    if funds is not None:
        unknown_keys(funds, ("列公式",), problems, what="项目资金")
        below = mapping(funds.get("列公式"), problems, what="列公式")
        columns = column_formulas(below, problems) if below is not None else {}
    grades = _grades(node.get("等级"), problems)
    if not _has_documents(node):
        problems.add("L505", node.at)
    return FormSet(
        key=key,
        name=text_of(node.get("名称"), problems, what="名称") or key,
        overall=read_policy(scoring.get("整体") if scoring else None, grades, problems),
        project=read_policy(scoring.get("项目") if scoring else None, grades, problems),
        grades=grades,
        documents=_documents(node.get("文档"), problems),
        fund_columns=columns,
        date=text_of(node.get("日期"), problems, what="日期"),
        identities=_identities(node.get("规则"), problems),
        derived=_derived(node.get("完成值核对"), problems),
        rule_levels=_levels(node.get("规则级别"), problems),
        file=file,
    )


def _identities(node: Node | None, problems: Problems) -> tuple[Identity, ...]:
    out = []
    for below in entries(node, _IDENTITY, problems, what="规则"):
        formula = _required(below, "公式", problems)
        if formula is None:
            continue
        level = one_of(below, "级别", SEVERITIES, problems, default="错误")
        out.append(
            Identity(
                name=text_of(below.get("名称"), problems, what="名称") or formula.text,
                formula=formula.text.strip(),
                hint=text_of(below.get("提示"), problems, what="提示"),
                level=level,
                at=formula.at,
            )
        )
    return tuple(out)


def _derived(node: Node | None, problems: Problems) -> tuple[DerivedResult, ...]:
    out = []
    for below in entries(node, _DERIVED, problems, what="完成值核对"):
        name = _required(below, "指标", problems)
        formula = _required(below, "公式", problems)
        if name is not None and formula is not None:
            source = formula.text.strip().removeprefix("=").strip()
            what = text_of(below.get("说明"), problems, what="说明") or f"“{source}”"
            out.append(DerivedResult(name.text.strip(), source, what, formula.at))
    return tuple(out)


def _required(node: Mapping, key: str, problems: Problems) -> Scalar | None:
    """The text at ``key``; reported when it is missing or no text."""
    value = node.get(key)
    if isinstance(value, Scalar) and not is_empty(value):
        return value
    problems.add("L401", node.at, key=key)
    return None


def _levels(node: Node | None, problems: Problems) -> dict[str, str]:
    below = mapping(node, problems, what="规则级别")
    levels = {}
    for key, value in below.items if below is not None else ():
        level = text_of(value, problems, what=key.text)
        if level in RULE_LEVELS:
            levels[key.text] = level
        else:
            problems.add("L503", value.at, found=level, known="、".join(RULE_LEVELS))
    return levels


def _grades(node: Node | None, problems: Problems) -> tuple[Grade, ...]:
    grades = []
    for below in entries(node, ("名称", "下限"), problems, what="等级"):
        floor = decimal_of(below, "下限", problems, hundred=True)
        name = text_of(below.get("名称"), problems, what="名称")
        if floor is None or not name:
            problems.add("L401", below.at, key="名称、下限")
            continue
        grades.append(Grade(name, floor))
    return tuple(sorted(grades, key=lambda grade: -grade.floor))


def _has_documents(node: Mapping) -> bool:
    """Whether 文档 holds anything; misspelt, it is reported as that."""
    given = node.get("文档")
    if given is None or is_empty(given):
        others = (key.text for key, _ in node.items if key.text not in _KEYS)
        return any(suggest(key, ("文档",)) for key in others)
    return not isinstance(given, Sequence) or bool(given.items)


def _documents(node: Node | None, problems: Problems) -> tuple[Document, ...]:
    documents = [
        _document(below, problems) for below in entries(node, _DOCUMENT, problems, what="文档")
    ]
    names = {document.name for document in documents}
    for document in documents:
        for annex in document.annexes:
            if annex not in names:
                problems.add("L502", document.at, name=annex, document=document.name)
    return tuple(documents)


def _document(node: Mapping, problems: Problems) -> Document:
    def text(key: str) -> str:
        return text_of(node.get(key), problems, what=key)

    name = text("名称")
    if not name:
        problems.add("L401", node.at, key="名称")
    if not text("docx") and not text("xlsx"):
        problems.add("L501", node.at, name=name)
    each = one_of(node, "每个", ("项目",), problems, default="")
    annexes = tuple(
        item.text for item in sequence(node.get("附件"), problems, what="附件")
        if isinstance(item, Scalar)
    )  # fmt: skip
    title = text("标题") or name
    condition = node.get("条件") or node
    return Document(
        name=name,
        title=title,
        filename=text("文件名") or title,
        docx=text("docx"),
        xlsx=text("xlsx"),
        each_project=each == "项目",
        condition=text("条件"),
        annexes=annexes,
        at=node.at,
        condition_at=condition.at,
    )

"""核对资料 of a form set: names, words and wordings that the rules compare with. All of it data."""

from __future__ import annotations

from collections.abc import Mapping as Mapping_
from types import MappingProxyType
from typing import Any

from generator.content.entries import Entry, entry, mapping
from generator.content.model import CheckData, Correction, Texts, TextsByName
from generator.content.schema.fields import Kind
from generator.content.schema.form_sets import CHECK_DATA, CONTEXT
from generator.content.values import text_of
from generator.content.yaml.nodes import Mapping, Node, Sequence
from generator.problems import Problems


def read_check_data(given: Entry) -> CheckData:
    """What is given; what is missing is empty, and the rules that need it say nothing."""
    readers = {
        Kind.TEXT: _text, Kind.WORDS: words, Kind.NAMED_WORDS: words_by_name,
        Kind.PHRASES: _phrases,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for field in CHECK_DATA.fields:
        value = given.get(field.key)
        if value is not None:
            assert isinstance(field.kind, Kind)
            found[FIELDS[field.key]] = readers[field.kind](value, field.key, given.problems)
    return CheckData(**found)


def _text(node: Node, what: str, problems: Problems) -> str:
    return text_of(node, problems, what=what)


def words(node: Node, what: str, problems: Problems) -> Texts:
    """The words of a list, or the one that stands for it."""
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(filter(None, (text_of(item, problems, what=what) for item in items)))


def words_by_name(node: Node, what: str, problems: Problems) -> TextsByName:
    """Names, each with its words, as they were typed."""
    below = mapping(node, problems, what=what)
    items = below.items if below is not None else ()
    return tuple((key.text, words(value, key.text, problems)) for key, value in items)


def _phrases(node: Node, what: str, problems: Problems) -> tuple[Correction, ...]:
    """What is right → wordings like it, with what must or must not stand beside them."""
    out = []
    below = mapping(node, problems, what=what)
    for key, value in below.items if below is not None else ():
        if not isinstance(value, Mapping):
            out.append(Correction(key.text, words(value, key.text, problems)))
        elif entry(value, CONTEXT, problems) is not None:
            found = dict(words_by_name(value, key.text, problems))
            out.append(Correction(key.text, *(found.get(part, ()) for part in CONTEXT.keys)))
    return tuple(out)


#: Section → field of ``CheckData``.
FIELDS: Mapping_[str, str] = MappingProxyType({
    "不超过": "limits",
    "部分": "parts",
    "调整": "adjusted",
    "可为负": "signed",
    "计数单位": "count_units",
    "计数名称": "count_names",
    "功能分类": "functions",
    "科目": "accounts",
    "科目例外": "near_accounts",
    "表名": "forms",
    "必填": "required",
    "目标": "goals",
    "越低越好": "reverse",
    "执行": "execution",
    "增长": "growth",
    "升降": "changes",
    "满意": "satisfaction",
    "服务对象": "outsiders",
    "内部人员": "insiders",
    "不算原因": "no_reason",
    "不是值": "qualities",
    "归类": "categories",
    "常用词": "common",
    "单位名称": "own_names",
    "机构": "organisations",
    "地名": "places",
    "区别字": "distinctions",
    "两字地名": "long_places",
    "叠字": "single",
    "在字后面": "attributive",
    "叠字例外": "doubled",
    "固定表述": "phrases",
    "表述也对": "fine_phrases",
    "错字": "typos",
    "模板残留": "leftovers",
    "提示": "prompts",
    "套话": "praise",
    "结果": "results",
    "填写人": "persons",
    "往年的事": "history",
    "同义": "synonyms",
    "构成": "partitions",
    "句子": "sentences",
})  # fmt: skip

"""YAML as nodes, and pieces of YAML for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from generator.content.yaml import nodes
from generator.content.yaml.nodes import Mapping, Node, Scalar
from generator.problems import Problems
from kit.problems import seen

FILE = "figures.yaml"


def parsed(text: str, file: str = FILE) -> tuple[Node | None, Problems]:
    """The node of YAML ``text`` and what was found wrong with it."""
    problems = Problems()
    return nodes.parse(text, file, problems), problems


def mapping(text: str, file: str = FILE) -> Mapping:
    """The mapping that YAML ``text`` is, without any problem."""
    node, problems = parsed(text, file)
    assert seen(problems) == []
    assert isinstance(node, Mapping)
    return node


def scalar(text: str, key: str = "甲") -> Scalar:
    """The value typed as ``甲: <text>``."""
    node = mapping(f"{key}: {text}\n").get(key)
    assert isinstance(node, Scalar)
    return node


SNIPPETS = st.sampled_from(
    ["甲", "合计", "本年", ": ", "：", "- ", "{", "}", "[", "]", ", ", "\n", "\n  ", "\n\t", "= ", "1",
     "1,234.5", "１０５", "1O5", "&a ", "*a", "!!str ", "|", ">", '"', "'", "#", "---", "? ", "<<", "%",
     "~", "null", "\ufeff", "\x85", "\u2028", "\ue010", "\x00", "万元", "≥5%", "\\"]
)  # fmt: skip

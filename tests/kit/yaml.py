"""YAML as nodes, and pieces of YAML for hypothesis."""

from __future__ import annotations

import re
from typing import Any

import yaml
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


class _Core(yaml.SafeLoader):
    """YAML 1.2's core schema: what an editor sees, which knows nothing of gen."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


for _tag, _pattern, _starts in (
    ("null", r"null|Null|NULL|~|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), _starts
    )
# Only that it is a number counts, and YAML 1.1 would read 0100 as 64.
_Core.add_constructor(
    "tag:yaml.org,2002:int",
    lambda loader, node: int(
        loader.construct_scalar(node), 0 if "x" in node.value or "o" in node.value else 10
    ),
)


def plain(text: str) -> Any:
    """YAML ``text`` as an editor sees it: mappings, lists, texts, numbers, booleans, nothing."""
    return yaml.load(text, Loader=_Core)


SNIPPETS = st.sampled_from(
    ["甲", "合计", "本年", ": ", "：", "- ", "{", "}", "[", "]", ", ", "\n", "\n  ", "\n\t", "= ", "1",
     "1,234.5", "１０５", "1O5", "&a ", "*a", "!!str ", "|", ">", '"', "'", "#", "---", "? ", "<<", "%",
     "~", "null", "\ufeff", "\x85", "\u2028", "\ue010", "\x00", "万元", "≥5%", "\\"]
)  # fmt: skip

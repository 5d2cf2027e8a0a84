"""Expressions that wait for their first use."""

from __future__ import annotations

import copy
import pickle
import pkgutil
import re
from importlib import import_module

import pytest

import generator
from generator import patterns
from generator.patterns import lazy


def test_it_finds_what_the_compiled_expression_finds() -> None:
    waiting, compiled = lazy(r"(\d)[a-z]", re.IGNORECASE), re.compile(r"(\d)[a-z]", re.IGNORECASE)
    text = "1a 2B 3-"
    for _ in range(2):
        assert waiting.findall(text) == compiled.findall(text) == ["1", "2"]
    assert waiting.sub("x", text) == "x x 3-"
    assert waiting.split(text) == compiled.split(text)
    assert [m.span() for m in waiting.finditer(text)] == [(0, 2), (3, 5)]
    assert waiting.search("a") is waiting.match("a") is waiting.fullmatch("1") is None
    assert waiting.pattern == compiled.pattern
    assert lazy(rb"\d").findall(b"a1") == [b"1"]


def test_nothing_is_compiled_before_its_first_use() -> None:
    wrong = lazy("(")
    with pytest.raises(re.error):
        wrong.search("")
    with pytest.raises(AttributeError):
        _ = lazy("a").unknown


def test_every_expression_of_gen_is_right() -> None:
    found = []
    for module in pkgutil.walk_packages(generator.__path__, "generator."):
        for name, value in vars(import_module(module.name)).items():
            for one in value if isinstance(value, tuple) else (value,):
                inner = one if isinstance(one, tuple) else (one,)
                found += [(name, each) for each in inner if isinstance(each, patterns._Waiting)]
    assert len(found) > 80
    for name, each in found:
        assert each.pattern is not None, name


def test_copies_wait_as_well() -> None:
    for made in (
        copy.copy(lazy("a")),
        copy.deepcopy(lazy("a")),
        pickle.loads(pickle.dumps(lazy("a"))),
    ):
        assert made.fullmatch("a")

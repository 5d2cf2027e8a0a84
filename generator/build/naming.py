"""Output names: a form set's text with its tags filled, and nothing that Windows forbids."""

from __future__ import annotations

from functools import lru_cache
from types import CodeType

from jinja2 import TemplateError

from generator.figures.model import Names
from generator.formats import cache
from generator.language import blocks as nesting
from generator.language import markers, statements
from generator.language.environment import GenEnvironment, compile_source, make_environment, run
from generator.language.tags import TAG, Tag
from generator.problems import Position, Problems

_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "＿"))
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{d}{n}" for d in ("COM", "LPT") for n in range(1, 10))}
_MAX_NAME = 80


def filename(text: str, context: Names, at: Position, problems: Problems) -> str:
    """The name that ``text`` gives for ``context``, without a suffix."""
    name = _filled(text, context, at, problems)
    name = name.translate(_FORBIDDEN).strip(" .")[:_MAX_NAME].strip(" .")
    return f"{name}＿" if name.upper() in _DEVICES or not name else name


def _filled(text: str, context: Names, at: Position, problems: Problems) -> str:
    if "{" not in text:
        return text
    sandbox = environment()
    try:
        entry = cache.key(text.encode(), at.file.encode())
        compiled = cache.load(entry, CodeType)
        if compiled is None:
            compiled = compile_source(sandbox, text, at.file)
            cache.keep(entry, compiled)
        marked = run(sandbox, compiled, context)
    except TemplateError as error:
        tags = tags_of(text, at)
        said = statements.read(tags, sandbox)
        if nesting.parse(said).report(tags, said, problems):
            return text
        problems.add("T110", at, tag=text, reason=statements.in_chinese(error.message or "", text))
        return text
    clean, marks = markers.strip(marked)
    for mark in marks:
        if mark.path.startswith(markers.FAULT):
            code, values = markers.read_fault(mark.path)
            problems.add_values(code, at, {"tag": text, **values})
    return clean


def tags_of(text: str, at: Position) -> list[Tag]:
    """The tags of a name that stands ``at``."""
    return [Tag(match[0], at) for match in TAG.finditer(text)]


@lru_cache(maxsize=1)
def environment() -> GenEnvironment:
    """The sandbox of names: values stand in them as they are."""
    return make_environment(str)

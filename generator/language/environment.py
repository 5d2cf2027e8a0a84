"""The sandbox in which templates and the narrative run.

Templates are untrusted: they may name values, word them with gen's filters, branch and loop,
and nothing else. Python attributes, calls, arithmetic on values, macros and includes do not
exist here; loops and outputs are bounded. Values come out escaped and wrapped in markers.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import CodeType
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from generator import characters
from generator.figures.model import Fault, Figure, Names, NotANumber, Phrase, Words
from generator.language import markers
from generator.language.wording import FILTERS, at_home, describe, typed_at

MAX_LOOP_STEPS: Final = 1_000_000
MAX_OUTPUT_CHARS: Final = 50_000_000
#: What a tag may nest; real ones stay below ten, Python's own limits are not far above.
MAX_DEPTH: Final = 40
#: Pieces of output that are looked at together.
_BATCH: Final = 64
_TOO_MUCH = "写得太长，或一层套一层套得太深"
_LOOP_NAMES = frozenset({"index", "index0", "first", "last", "length"})

#: Everything a tag may consist of. What is not listed does not run.
_ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.If, nodes.For, nodes.CondExpr, nodes.Assign, nodes.Tuple, nodes.List,
    nodes.Neg, nodes.Add, nodes.Sub, nodes.Keyword,
)  # fmt: skip
#: How a picture is asked for, and the wording that Word has for it.
PICTURE: Final = "图片"
PICTURE_FILTER: Final = "_picture"
PICTURE_SIZES: Final = ("宽", "高")
_TESTS = ("defined", "undefined", "none", "odd", "even")
#: Whether something is a number: a result may be a text.
_NUMBER_TESTS = ("number", "数")


class _Budget(threading.local):
    steps = 0


_budget = _Budget()


class ContentFault(TemplateRuntimeError):
    """What stops a condition or a loop and comes from a value: ``fault`` says which."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("条件里的两边不能相比，或者值用错了地方")
        self.fault = fault


class TemplateLimit(Exception):
    """A template asked for more loop steps or output than any real document needs."""


def _rows(value: object) -> Sequence[object]:
    """Every ``for`` runs over this: lists of the content only, counted."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if not isinstance(value, list | tuple):
        raise SecurityError("for 只能用在列表上")
    _budget.steps += len(value) + 1
    if _budget.steps > MAX_LOOP_STEPS:
        raise TemplateLimit
    return value


class _Guard(NodeTransformer):
    """Refuses whatever is not allowed and routes every loop through ``_rows``."""

    def __init__(self) -> None:
        self._depth = 0

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        if not isinstance(node, _ALLOWED_NODES):
            raise TemplateSyntaxError(_refusal(node), getattr(node, "lineno", None) or 1)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TemplateSyntaxError(_TOO_MUCH, node.lineno or 1)
        try:
            return super().generic_visit(node, *args, **kwargs)
        finally:
            self._depth -= 1

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        # Lists of lists of lists … made with `set` would take forever to compare.
        if not all(isinstance(item, nodes.Const) for item in node.items):
            raise TemplateSyntaxError("方括号里只能写固定的文字或数字", node.lineno)
        return node

    def visit_Const(self, node: nodes.Const) -> nodes.Node:  # noqa: N802
        if isinstance(node.value, float) and not math.isfinite(node.value):
            raise TemplateSyntaxError("数字太大", node.lineno)
        if isinstance(node.value, str) and (char := characters.forbidden(node.value)):
            reason = f"引号里有不能用的字符（{characters.named(char)}）"
            raise TemplateSyntaxError(reason, node.lineno)
        return node

    def visit_Test(self, node: nodes.Test) -> nodes.Node:  # noqa: N802
        if node.name not in (*_TESTS, *_NUMBER_TESTS):
            raise TemplateSyntaxError(f"没有“is {node.name}”这种判断", node.lineno)
        return self.generic_visit(node)

    def visit_Assign(self, node: nodes.Assign) -> nodes.Node:  # noqa: N802
        if not isinstance(node.target, nodes.Name):
            raise TemplateSyntaxError("set 要写成 {% set 甲 = 值 %}", node.lineno)
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """``图片('走访.jpg', 宽='14cm')`` is a wording of its name; nothing else is called."""
        named = isinstance(node.node, nodes.Name) and node.node.name == PICTURE
        if not named or len(node.args) != 1 or node.dyn_args or node.dyn_kwargs:
            raise TemplateSyntaxError(_refusal(node), node.lineno)
        if any(keyword.key not in PICTURE_SIZES for keyword in node.kwargs):
            raise TemplateSyntaxError("图片只能写明“宽”或“高”", node.lineno)
        shown = nodes.Filter(
            node.args[0], PICTURE_FILTER, [], node.kwargs, None, None, lineno=node.lineno
        )
        return self.generic_visit(shown)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 (Jinja's visitor names)
        if node.recursive:
            raise TemplateSyntaxError("不支持 recursive 循环", node.lineno)
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_rows", [], [], None, None, lineno=node.lineno)
        return node


def _refusal(node: nodes.Node) -> str:
    if isinstance(node, nodes.BinExpr | nodes.Concat):
        return "模板里不做运算和拼接，请在 figures.yaml 的“派生”里写公式"
    if isinstance(node, nodes.Call):
        return "模板里不能调用函数或方法"
    return "模板里不支持这种写法"


class GenEnvironment(ImmutableSandboxedEnvironment):
    """Jinja with dots that reach content and nothing else."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    intercepted_unops = frozenset(ImmutableSandboxedEnvironment.default_unop_table)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree: nodes.Template = _Guard().visit(super()._parse(source, name, filename))
        except (RecursionError, MemoryError, ValueError, OverflowError) as error:
            raise TemplateSyntaxError(_TOO_MUCH, 1, name, filename) from error
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The member ``attribute`` of a branch of the context, or of Jinja's ``loop``."""
        if isinstance(obj, dict):
            if attribute in obj:
                return obj[attribute]
        elif isinstance(obj, LoopContext) and attribute in _LOOP_NAMES:
            return getattr(obj, attribute)
        return self._missing(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A member by name or a list item by number."""
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and type(argument) is int and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self._missing(obj, str(argument))

    def _missing(self, obj: Any, name: str) -> Undefined:
        """What is not there; of what is below it, the first step that is missing counts."""
        if isinstance(obj, Undefined):
            return obj
        absent = _absent(name, obj)
        return self.undefined(obj=obj, name=name, exc=lambda _: ContentFault(absent))  # type: ignore[arg-type]

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Whole numbers of the template itself (``loop.index + 1``) and nothing else."""
        if type(left) is int and type(right) is int and operator in "+-":
            return left + right if operator == "+" else left - right
        raise SecurityError("模板里不做运算，请在 figures.yaml 的“派生”里写公式")

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:  # noqa: ARG002
        """The sign of a number written in the template."""
        if type(arg) in (int, float):
            return -arg if operator == "-" else arg
        raise SecurityError("模板里不做运算，请在 figures.yaml 的“派生”里写公式")

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002
        """Nothing can be called from a template."""
        return False


def make_environment(
    escape: Callable[[str], str], extra_filters: Mapping[str, Callable[..., object]] | None = None
) -> GenEnvironment:
    """An environment whose values are made safe for one format by ``escape``.

    ``escape`` turns a value's text into XML character data. ``extra_filters`` are the format's
    own (names begin with ``_``, writers cannot use them).
    """
    wrap = markers.wrap

    def finalize(value: object) -> str:
        kind = type(value)
        if kind is Figure or kind is Phrase:
            return wrap(value.path, escape(value.text))  # type: ignore[attr-defined]
        if kind is Words:
            return wrap(value.path, escape(value))  # type: ignore[attr-defined,arg-type]
        if kind is Markup:
            return value  # type: ignore[return-value]
        if isinstance(value, str):
            return escape(value)
        if kind is int:
            return str(value)
        fault = as_fault(value)
        return markers.wrap(markers.fault_path(fault.code, fault.values, fault.typed), "")

    # Whatever is printed, constants included, goes through finalize, which escapes it for the
    # format; Jinja's own HTML escaping on top would only cost time.
    environment = GenEnvironment(
        autoescape=False, undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=True
    )
    environment.globals.clear()
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.tests |= dict.fromkeys(_NUMBER_TESTS, _is_number)
    environment.filters = {
        **{name: entry.apply for name, entry in FILTERS.items()},
        "_rows": _rows,
        **(extra_filters or {}),
    }
    return environment


def _is_number(value: object) -> bool:
    return isinstance(value, Figure) or (isinstance(value, Phrase) and value.number is not None)


def as_fault(value: object) -> Fault:
    """Why ``value`` cannot be printed."""
    if isinstance(value, Fault):
        return value
    if isinstance(value, Undefined):
        return _absent(str(value._undefined_name), value._undefined_obj)
    return Fault("T103", (("kind", _KINDS.get(type(value), "这种值")),))


def _absent(name: str, holder: object) -> Fault:
    return Fault("T101", (("name", name), ("hint", "")), at_home(holder))


_KINDS: dict[type, str] = {
    Names: "一组数",
    dict: "一组数",
    list: "一个列表",
    type(None): "空值",
    bool: "是/否",
    float: "小数",
}


def compile_source(environment: GenEnvironment, source: str, name: str) -> CodeType:
    """Jinja's Python code for ``source``; raises ``jinja2.TemplateSyntaxError``."""
    try:
        return environment.compile(source, name, name)
    except (RecursionError, MemoryError, ValueError, OverflowError, SyntaxError) as error:
        raise TemplateSyntaxError(_TOO_MUCH, 1, name) from error


def run(environment: GenEnvironment, code: CodeType, context: Mapping[str, object]) -> str:
    """Render compiled ``code``; the text still holds its markers. Raises like ``run_all``."""
    return next(run_all(environment, (code,), context))


def run_all(
    environment: GenEnvironment, codes: Iterable[CodeType], context: Mapping[str, object]
) -> Iterator[str]:
    """Render the ``codes`` one after the other, with what one sets known to the next.

    Raises ``TemplateLimit`` when loops or output run away and ``jinja2.TemplateError`` for
    what only shows at run time (a missing name in a condition, a forbidden operation).
    """
    shared = None
    _budget.steps = 0
    length = 0
    for code in codes:
        template = Template.from_code(environment, code, {})
        shared = shared or template.new_context(dict(context))
        try:
            text = bounded(template.root_render_func(shared), length)
        except NotANumber as error:
            found, typed = describe(error.words), typed_at(error.words)
            raise ContentFault(
                Fault("T104", (("filter", "比大小"), ("wanted", "数字"), ("found", found)), typed)
            ) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateRuntimeError("条件里的两边不能相比，或者值用错了地方") from error
        length += len(text)
        yield text


def bounded(pieces: Iterable[str], before: int = 0) -> str:
    """The joined ``pieces``; raises ``TemplateLimit`` if they pass ``MAX_OUTPUT_CHARS``.

    ``before``: how many there are already.
    """
    out: list[str] = []
    length = 0
    waiting = iter(pieces)
    while batch := tuple(islice(waiting, _BATCH)):
        out += batch
        length += sum(map(len, batch))
        if before + length > MAX_OUTPUT_CHARS:
            raise TemplateLimit
    return "".join(out)

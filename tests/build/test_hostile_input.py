"""Whatever is in the files, gen answers with messages and leaves the finished set alone.

Random bytes, random YAML and mutilated files of the sample go through the whole of
``gen build``; mutilated templates likewise. A crash of gen would be exit code 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import workspaces
from kit.archives import packed, unpacked

HOME = "content/peixun"
FILES = (
    f"{HOME}/unit.yaml",
    f"{HOME}/2024/facts.yaml",
    f"{HOME}/2024/figures.yaml",
    f"{HOME}/2024/indicators.yaml",
    f"{HOME}/2024/report.md",
    f"{HOME}/2024/projects/骨干培训.yaml",
)
TEMPLATES = ("docx/jiujiang/附件1.docx", "xlsx/jiujiang/附件1.xlsx", "docx/jiujiang/报告.docx")

#: Pieces that mean something to gen, YAML, Markdown or the template language.
PIECES = st.sampled_from(
    [
        ": ",
        "：",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "，",
        "\n",
        "\n  ",
        "\t",
        " #",
        "&a ",
        "*a",
        "!!str ",
        "'",
        '"',
        "|",
        ">",
        "---\n",
        "= ",
        "合计",
        "本年",
        "派生",
        "单位",
        "其中",
        "1",
        "0",
        "-",
        "9" * 40,
        "1,234",
        "１",
        "1O5",
        "%",
        "{{ ",
        " }}",
        "{% ",
        " %}",
        "{% for x in 指标 %}",
        "{% endfor %}",
        "{{ 单位 }}",
        "| 万元",
        "# ",
        "##### ",
        "| a |",
        "<b>",
        "&amp;",
        "\ufeff",
        "\x00",
        "\x85",
        "\ue010",
        "\u200b",
        "𠀀",
        "〔误〕",
        "= 派生.甲",
        "= 1 / 0",
        "~",
        "null",
        "<<: ",
        "? ",
        "...",
    ]
)


class Workspace:
    """A built workspace whose files are spoilt and put back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        workspaces.write(folder, workspaces.unit_files())
        workspaces.build(folder, 2024)

    def survives(self, file: str, data: bytes) -> None:
        """Build with ``file`` holding ``data``: messages or documents, and nothing half done."""
        path = self.folder / file
        kept = path.read_bytes() if path.is_file() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        before = self.outputs()
        try:
            path.write_bytes(data)
            ran = workspaces.gen("build", "2024", folder=self.folder)
        finally:
            if kept is None:
                path.unlink()
            else:
                path.write_bytes(kept)
        assert ran.code in (0, 1), ran.err
        assert "Traceback" not in ran.out + ran.err
        assert ran.err == ""
        if ran.code == 1:
            assert "错误" in ran.out
            assert self.outputs() == before

    def outputs(self) -> dict[str, bytes]:
        """The finished documents and what stands beside them."""
        return workspaces.snapshot(self.folder / "build")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEN_CACHE", str(tmp_path_factory.mktemp("缓存")))
        yield Workspace(tmp_path_factory.mktemp("工作区"))


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), data=st.binary(max_size=400))
@pytest.mark.long
def test_random_bytes(workspace: Workspace, file: str, data: bytes) -> None:
    workspace.survives(file, data)


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), pieces=st.lists(PIECES | st.text(max_size=5), max_size=40))
@pytest.mark.long
def test_random_text(workspace: Workspace, file: str, pieces: list[str]) -> None:
    workspace.survives(file, "".join(pieces).encode("utf-8", "surrogatepass"))


KEYS = ("名称", "合计", "本年", "其中", "单位", "列公式", "三级", "二级", "分值", "甲", "乙")
TREES = st.recursive(
    st.text("甲乙丙0123456789.%家=", min_size=1, max_size=6) | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def _yaml(tree: object, indent: int = 0) -> str:
    """A tree as YAML of the block style, without the help of a YAML library."""
    pad = "  " * indent
    if isinstance(tree, dict):
        return "".join(f"\n{pad}{key}:{_yaml(value, indent + 1)}" for key, value in tree.items())
    if isinstance(tree, list):
        return "".join(f"\n{pad}-{_yaml(value, indent + 1)}" for value in tree)
    return "" if tree is None else f" {tree}"


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), tree=TREES)
@pytest.mark.long
def test_random_yaml(workspace: Workspace, file: str, tree: object) -> None:
    workspace.survives(file, (_yaml(tree) + "\n").encode())


# A sample file spoilt in one place

Change = Callable[[str], str]


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """``text`` with lines or characters flipped, deleted, doubled or replaced."""
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["line", "lines", "char", "piece", "cut"]))
        if kind in ("line", "lines"):
            lines = text.split("\n")
            at = draw(st.integers(0, len(lines) - 1))
            change = draw(st.sampled_from(["delete", "double", "swap", "indent", "dedent"]))
            lines[at : at + 1] = {
                "delete": [],
                "double": [lines[at]] * 2,
                "swap": [lines[at][::-1]],
                "indent": [" " + lines[at]],
                "dedent": [lines[at].lstrip()],
            }[change]
            text = "\n".join(lines)
        elif kind == "cut":
            text = text[: draw(st.integers(0, len(text)))]
        elif text:
            at = draw(st.integers(0, len(text) - 1))
            new = draw(PIECES) if kind == "piece" else draw(st.sampled_from(["", text[at] * 2]))
            text = text[:at] + new + text[at + 1 :]
    return text


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), data=st.data())
@pytest.mark.long
def test_spoilt_content(workspace: Workspace, file: str, data: st.DataObject) -> None:
    text = (workspace.folder / file).read_text(encoding="utf-8")
    workspace.survives(file, data.draw(spoilt(text)).encode("utf-8", "surrogatepass"))


@settings(max_examples=12)
@given(data=st.data())
def test_spoilt_form_set(workspace: Workspace, data: st.DataObject) -> None:
    text = (_packaged() / "jiujiang.yaml").read_text(encoding="utf-8")
    spoiled = data.draw(spoilt(text)).encode("utf-8", "surrogatepass")
    workspace.survives("templates/jiujiang.yaml", spoiled)


# Templates


def _packaged() -> Path:
    from generator.workspace import packaged_templates

    return packaged_templates()


@settings(max_examples=15)
@given(file=st.sampled_from(TEMPLATES), data=st.data())
@pytest.mark.long
def test_template_with_spoilt_bytes(workspace: Workspace, file: str, data: st.DataObject) -> None:
    raw = bytearray((_packaged() / file).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    workspace.survives(f"templates/{file}", bytes(raw))


@settings(max_examples=15)
@given(file=st.sampled_from(TEMPLATES), data=st.data())
@pytest.mark.long
def test_template_with_spoilt_parts(workspace: Workspace, file: str, data: st.DataObject) -> None:
    """The zip is sound, what is in it is not."""
    members = unpacked((_packaged() / file).read_bytes())
    name = data.draw(st.sampled_from(sorted(members)))
    if data.draw(st.booleans()):
        del members[name]
    else:
        text = members[name].decode("utf-8", "replace")
        members[name] = data.draw(spoilt(text)).encode("utf-8", "replace")
    workspace.survives(f"templates/{file}", packed(members))


@settings(max_examples=10)
@given(raw=st.binary(max_size=300), file=st.sampled_from(TEMPLATES))
@pytest.mark.long
def test_template_of_random_bytes(workspace: Workspace, raw: bytes, file: str) -> None:
    workspace.survives(f"templates/{file}", raw)


# Bombs


def test_aliases_do_not_multiply(workspace: Workspace) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    workspace.survives(FILES[1], "\n".join(lines).encode())


@pytest.mark.parametrize(
    "text",
    [
        "甲: " + "[" * 100_000,
        "甲: " + "{乙: " * 50_000,
        "".join(f"{'  ' * n}甲:\n" for n in range(200)),
        "- " * 50_000,
        "甲: |\n" + "  乙\n" * 100_000,
        "甲：乙\n" * 20_000,
        "\t甲: 1\n" * 20_000,
        "{{ " * 10_000,
        "{% for a in 指标 %}\n\n" * 500,
        "{% if 年度 %}\n\n" * 60 + "甲\n\n" + "{% endif %}\n\n" * 60,
        "{% for a in 指标 %}\n\n" * 30 + "甲\n\n" + "{% endfor %}\n\n" * 30,
        "{{ " + "(" * 3000 + "年度" + ")" * 3000 + " }}",
        "{{ 年度" + " | 数" * 3000 + " }}",
        "# " * 10_000,
        "9" * 100_000,
    ],
    ids=[
        "lists",
        "braces",
        "depth",
        "dashes",
        "block",
        "colons",
        "tabs",
        "tags",
        "loops",
        "ifs",
        "fors",
        "parentheses",
        "filters",
        "hashes",
        "digits",
    ],
)
@pytest.mark.parametrize("file", FILES[1:5], ids=lambda file: Path(file).name)
@pytest.mark.long
def test_bombs_of_text(workspace: Workspace, file: str, text: str) -> None:
    workspace.survives(file, text.encode())

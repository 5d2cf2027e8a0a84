"""The page as one file, what comes back from it, and the code in the browser."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from kit import workspaces
from kit.workspaces import unit_files, write

from generator.review import saving
from generator.review.server import static
from generator.workspace import TICKS

FUNDS = "资金来源.财政拨款.全年预算"
CODE = {name: text.decode() for name, text in static().items() if name.endswith(".js")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write(tmp_path_factory.mktemp("w"), unit_files())
    workspaces.build(made, 2024)
    return made


@pytest.fixture(scope="module")
def saved(folder: Path) -> str:
    ran = workspaces.gen("review", "2024", "--save", folder / "核对.html", folder=folder)
    assert ran.code == 0, ran.err
    return (folder / "核对.html").read_text(encoding="utf-8")


def test_all_is_in_the_file_under_a_policy_of_hashes(saved: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', saved)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/=]{44}'", policy[1])) == 2
    assert "unsafe" not in policy[1]
    assert not re.search(r"<(?:link|script)[^>]+(?:src|href)=\"(?!data:)", saved)
    assert saved.count("<script") == 2


def test_where_the_workspace_is_stays_at_home(saved: str, folder: Path) -> None:
    assert str(folder) not in saved


def test_the_data_cannot_end_its_element(saved: str) -> None:
    data = saved.partition('id="data">')[2].partition("</script>")[0]
    assert "<" not in data
    assert json.loads(data)["units"][0]["label"] == "peixun 2024"


def test_each_module_is_taken_along_behind_what_it_imports() -> None:
    seen: set[str] = set()
    for name in saving._MODULES:
        assert set(re.findall(r'from "\./([\w.]+)"', CODE[name])) <= seen, name
        seen.add(name)
    assert seen == set(CODE)
    assert "import " not in re.sub(r"//.*", "", saving.script(static())).replace("imported", "")


@pytest.mark.parametrize("name", CODE)
def test_the_code_makes_no_markup_of_texts_and_asks_nobody_else(name: str) -> None:
    code = CODE[name]
    for banned in (
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
        "DOMParser", "srcdoc", "XMLHttpRequest", "WebSocket", "sendBeacon", "import(",
    ):  # fmt: skip
        assert banned not in code, banned
    assert set(re.findall(r"https?://[^\"'`\s]+", code)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bon[a-z]+=", code)


def sent(folder: Path, *figures: tuple[str, str, str], **other: object) -> Path:
    listed = [{"name": n, "value": v, "wording": w, "by": "李四"} for n, v, w in figures]
    plain = {"gen": "核对记录", "unit": "peixun", "year": 2024, "ticks": listed, **other}
    path = folder / "sent.json"
    path.write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
    return path


def test_ticks_come_back_where_value_and_wording_are_the_same(folder: Path) -> None:
    path = sent(
        folder,
        (FUNDS, "120.5万元", "120.5万元；120.5"),
        ("资金来源.其他资金.全年预算", "9万元", "9万元"),
        ("没有这个数", "1", "1"),
    )
    ran = workspaces.gen("review", "--ticks", path, folder=folder)
    assert ran.code == 1
    assert "收了 1 个数的核对" in ran.out
    assert "没有这个数" in ran.out
    kept = (folder / "content/peixun/2024" / TICKS).read_text(encoding="utf-8")
    assert kept.count("李四") == 1


@pytest.mark.parametrize(
    "other",
    [
        {"gen": "别的"}, {"unit": 1}, {"year": "2024"}, {"ticks": [1]}, {"ticks": {"a": 1}},
        {"ticks": [{"name": "a", "value": 1, "wording": "", "by": "李四"}]},
        {"ticks": [{"name": "a", "value": "1", "wording": "1", "by": "\x1b[2J"}]},
        {"ticks": [{"name": "a", "value": "1", "wording": "1"}]},
        {"unit": "../peixun"}, {"unit": "没有"}, {"year": 1999},
    ],
)  # fmt: skip
def test_what_is_no_list_of_ticks_is_refused(folder: Path, other: dict[str, object]) -> None:
    before = workspaces.snapshot(folder / "content")
    ran = workspaces.gen("review", "--ticks", sent(folder, **other), folder=folder)
    assert ran.code == 2
    assert "错误" in ran.err
    assert workspaces.snapshot(folder / "content") == before


def test_ticks_are_read_from_a_file_of_a_size_that_one_has(folder: Path) -> None:
    """A pipe or device would be waited for, and a huge file would fill the memory."""
    pipe, endless, huge = folder / "pipe", folder / "endless", folder / "huge"
    os.mkfifo(pipe)
    endless.symlink_to("/dev/zero")
    with huge.open("wb") as file:
        file.truncate(3 << 30)
    for path, why in ((pipe, "不是文件"), (endless, "不是文件"), (huge, "超过100MB")):
        ran = workspaces.gen("review", "--ticks", path, folder=folder)
        assert (ran.code, why in ran.err) == (2, True), ran.err


def test_what_has_errors_and_no_set_yet_is_not_saved(tmp_path: Path) -> None:
    files = unit_files()
    figures = next(name for name in files if name.endswith("figures.yaml"))
    folder = write(tmp_path, {**files, figures: str(files[figures]).replace("120.5", "一百")})
    ran = workspaces.gen("review", "--save", tmp_path / "x.html", folder=folder)
    assert ran.code == 2
    assert "还没有成果" in ran.err
    assert not (tmp_path / "x.html").exists()

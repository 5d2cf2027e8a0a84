"""Fixtures of the acceptance tests: the built sample, and the golden texts.

``pytest tests/acceptance --regen-golden`` writes the golden texts anew. Look at the difference
before it is committed: it is the change a reader of the documents would see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kit import workspaces

GOLDEN = workspaces.ROOT / "tests" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regen-golden", action="store_true", help="write tests/golden/ anew instead of comparing"
    )


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled templates of these tests are kept apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the golden file of a name, or write it under ``--regen-golden``."""
    regenerate = bool(request.config.getoption("--regen-golden", default=False))

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if regenerate:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no {path}; pytest tests/acceptance --regen-golden makes it"
        assert text.split("\n") == path.read_text(encoding="utf-8").split("\n")

    return compare


@pytest.fixture(scope="session")
def sample(own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outputs of ``gen build 2020`` on the sample, made once."""
    folder = workspaces.copy_sample(tmp_path_factory.mktemp("sample"))
    return workspaces.build(folder) / workspaces.SAMPLE_UNIT

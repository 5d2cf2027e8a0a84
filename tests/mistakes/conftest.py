"""The option that writes the generated pages anew.

``pytest tests/mistakes --regen-docs`` writes docs/常见错误.md and docs/提示信息.md. Read the
difference before it is committed: it is what a tired clerk will read.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kit import workspaces


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regen-docs", action="store_true", help="write the generated pages anew")


@pytest.fixture(scope="session")
def page(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a page of docs/, or write it under ``--regen-docs``."""
    regenerate = bool(request.config.getoption("--regen-docs", default=False))

    def compare(name: str, text: str) -> None:
        path = workspaces.ROOT / "docs" / name
        if regenerate:
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.is_file(), f"no {path}; pytest tests/mistakes --regen-docs makes it"
        assert text.split("\n") == path.read_text(encoding="utf-8").split("\n")

    return compare

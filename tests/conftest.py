"""How the tests run: pieces of content are made the same way every time, however slow the machine.

Tests marked ``office`` need LibreOffice; ``office(fonts=True)`` the stand-in fonts as well.
Those marked ``browser`` need Chromium and playwright.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from kit import lean
from kit.browser import browser_available
from kit.pages import office_available

# A loaded machine is no mistake of gen, and the same tree has the same outcome every time;
# ``--hypothesis-profile=explore`` goes looking for what nobody has met.
_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "gen", deadline=None, derandomize=True, database=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "explore", deadline=None, max_examples=1000, suppress_health_check=_SLOW, print_blob=True
)
settings.load_profile("gen")


@pytest.fixture(autouse=True, scope="session")
def _lean_documents(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests make their Word files of an empty document that is quickly read."""
    lean.use(tmp_path_factory.mktemp("lean"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that cannot run here, or fail it where GEN_REQUIRE_…=1 says it must."""
    if (marker := item.get_closest_marker("office")) is not None:
        fonts = bool(marker.kwargs.get("fonts", False))
        _demand("GEN_REQUIRE_OFFICE", office_available(fonts=fonts))
    if item.get_closest_marker("browser") is not None:
        _demand("GEN_REQUIRE_BROWSER", browser_available())


def _demand(variable: str, reason: str | None) -> None:
    if reason is None:
        return
    if os.environ.get(variable) == "1":
        pytest.fail(f"{variable}=1, but {reason}", pytrace=False)
    pytest.skip(reason)

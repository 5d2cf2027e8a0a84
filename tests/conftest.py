"""Tests marked ``office`` need LibreOffice; ``office(fonts=True)`` the stand-in fonts as well."""

from __future__ import annotations

import os

import pytest
from kit.pages import office_available


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that cannot run here, or fail it where GEN_REQUIRE_OFFICE=1 says it must."""
    marker = item.get_closest_marker("office")
    if marker is None:
        return
    reason = office_available(fonts=bool(marker.kwargs.get("fonts", False)))
    if reason is None:
        return
    if os.environ.get("GEN_REQUIRE_OFFICE") == "1":
        pytest.fail(f"GEN_REQUIRE_OFFICE=1, but {reason}", pytrace=False)
    pytest.skip(reason)

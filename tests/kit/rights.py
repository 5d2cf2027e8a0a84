"""Permissions that bite: tests in CI run as root, whom no mode of a file stops."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
_OVERRIDES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def stopped_by_modes() -> Iterator[None]:
    """As a user whom the modes of files stop: root on Linux lays down what lets it pass."""
    if sys.platform == "win32":
        pytest.skip("modes are POSIX")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root cannot lay down its rights here")
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()  # twice: effective, permitted, inheritable
    if libc.capget(header, held):
        pytest.skip("no capabilities here")
    lowered = (ctypes.c_uint32 * 6)(*held)
    lowered[0] &= ~_OVERRIDES
    if libc.capset(header, lowered):
        pytest.skip("capabilities cannot be laid down here")
    try:
        yield
    finally:
        libc.capset(header, held)

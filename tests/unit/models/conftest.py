"""The slow, independent reference for every model."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    """The package `reference` in tests/support, loaded where it is asked for: its nodes take a moment to compute."""
    return importlib.import_module("reference")

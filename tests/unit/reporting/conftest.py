"""The artificial shops as fixtures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from artificial_shops import HOSTILE, SHOPS, normal

from regulars.valuation.valuation import Valuation


@pytest.fixture
def shop() -> Valuation:
    """The shop in good order."""
    return normal()


@pytest.fixture
def shops() -> dict[str, Callable[[], Valuation]]:
    """The builders of every situation, by name."""
    return SHOPS


@pytest.fixture(params=SHOPS)
def each_shop(request: pytest.FixtureRequest) -> Valuation:
    """Each situation in turn."""
    return SHOPS[request.param]()


@pytest.fixture
def hostile() -> str:
    """A text that would be markup if it were not escaped."""
    return HOSTILE

"""The artificial shops as fixtures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from artificial_shops import HOSTILE, SHOPS
from rendered_shops import page_named, report_named, shop_named

from regulars.reporting.document import Report
from regulars.valuation.valuation import Valuation


@pytest.fixture
def shop() -> Valuation:
    """The shop in good order."""
    return shop_named("normal")


@pytest.fixture
def shops() -> dict[str, Callable[[], Valuation]]:
    """The builders of every situation, by name."""
    return SHOPS


@pytest.fixture(params=SHOPS)
def situation(request: pytest.FixtureRequest) -> str:
    """The name of each situation in turn."""
    name: str = request.param
    return name


@pytest.fixture
def each_shop(situation: str) -> Valuation:
    """Each situation in turn."""
    return shop_named(situation)


@pytest.fixture
def each_report(situation: str) -> Report:
    """The report of each situation in turn."""
    return report_named(situation)


@pytest.fixture
def each_page(situation: str) -> str:
    """The page of each situation in turn."""
    return page_named(situation)


@pytest.fixture
def hostile() -> str:
    """A text that would be markup if it were not escaped."""
    return HOSTILE

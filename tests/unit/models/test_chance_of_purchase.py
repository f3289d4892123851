"""The chance of a purchase is one less that of none, for every model."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.chance_of_purchase import chance_of_purchase
from regulars.models.histories import Histories
from regulars.models.transactions import MODELS
from regulars.periods import days

BASE = Histories(
    frequency=[0, 1, 3, 12, 3, 0],
    recency=[0, 20, 40, 50, 9, 0],
    age=[52, 45, 50, 52, 50, 9],
    count=[900, 300, 90, 9, 5, 30],
).with_gaps(300.0)


@pytest.mark.parametrize("name", MODELS.names())
def test_it_is_what_the_law_says(name: str) -> None:
    fit = MODELS.get(name).fit(BASE)
    expected = 1.0 - fit.purchases_pmf(BASE, days(210), 0)[:, 0]
    np.testing.assert_allclose(chance_of_purchase(fit, BASE, days(210)), expected, rtol=1e-7)

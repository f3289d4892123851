"""What the past says of predictions from now on, as a run takes it over."""

from __future__ import annotations

import math

import numpy as np
import pytest

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.backtest.drift import Drift
from regulars.valuation.backtest.rule import Correction, Rule
from regulars.valuation.backtest.still import Still
from regulars.valuation.corrections import UNCORRECTED, corrections_by, not_counted
from regulars.valuation.spend_way import REPEAT

H = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])


def test_a_value_whose_drift_cannot_be_told_has_the_shock_of_purchases() -> None:
    rule = Rule((), (), REPEAT, purchases=Correction(Drift(0.0, 0.2, (0.2, -0.2), 2)))
    found = corrections_by(rule, MODELS.get("nbd").fit(H), H, 365, has_money=True)
    assert (found.purchase_shock, found.value_shock, found.degrees) == (0.2, 0.2, 2)
    assert (found.pace, found.spend) == (1.0, 1.0)


@pytest.mark.parametrize(("silence", "still"), [(0.5, 0.1), (150.0, 0.0)])
@pytest.mark.parametrize("horizon", [1, 365, 3650])
def test_who_is_still_here_leaves_the_total_where_it_was(silence: float, still: float, horizon: int) -> None:
    """Where next to all are called gone, a tenth of them would be many times the total: no clock is so slow."""
    theta = np.array([0.8, 8.0, 0.9, 20.0])
    fit = Fit(MODELS.get("pareto-nbd"), theta, Unit.WEEK, 0.0, 1.0, 0.01 * np.eye(4), Certificate(()))
    recency = np.array([30.0, 20.0, 0.0, 5.0])
    base = Histories(frequency=[9, 4, 0, 2], recency=recency, age=recency + silence, count=[50, 30, 10, 9])
    rule = Rule((), (), REPEAT, purchases=Correction(Drift(-0.1, 0.0, (-0.1, -0.1), 2)), still=Still(0.1, (0.1, 0.1)))

    found = corrections_by(rule, fit, base, horizon, has_money=False)

    assert found.still == still
    said = not_counted(rule, found)
    assert len(said) == (still == 0.0)
    assert all("10.0% of those called gone are still customers. They are not counted" in one for one in said)
    told = base.count @ found.ahead(fit).expected_purchases(base, days(horizon * found.pace))
    expected = math.exp(-0.1) * float(base.count @ fit.expected_purchases(base, days(horizon)))
    assert told == pytest.approx(expected, rel=1e-6)


def test_nothing_is_said_of_who_is_still_here_where_nobody_is() -> None:
    assert not_counted(None, UNCORRECTED) == () == not_counted(Rule((), (), REPEAT), UNCORRECTED)

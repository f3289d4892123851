"""What the past says of predictions from now on, as a run takes it over."""

from __future__ import annotations

from regulars.models.histories import Histories
from regulars.models.transactions import MODELS
from regulars.valuation.backtest.drift import Drift
from regulars.valuation.backtest.rule import Correction, Rule
from regulars.valuation.corrections import corrections_by
from regulars.valuation.spend_way import REPEAT

H = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])


def test_a_value_whose_drift_cannot_be_told_has_the_shock_of_purchases() -> None:
    rule = Rule((), (), REPEAT, purchases=Correction(Drift(0.0, 0.2, (0.2, -0.2), 2)))
    found = corrections_by(rule, MODELS.get("nbd").fit(H), H, 365, has_money=True)
    assert (found.purchase_shock, found.value_shock, found.degrees) == (0.2, 0.2, 2)
    assert (found.pace, found.spend) == (1.0, 1.0)

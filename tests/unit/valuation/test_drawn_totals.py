"""Groups of customers whose parameters the data do not pin down: one doubt for all of them, found once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from artificial_shops import normal

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.posterior import posterior
from regulars.models.scoring import score
from regulars.models.spend.constant import ConstantSpend
from regulars.models.totals import Base
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.valuation.corrections import UNCORRECTED, Corrections, question_of
from regulars.valuation.drawn_totals import Way

FEW = Histories(frequency=[0, 1, 0], recency=[0, 4.0, 0], age=[20, 20, 9], count=[8, 1, 3], unit=Unit.WEEK)
SETTINGS = normal().settings


def test_one_doubt_for_all_groups_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = MODELS.get("bg-nbd").fit(FEW)
    way, asked = Way(fit, FEW, ConstantSpend(1.0), SETTINGS, UNCORRECTED), []

    def counted(member: Fit, known: Histories, *given: Any) -> np.ndarray:
        asked.append(known)
        return posterior(member, known, *given)

    monkeypatch.setattr(Fit, "allowed", counted)
    for group in (FEW, FEW.take(np.array([0, 1])), FEW.take(np.array([2]))):
        bought = group.count * group.frequency
        base = Base(group, group.frequency, bought, bought)
        scores = score(fit, way.spend, group, base.n_obs, question_of(SETTINGS))
        assert way.totals(base, scores).purchases.std() > 0.0
    assert len(asked) == 1
    assert asked[0].customers_total == FEW.customers_total


def test_totals_stay_finite_where_windows_were_off_beyond_measure() -> None:
    """A shop that came back after years: next to nothing was expected, and the next total may be off by as much."""
    known = FEW.take(np.arange(3))
    bought = known.count * known.frequency
    base = Base(known, known.frequency, bought, bought)
    past = Corrections(purchase_shock=60.0, value_shock=60.0, purchase_group_shock=60.0, degrees=2)
    way = Way(MODELS.get("bg-nbd").fit(FEW), FEW, ConstantSpend(1.0), SETTINGS, past)
    drawn = way.totals(base, score(way.fit, way.spend, known, base.n_obs, question_of(SETTINGS)), group=1)
    assert np.isfinite(drawn.purchases).all()
    assert np.isfinite(drawn.value).all()


def test_draws_hold_who_is_still_here() -> None:
    lapsed = Histories(frequency=[1, 2, 9], recency=[1.5, 9, 3], age=[39, 50, 400], count=[2_000] * 3, unit=Unit.WEEK)
    theta = np.array([0.8, 8.0, 0.7, 12.0])
    fit = Fit(MODELS.get("pareto-nbd"), theta, Unit.WEEK, 0.0, 6_000.0, 1e-8 * np.eye(4), Certificate(()))
    none, past = np.zeros(3), Corrections(still=0.3)
    scores = score(past.ahead(fit), ConstantSpend(1.0), lapsed, none, question_of(SETTINGS, past))
    base = Base(lapsed, none, none, none)
    drawn = Way(fit, lapsed, ConstantSpend(1.0), SETTINGS, past).totals(base, scores).purchases
    assert drawn.mean() == pytest.approx(float(lapsed.count @ scores.purchases), rel=0.02)

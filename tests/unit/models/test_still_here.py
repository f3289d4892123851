"""Those called gone who are not: chances by the formula, everything else as it was, for one model and for pools."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.branches import draw_counts
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.pooled import PooledFit
from regulars.models.scoring import Question, score
from regulars.models.spend.constant import ConstantSpend
from regulars.models.still_here import StillHere, still_here
from regulars.models.totals import Base, simulate_totals
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days

SHARE = 0.2
THETA = {"bg-nbd": (0.6, 6.0, 0.8, 2.4), "pareto-nbd": (0.8, 8.0, 0.7, 12.0), "nbd": (0.6, 6.0)}
SOME = Histories(
    frequency=[0, 1, 2, 30, 9], recency=[0, 1.5, 20, 29.9, 3], age=[39, 39, 30, 30, 400], count=[3, 4, 2, 1, 1]
)
ASKED = Question(days(210), (0.1, 0.5, 0.9), 0.1)
ONCE = ConstantSpend(1.0)


def fit_of(name: str) -> Fit:
    theta = np.array(THETA[name])
    return Fit(MODELS.get(name), theta, Unit.WEEK, 0.0, 11.0, 0.01 * np.eye(theta.size), Certificate(()))


def pool() -> PooledFit:
    return PooledFit((fit_of("bg-nbd"), fit_of("pareto-nbd"), fit_of("nbd")), (0.5, 0.3, 0.2))


def lifted(alive: Floats) -> Floats:
    return alive + SHARE * (1.0 - alive)


@pytest.mark.parametrize("name", ["bg-nbd", "pareto-nbd"])
def test_of_those_called_gone_a_share_is_here(name: str) -> None:
    fit = fit_of(name)
    alive, told = fit.probability_alive(SOME), StillHere(fit, SHARE)
    np.testing.assert_allclose(told.probability_alive(SOME), lifted(alive), rtol=1e-12)
    # What the living do is what they did: expectations and chances move as the chance of being alive does.
    number = np.arange(1.0, 6.0)
    moved = (lifted(alive) / alive)[:, None]
    np.testing.assert_allclose(told.purchases_pmf(SOME, 30, number), fit.purchases_pmf(SOME, 30, number) * moved)
    np.testing.assert_allclose(told.expected_purchases(SOME, 30), fit.expected_purchases(SOME, 30) * moved[:, 0])
    total = told.purchases_pmf(SOME, 30, np.arange(400)).sum(axis=1)
    np.testing.assert_allclose(total, 1.0, rtol=1e-6)


def test_each_member_of_a_pool_is_as_wrong() -> None:
    told = StillHere(pool(), SHARE)
    expected = sum(w * lifted(f.probability_alive(SOME)) for f, w in zip(pool().fits, pool().weights, strict=True))
    np.testing.assert_allclose(told.probability_alive(SOME), expected, rtol=1e-12)
    bought = sum(
        w * StillHere(f, SHARE).expected_purchases(SOME, 30) for f, w in zip(pool().fits, pool().weights, strict=True)
    )
    np.testing.assert_allclose(told.expected_purchases(SOME, 30), bought, rtol=1e-12)


@pytest.mark.parametrize("name", ["bg-cnbd-k", "bg-nbd"])
def test_who_has_no_chance_left_has_the_share(name: str) -> None:
    often = Histories(frequency=[900], recency=[100], age=[2_000]).with_gaps(-1_500.0)
    fit = MODELS.get(name).fit(SOME.with_gaps(-60.0) if "cnbd" in name else SOME)
    gone = fit.probability_alive(often)
    assert gone < 1e-300
    assert StillHere(fit, SHARE).probability_alive(often) == pytest.approx(SHARE)
    assert np.isfinite(StillHere(fit, SHARE).expected_purchases(often, 30)).all()


def test_scores_hold_it() -> None:
    plain, told = (score(fit, ONCE, SOME, np.zeros(5), ASKED) for fit in (pool(), StillHere(pool(), SHARE)))
    assert (told.probability_purchase > plain.probability_purchase).all()
    np.testing.assert_allclose(told.purchases, StillHere(pool(), SHARE).expected_purchases(SOME, 30), rtol=1e-9)
    drawn = draw_counts(
        StillHere(pool(), SHARE).branches(SOME), SOME.frequency, SOME.age, 30.0, 20_000, np.random.default_rng(1)
    )
    error = np.sqrt(drawn.var(axis=0) / 20_000)
    assert (np.abs(drawn.mean(axis=0) - told.purchases) < 4.0 * error).all()


@pytest.mark.parametrize("count", [20, 2_000])
def test_totals_hold_it(count: int) -> None:
    lapsed = Histories(frequency=[1, 2, 9], recency=[1.5, 9, 3], age=[39, 50, 400], count=[count] * 3)
    base, told = Base(lapsed, np.zeros(3), np.zeros(3), np.zeros(3)), StillHere(pool(), SHARE)
    scores = score(told, ONCE, lapsed, np.zeros(3), ASKED)
    drawn = simulate_totals(told, ONCE, base, scores, ASKED, seed=1).purchases
    expected, without = (float(lapsed.count @ fit.expected_purchases(lapsed, 30)) for fit in (told, pool()))
    error = drawn.std() / np.sqrt(drawn.size)
    assert abs(drawn.mean() - expected) < 4.0 * error + 0.01 * expected
    assert drawn.mean() - without > 4.0 * error


def test_nobody_still_here_is_the_fit_itself() -> None:
    fit = pool()
    assert still_here(fit, 0.0) is fit


def test_at_other_parameters_a_share_is_here_still() -> None:
    fit = pool()
    told = StillHere(fit, SHARE).at(1.1 * fit.theta)
    here, expected = told.expected_purchases(SOME, 30), StillHere(fit.at(1.1 * fit.theta), SHARE)
    assert here.tolist() == expected.expected_purchases(SOME, 30).tolist()
    assert (here != StillHere(fit, SHARE).expected_purchases(SOME, 30)).all()

"""Who is still here of those called gone: found where they come back, not where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from regulars.models.histories import Floats
from regulars.valuation.backtest.still import NOBODY, Returns, still


def window(share: float, seed: int, customers: int = 4_000) -> Returns:
    """Return customers of whom a model called many gone, and a share of these was not."""
    rng = np.random.default_rng(seed)
    alive, if_here = rng.beta(0.3, 0.5, customers), rng.uniform(0.1, 0.7, customers)
    bought = rng.random(customers) < (alive + share * (1.0 - alive)) * if_here
    return returns(alive * if_here, if_here, bought.astype(np.float64))


def returns(chance: Floats, if_here: Floats, bought: Floats) -> Returns:
    return Returns(chance, if_here, bought, 1.0 - bought)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_the_share_is_found(share: float) -> None:
    found = still([window(share, 1), window(share, 2)])
    assert found.share == pytest.approx(share, abs=0.05)
    assert len(found.seen) == 2
    assert min(found.seen) > 0.0


def test_it_is_the_top_of_the_likelihood() -> None:
    one = window(0.2, 3)

    def log_likelihood(share: float) -> float:
        chance = one.chance + share * (one.if_here - one.chance)
        return float(np.log(np.where(one.bought == 1.0, chance, 1.0 - chance)).sum())

    top = minimize_scalar(lambda share: -log_likelihood(share), bounds=(0.0, 1.0), method="bounded").x
    assert still([one, one]).seen[0] == pytest.approx(top, abs=1e-5)
    step = 1e-5
    slope = (log_likelihood(0.2 + step) - log_likelihood(0.2 - step)) / (2.0 * step)
    bend = (one.slopes(0.2 + step)[0] - one.slopes(0.2 - step)[0]) / (2.0 * step)
    assert one.slopes(0.2) == pytest.approx((slope, bend), rel=1e-5)


def test_where_nobody_comes_back_next_to_nothing_is_believed() -> None:
    shares = np.array([still([window(0.0, 2 * seed), window(0.0, 2 * seed + 1)]).share for seed in range(40)])
    likeliest = np.array([still([window(0.0, 2 * seed)] * 2).seen[0] for seed in range(40)])
    assert (shares == 0.0).mean() > 0.7
    assert shares.mean() < likeliest.mean() / 4.0


def test_the_error_is_that_of_many_shops() -> None:
    found = np.array([still([window(0.3, seed, 500)] * 2).seen[0] for seed in range(60)])
    errors = [(-window(0.3, seed, 500).slopes(0.3)[1]) ** -0.5 for seed in range(60)]
    assert found.std(ddof=1) == pytest.approx(np.mean(errors), rel=0.3)


def test_one_window_may_be_an_exception() -> None:
    assert still([window(0.5, 7)]) == NOBODY == still([])


def test_the_impossible_happened() -> None:
    """Whom the model gave no chance bought; who was sure to buy did not: the sums stay finite."""
    chance, if_here = np.array([0.0, 1.0, 0.0]), np.array([0.5, 1.0, 0.5])
    one = returns(chance, if_here, np.array([1.0, 0.0, 0.0]))
    found = still([one, one])
    assert np.isfinite(one.slopes(0.0)).all()
    assert 0.0 <= found.share <= 1.0
    assert found.seen[0] > 0.9
    assert still([returns(chance, if_here, np.array([0.0, 1.0, 0.0]))] * 2).share == 0.0
    assert still([returns(np.full(3, 0.5), np.full(3, 0.5), np.array([0.0, 1.0, 0.0]))] * 2).share == 0.0

"""The variance of a forecast is that of its law, so χ² of the tenths has the distribution that it should have."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from regulars.models.branches import draw_counts
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.own_pace import OwnPace
from regulars.models.scoring import Question, score
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.spend.log_normal import LogNormalFit
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.backtest.blend import mixed
from regulars.valuation.backtest.calibration import SAME, LevelMap
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.measures import Measures, measured
from regulars.valuation.backtest.variance import of_purchases, of_value

THETA = {"bg-nbd": [0.243, 4.41, 0.793, 2.426], "pareto-nbd": [0.553, 10.58, 0.606, 11.67]}
WINDOW = 13.0
ASKED = Question(days(7 * WINDOW), LEVELS, 0.0)
CUSTOMERS, REPLICATIONS = 4_000, 300


def fit_of(name: str) -> Fit:
    theta = np.array(THETA[name])
    return Fit(MODELS.get(name), theta, Unit.WEEK, 0.0, 1.0, np.zeros((theta.size, theta.size)), Certificate(()))


def gamma_gamma(q: float = 3.7) -> GammaGammaFit:
    return GammaGammaFit(6.0, q, 15.0, 0.0, 1.0, np.zeros((3, 3)), Certificate(()))


def log_normal() -> LogNormalFit:
    return LogNormalFit(20.0, 0.6, 0.5, 0.0, 1.0, np.zeros((3, 3)), Certificate(()))


def base(name: str) -> Histories:
    """Customers of 39 weeks at most, more than 60 % of whom never came back: the base of CDNOW."""
    rng = np.random.default_rng(5)
    age = 39.0 - rng.integers(0, 84, CUSTOMERS) / 7.0
    bought = fit_of(name).simulate(CUSTOMERS, 39.0, 6)
    seen = bought.time <= age[bought.customer]
    recency = np.zeros(CUSTOMERS)
    np.maximum.at(recency, bought.customer[seen], bought.time[seen])
    x = np.bincount(bought.customer[seen], minlength=CUSTOMERS)
    assert np.mean(x == 0) > 0.5
    return Histories(frequency=x, recency=recency, age=age)


@pytest.mark.parametrize("name", list(THETA))
def test_of_purchases_and_of_value_as_sums_over_the_law(name: str) -> None:
    fit = fit_of(name)
    h = Histories(frequency=[0, 0, 2, 30], recency=[0, 0, 30, 38], age=[39, 4, 39, 39])
    n = np.arange(400.0)
    chance = fit.purchases_pmf(h, WINDOW, n)
    mean = chance @ n
    spread = chance @ n**2 - mean**2
    values: list[SpendFit] = [gamma_gamma(), ConstantSpend(7.0), log_normal()]
    for spend in values:
        scores = score(fit, spend, h, h.frequency, ASKED)
        assert of_purchases(scores) == pytest.approx(spread, rel=1e-5)
        each, between = moments_of_sums(spend, h.frequency, n)
        expected = (chance * between).sum(axis=1)
        total = (chance * (each + between**2)).sum(axis=1) - expected**2
        assert of_value(spend, h.frequency, scores) == pytest.approx(total, rel=1e-5)


def moments_of_sums(spend: SpendFit, n_obs: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return variance and mean of M_n per customer and number of purchases, from scipy's laws."""
    number = np.maximum(n, 1)[None, :]
    some = (n > 0)[None, :]
    if isinstance(spend, GammaGammaFit):
        law = stats.betaprime(spend.p * number, (spend.p * n_obs + spend.q)[:, None])
        return np.asarray(law.var() * some), np.asarray(law.mean() * some)
    if isinstance(spend, LogNormalFit):
        # The unknown own level, then independent values: the law of total variance.
        within, between = spend.within**2, spend.between**2
        unknown = (between * within / (within + n_obs * between))[:, None]
        one = stats.lognorm(spend.within)
        level = stats.lognorm(np.sqrt(unknown))
        mean = number * one.mean() * level.mean()
        variance = number * one.var() * (level.var() + level.mean() ** 2) + (number * one.mean()) ** 2 * level.var()
        return np.asarray(variance * some), np.asarray(mean * some)
    return np.zeros((n_obs.size, n.size)), np.broadcast_to(n, (n_obs.size, n.size)).astype(np.float64)


def test_a_value_without_a_second_moment_has_no_variance() -> None:
    fit, h = fit_of("bg-nbd"), Histories(frequency=[0, 1], recency=[0, 20], age=[30, 30])
    for q, known in ((1.5, [False, True]), (0.7, [False, True]), (2.0, [False, True]), (2.1, [True, True])):
        spend = gamma_gamma(q)
        assert np.isfinite(of_value(spend, h.frequency, score(fit, spend, h, h.frequency, ASKED))).tolist() == known


@pytest.mark.parametrize("name", list(THETA))
def test_chi_square_of_the_truth_is_chi_square(name: str) -> None:
    """The mean is the number of tenths and P is uniform, where more than half bought once and a tenth hardly buys."""
    histories, rng = base(name), np.random.default_rng(8)
    fit = fit_of(name)
    scores = score(fit, ConstantSpend(1.0), histories, np.zeros(CUSTOMERS), ASKED)
    levels = np.ascontiguousarray(scores.quantile.T)
    rows, ones = np.arange(CUSTOMERS), np.ones(CUSTOMERS)
    said = Forecast(scores.purchases, Spread(levels, rows, ones, of_purchases(scores)))
    branches = fit.branches(histories)
    futures = draw_counts(branches, histories.frequency, histories.age, WINDOW, REPLICATIONS, rng)
    found = np.array([_chi_square(measured(said, actual, seed=0)) for actual in futures])
    # A tenth with a handful of purchases is skewed: the variance of χ² is larger than 20 there, its mean is not.
    assert found.mean() == pytest.approx(10.0, abs=4.0 * found.std() / np.sqrt(REPLICATIONS))
    assert stats.kstest(special.chdtrc(10.0, found), "uniform").pvalue > 0.01
    levels_alone = Forecast(scores.purchases, Spread(levels, rows, ones))
    by_levels = [measured(levels_alone, actual, seed=0).chi_square for actual in futures[:20]]
    assert all(one is None or one > exact for one, exact in zip(by_levels, found, strict=False))


def _chi_square(found: Measures) -> float:
    assert found.chi_square is not None
    return found.chi_square


def test_chi_square_of_values_is_right_on_average() -> None:
    histories, rng = base("bg-nbd"), np.random.default_rng(9)
    fit, spend = fit_of("bg-nbd"), gamma_gamma(6.0)
    scores = score(fit, spend, histories, histories.frequency, ASKED)
    rows, scale = np.arange(CUSTOMERS), rng.gamma(3.0, 10.0, CUSTOMERS)
    mean = scale * spend.mean_factor(histories.frequency) * scores.purchases
    spread = Spread(scores.quantile.T, rows, scale, of_value(spend, histories.frequency, scores))
    number = draw_counts(fit.branches(histories), histories.frequency, histories.age, WINDOW, REPLICATIONS, rng)
    worth = scale * spend.draw(number, histories.frequency, rng)
    found = np.array([_chi_square(measured(Forecast(mean, spread), actual, seed=0)) for actual in worth])
    assert found.mean() == pytest.approx(10.0, abs=4.0 * found.std() / np.sqrt(REPLICATIONS))


def test_what_has_no_variance_is_counted() -> None:
    spread = Spread(np.ones((2, len(LEVELS))), np.array([0, 1, 0]), np.ones(3), np.array([2.0, np.inf]))
    found = measured(Forecast(np.ones(3), spread), np.ones(3), seed=0)
    assert (found.bias_error, found.chi_square, found.without_variance) == (None, None, 1)
    # As much as the levels show of the one that is infinite: nothing.
    assert found.least_bias_error == pytest.approx(np.sqrt(4.0) / 3.0)


def test_of_a_blend_as_of_its_draws() -> None:
    rng = np.random.default_rng(10)
    laws = stats.poisson(1.5), stats.poisson(6.0)
    said = [Forecast(np.full(3, law.mean()), Spread.same(law.ppf(LEVELS), 3, law.var())) for law in laws]
    drawn = np.where(rng.random(400_000) < 0.3, laws[0].rvs(400_000, rng), laws[1].rvs(400_000, rng))
    assert mixed(said, np.array([0.3, 0.7])).spread.variance() == pytest.approx(np.full(3, drawn.var()), rel=0.01)
    endless = Forecast(np.ones(3), Spread.same(np.ones(len(LEVELS)), 3, np.inf))
    assert np.isinf(mixed([said[0], endless], np.array([0.5, 0.5])).spread.variance()).all()


def test_a_map_of_levels_widens_what_it_widens() -> None:
    quantiles = np.stack([stats.norm.ppf(LEVELS) + 9.0, np.zeros(len(LEVELS))])
    assert SAME.widening(quantiles) == pytest.approx([1.0, 1.0])
    # A fifth more of a standard deviation, of which the levels do not show what lies beyond the last one.
    wide = LevelMap(tuple(special.ndtr(special.ndtri(np.array(LEVELS)) / 1.2).tolist()))
    middle, rare = wide.widening(quantiles)
    assert 1.25 < middle < 1.44
    assert rare > 1.0


def test_customers_whose_own_paces_wander_vary_as_their_draws_do() -> None:
    h = Histories(frequency=[2, 30], recency=[30, 38], age=[39, 39])
    fit, own, rng = fit_of("pareto-nbd"), OwnPace(0.3), np.random.default_rng(11)
    asked = Question(ASKED.horizon, LEVELS, 0.0, own)
    found = of_purchases(score(fit, ConstantSpend(1.0), h, h.frequency, asked))
    drawn = draw_counts(own.over(fit.branches(h)), h.frequency, h.age, WINDOW, 200_000, rng)
    assert found == pytest.approx(drawn.var(axis=0), rel=0.03)
    assert found[1] > of_purchases(score(fit, ConstantSpend(1.0), h, h.frequency, ASKED))[1] * 1.5

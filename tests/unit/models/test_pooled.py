"""Several fits as one: weighted sums, quantiles of the mixture against simulated customers, and totals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from regulars.errors import InputError, NotApplicable
from regulars.models import totals
from regulars.models.certificate import Certificate, Finding
from regulars.models.comparison import compare
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.laws import BetaLaw, GammaLaw, MixedLaw
from regulars.models.lifetime import lifetime_of
from regulars.models.pooled import PooledFit
from regulars.models.saving import load
from regulars.models.scoring import Question, score
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.totals import Base, simulate_totals
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days

THETA = {"bg-nbd": (0.6, 6.0, 0.8, 2.4), "mbg-nbd": (0.9, 4.0, 0.5, 1.1), "pareto-nbd": (0.8, 8.0, 0.7, 12.0)}
WEIGHTS = (0.5, 0.2, 0.3)
ASKED = Question(days(365), (0.1, 0.5, 0.8, 0.95), 0.1)
SOME = Histories(
    frequency=[0, 0, 1, 2, 7, 30, 1, 3],
    recency=[0, 0, 1.5, 20, 38, 29.9, 39, 0.4],
    age=[0, 39, 39, 30, 38, 30, 39, 52],
    count=[3, 10, 4, 2, 1, 1, 1, 2],
)
SPEND = GammaGammaFit(6.0, 3.7, 15.0, 0.0, 1.0, np.zeros((3, 3)), Certificate(()))


def fit_of(name: str, unit: Unit = Unit.WEEK, variance: float = 0.0) -> Fit:
    certificate = Certificate((Finding("gradient", "good", "The fit stands at the top."),))
    return Fit(MODELS.get(name), np.array(THETA[name]), unit, 0.0, 24.0, variance * np.eye(4), certificate)


def pool_of_all() -> PooledFit:
    return PooledFit(tuple(fit_of(name) for name in THETA), WEIGHTS)


def everything(fit: Fit | PooledFit, spend: SpendFit = SPEND) -> list[Floats]:
    got = score(fit, spend, SOME, SOME.frequency, ASKED)
    return [
        fit.probability_alive(SOME),
        fit.expected_purchases(SOME, 52),
        fit.purchases_pmf(SOME, 52, range(30)).ravel(),
        fit.discounted_purchases(SOME, 52, 0.1),
        fit.residual_purchases(SOME, 0.1),
        fit.expected_purchases_path(np.array([1.0, 10.0, 100.0])),
        *(value.ravel() for value in vars(got).values()),
    ]


@pytest.mark.parametrize("name", list(THETA))
def test_a_pool_of_one_is_its_member_to_the_last_bit(name: str) -> None:
    fit = fit_of(name)
    pooled = PooledFit((fit,), (1.0,))
    for alone, together in zip(everything(fit), everything(pooled), strict=True):
        assert alone.tolist() == together.tolist()
    assert fit.simulate(50, 52, 1).time.tolist() == pooled.simulate(50, 52, 1).time.tolist()
    assert vars(lifetime_of(fit)) == vars(lifetime_of(pooled))


@pytest.mark.parametrize("spend", [SPEND, ConstantSpend(1.0)], ids=["gamma-gamma", "constant"])
def test_a_fit_pooled_with_itself_is_the_fit(spend: SpendFit) -> None:
    fit = fit_of("mbg-nbd")
    pooled = PooledFit((fit, fit), (0.3, 0.7))
    for alone, together in zip(everything(fit, spend), everything(pooled, spend), strict=True):
        assert together == pytest.approx(alone, rel=1e-11, abs=1e-13)


def test_a_member_without_weight_changes_nothing() -> None:
    alone = PooledFit((fit_of("bg-nbd"),), (1.0,))
    pooled = PooledFit((fit_of("bg-nbd"), fit_of("pareto-nbd")), (1.0, 0.0))
    for one, other in zip(everything(alone), everything(pooled), strict=True):
        assert one.tolist() == other.tolist()


def test_means_and_masses_are_weighted_sums() -> None:
    *pooled, _ = everything(pool_of_all())
    members = [everything(fit)[:-1] for fit in pool_of_all().fits]
    for place, value in enumerate(pooled):
        expected = sum(weight * member[place] for weight, member in zip(WEIGHTS, members, strict=True))
        # E[N²] takes large counts in runs, which a pool's longer list cuts a little differently.
        assert value == pytest.approx(expected, rel=1e-6)


def test_quantiles_are_those_of_simulated_customers() -> None:
    """Each customer's member is drawn, then whether alive, then purchases and what they are worth."""
    pooled, rng, draws = pool_of_all(), np.random.default_rng(2), 200_000
    got = score(pooled, SPEND, SOME, SOME.frequency, ASKED)
    number = np.empty((draws, len(SOME)))
    for customer in range(len(SOME)):
        members = rng.choice(3, size=draws, p=WEIGHTS)
        for place, fit in enumerate(pooled.fits):
            pmf = fit.purchases_pmf(SOME.take(np.array([customer])), 365 / 7, np.arange(300))[0]
            here = members == place
            number[here, customer] = rng.choice(300, size=int(here.sum()), p=pmf / pmf.sum())
    worth = SPEND.draw(number, SOME.frequency, rng)
    for level, quantile in zip(ASKED.levels, got.quantile, strict=True):
        reached = (worth <= quantile).mean(axis=0)
        nothing = (worth == 0.0).mean(axis=0)
        assert (quantile[nothing > level + 0.01] == 0.0).all()
        buys = quantile > 0.0
        assert reached[buys] == pytest.approx(np.full(int(buys.sum()), level), abs=0.005)


def test_quantiles_of_counts_are_exact_under_constant_spend() -> None:
    pooled = pool_of_all()
    got = score(pooled, ConstantSpend(1.0), SOME, np.zeros(len(SOME)), ASKED)
    below = pooled.purchases_pmf(SOME, 365 / 7, np.arange(300)).cumsum(axis=1)
    exact = (below < 0.8).sum(axis=1)
    small = exact < 40
    assert small.sum() >= 6
    assert got.quantile[2][small].tolist() == exact[small].tolist()


def test_simulation_agrees_with_expectation() -> None:
    pooled, n = pool_of_all(), 100_000
    counts = np.bincount(pooled.simulate(n, 52, seed=3).customer, minlength=n)
    assert counts.mean() == pytest.approx(pooled.expected_purchases_new(52), abs=4 * counts.std() / n**0.5)


def test_totals_are_those_of_members_drawn_customer_by_customer() -> None:
    many = SOME.take(np.tile(np.arange(len(SOME)), 10))
    value = many.count * many.frequency * 20.0
    base = Base(many, many.frequency, value, value * many.frequency * 20.0)
    pooled = pool_of_all()
    got = score(pooled, SPEND, many, base.n_obs, ASKED)
    drawn = simulate_totals(pooled, SPEND, base, got, ASKED, seed=1)
    variance = got.squared - got.purchases**2
    assert drawn.purchases.mean() == pytest.approx(many.count @ got.purchases, rel=0.02)
    assert drawn.purchases.std() == pytest.approx(np.sqrt(many.count @ variance), rel=0.1)


def test_each_member_brings_the_uncertainty_of_its_own_parameters() -> None:
    large = Histories(frequency=SOME.frequency, recency=SOME.recency, age=SOME.age, count=SOME.count * 1e6)
    base = Base(large, large.frequency, large.count * 20.0, large.count * 400.0)

    def spread(*variances: float) -> float:
        fits = tuple(fit_of(name, variance=v) for name, v in zip(("bg-nbd", "pareto-nbd"), variances, strict=True))
        pooled = PooledFit(fits, (0.5, 0.5))
        got = score(pooled, SPEND, large, base.n_obs, ASKED)
        return float(np.log(simulate_totals(pooled, SPEND, base, got, ASKED, seed=1).purchases).var())

    both, first, second, none = (spread(*v) for v in ((0.01, 0.01), (0.01, 0.0), (0.0, 0.01), (0.0, 0.0)))
    assert none < 0.01 * both
    assert both == pytest.approx(first + second, rel=0.15)


def test_totals_of_a_small_base_in_doubt() -> None:
    """Members whose parameters the data do not pin down are drawn each from its own posterior."""
    few = Histories(frequency=[0, 1, 0], recency=[0, 4.0, 0], age=[20, 20, 9], count=[8, 1, 3])
    fits = (MODELS.get("bg-nbd").fit(few), MODELS.get("nbd").fit(few))
    pooled = PooledFit(fits, (0.5, 0.5))
    base = Base(few, few.frequency, np.array([0.0, 9.0, 0.0]), np.array([0.0, 81.0, 0.0]))
    got = score(pooled, ConstantSpend(1.0), few, base.n_obs, ASKED)
    drawn = simulate_totals(pooled, ConstantSpend(1.0), base, got, ASKED, seed=1).purchases
    assert np.isfinite(drawn).all()
    assert drawn.std() > np.sqrt(few.count @ (got.squared - got.purchases**2))


def test_saved_and_loaded(tmp_path: Path) -> None:
    few = SOME
    pooled = PooledFit(tuple(MODELS.get(name).fit(few) for name in ("nbd", "bg-nbd")), (0.25, 0.75))
    pooled.save(tmp_path / "pool.json")
    again = load(tmp_path / "pool.json")
    assert isinstance(again, PooledFit)
    assert again.weights == pooled.weights
    assert again.params == pooled.params
    assert again.certificate == pooled.certificate
    assert np.array_equal(again.covariance, pooled.covariance, equal_nan=True)
    assert again.expected_purchases(few, 9).tolist() == pooled.expected_purchases(few, 9).tolist()


def test_names_of_members_stand_before_parameters_and_findings() -> None:
    pooled = PooledFit((fit_of("bg-nbd"), fit_of("pareto-nbd")), (0.5, 0.5))
    assert list(pooled.params)[:5] == ["bg-nbd.r", "bg-nbd.alpha", "bg-nbd.a", "bg-nbd.b", "pareto-nbd.r"]
    assert list(pooled.standard_errors) == list(pooled.params)
    assert [found.check for found in pooled.certificate.findings] == ["bg-nbd: gradient", "pareto-nbd: gradient"]
    twice = PooledFit((fit_of("bg-nbd"), fit_of("bg-nbd")), (0.5, 0.5))
    assert list(twice.params)[::4] == ["bg-nbd-1.r", "bg-nbd-2.r"]


def test_laws_are_mixed_where_they_speak_of_the_same() -> None:
    pooled = PooledFit((fit_of("bg-nbd"), fit_of("mbg-nbd")), (0.25, 0.75))
    law = pooled.model.dropout_law(pooled.theta)
    assert isinstance(law, MixedLaw)
    parts = BetaLaw(0.8, 2.4), BetaLaw(0.5, 1.1)
    at = np.array([0.0, 0.1, 0.6, 1.0])
    assert law.share_below(at) == pytest.approx(0.25 * parts[0].share_below(at) + 0.75 * parts[1].share_below(at))
    assert float(law.share_below(np.array(law.quantile(0.95)))) == pytest.approx(0.95, abs=1e-12)
    pace = pooled.model.pace_law(pooled.theta)
    assert pace.mean == pytest.approx(0.25 * GammaLaw(0.6, 6.0).mean + 0.75 * GammaLaw(0.9, 4.0).mean)
    assert pool_of_all().model.dropout_law(pool_of_all().theta) is None


@pytest.mark.parametrize("weights", [(0.5, 0.6), (1.5, -0.5), (1.0,), (float("nan"), 1.0), (0.5, float("inf"))])
def test_weights_are_not_negative_and_sum_to_one(weights: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="weight"):
        PooledFit((fit_of("bg-nbd"), fit_of("mbg-nbd")), weights)


def test_fits_are_in_one_unit() -> None:
    with pytest.raises(InputError, match="day and week"):
        PooledFit((fit_of("bg-nbd"), fit_of("mbg-nbd", Unit.DAY)), (0.5, 0.5))


def test_a_pool_has_no_likelihood() -> None:
    for name in ("log_likelihood", "aic", "bic"):
        with pytest.raises(NotApplicable, match="forecasts"):
            getattr(pool_of_all(), name)
    found = compare([pool_of_all(), MODELS.get("nbd").fit(SOME)])
    assert [[standing.title for standing in group] for group in found.groups] == [["NBD"]]
    assert "it has no likelihood" in found.refusals[0]


def test_members_are_fitted_to_the_same_resampled_customers() -> None:
    """Their errors go together: of two members of one model the draws are the same, customer for customer."""
    h = fit_of("bg-nbd").simulate(3000, 52, seed=4)
    x = np.bincount(h.customer, minlength=3000)
    recency = np.zeros(3000)
    np.maximum.at(recency, h.customer, h.time)
    seen = Histories(frequency=x, recency=recency, age=np.full(3000, 52.0))
    bg, nbd = MODELS.get("bg-nbd").fit(seen), MODELS.get("nbd").fit(seen)
    posterior = PooledFit((bg, nbd, bg), (0.5, 0.3, 0.2)).posterior(draws=60, seed=1)
    assert (posterior.method, posterior.draws.shape) == ("bootstrap", (60, 10))
    assert posterior.draws[:, :4] == pytest.approx(posterior.draws[:, 6:], rel=1e-12)
    assert np.log(posterior.draws[:, 4:6]).std(axis=0) == pytest.approx(np.sqrt(np.diag(nbd.covariance)), rel=0.35)
    low, high = posterior.of(lambda pool: pool.expected_purchases_new(52)).interval(0.95)
    assert low < 0.8 * bg.expected_purchases_new(52) + 0.2 * nbd.expected_purchases_new(52) < high + 0.1
    assert np.corrcoef(posterior.draws[:, 0], posterior.draws[:, 4])[0, 1] > 0.3
    assert list(posterior.interval())[4] == "nbd.r"


def test_a_pool_without_a_bootstrap_says_why(tmp_path: Path) -> None:
    one, other = MODELS.get("nbd").fit(SOME), MODELS.get("nbd").fit(SOME.take(np.arange(4)))
    with pytest.raises(NotApplicable, match="different customers"):
        PooledFit((one, other), (0.5, 0.5)).posterior()
    with pytest.raises(NotApplicable, match="boundary of the parameters"):
        weekly = Histories(frequency=[11, 11], recency=[11, 11], age=[11, 11])
        PooledFit((MODELS.get("nbd").fit(weekly),), (1.0,)).posterior()
    PooledFit((one,), (1.0,)).save(tmp_path / "pool.json")
    with pytest.raises(NotApplicable, match="give them"):
        load(tmp_path / "pool.json").posterior()


def test_a_total_moves_with_the_parameters_of_each_member_as_with_those_of_all() -> None:
    """The derivatives taken member by member are those of the whole pool's total."""
    h = Histories(frequency=[2, 1, 0, 5], recency=[30, 2, 0, 33], age=[39, 39, 39, 37], count=[50, 30, 60, 9])
    pooled = PooledFit(tuple(MODELS.get(name).fit(h) for name in ("bg-nbd", "pareto-nbd")), (0.3, 0.7))
    worth, question = np.array([50.0, 30.0, 60.0, 90.0]), Question(days(365), (0.5,), 0.0)

    def whole(log_theta: Floats) -> Floats:
        purchases = pooled.at(np.exp(log_theta)).expected_purchases(h, question.horizon)
        return np.log(np.array([h.count @ purchases, worth @ purchases]))

    by_member = totals._slopes_of_members(pooled, h, worth, question)
    np.testing.assert_allclose(by_member, totals._slopes(whole, np.log(pooled.theta)), atol=1e-7)

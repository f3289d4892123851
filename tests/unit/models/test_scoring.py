"""The distribution of future value, checked against simulated customers whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from regulars.models.ages import AgeGrid
from regulars.models.certificate import Certificate
from regulars.models.count_moments import count_moments
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.lives import Purchases
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.scoring import Question, Scores, score
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.totals import Base, expected_value, simulate_totals
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days

THETA = {
    "nbd": [0.9, 8.0],
    "bg-nbd": [0.6, 6.0, 0.8, 2.4],
    "mbg-nbd": [0.8, 6.0, 0.7, 1.9],
    "pareto-nbd": [0.8, 8.0, 0.7, 12.0],
    "mbg-cnbd-3": [0.8, 2.0, 0.7, 1.9],
    "gompertz-nbd": [0.8, 8.0, 0.05, 0.6, 3.0],
}
SLOW = {"gompertz-nbd", "mbg-cnbd-3"}
SPEND = (6.0, 3.7, 15.0)
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
YEAR = 365.0 / 7.0


@dataclass(frozen=True)
class Shop:
    """Customers with their history so far and what they really bought in the year after."""

    histories: Histories
    n_obs: Floats
    mean: Floats
    purchases: Floats
    value: Floats


def fit_of(name: str) -> Fit:
    theta = np.array(THETA[name])
    return Fit(MODELS.get(name), theta, Unit.WEEK, 0.0, 1.0, np.zeros((theta.size, theta.size)), Certificate(()))


def spend_of(p: float = SPEND[0], q: float = SPEND[1], gamma: float = SPEND[2]) -> GammaGammaFit:
    return GammaGammaFit(p, q, gamma, 0.0, 1.0, np.zeros((3, 3)), Certificate(()))


def within(purchases: Purchases, until: Floats) -> Purchases:
    """What happened until each customer's own day."""
    seen = purchases.time <= until[purchases.customer]
    return Purchases(purchases.customer[seen], purchases.time[seen])


def shop(name: str, customers: int, seed: int, spend: tuple[float, float, float] = SPEND) -> Shop:
    """Whole days of age, so that histories collapse as those of a real shop do."""
    rng = np.random.default_rng(1000 + seed)  # not the stream of the purchases
    p, q, gamma = spend
    age = rng.integers(60, 500, customers) / 7.0
    bought = within(fit_of(name).simulate(customers, 500 / 7.0 + YEAR, seed), age + YEAR)
    worth = rng.gamma(p, 1.0, bought.customer.size) / rng.gamma(q, 1.0 / gamma, customers)[bought.customer]
    past = bought.time <= age[bought.customer]
    x = np.bincount(bought.customer[past], minlength=customers).astype(float)
    seen = np.bincount(bought.customer[past], worth[past], minlength=customers)
    recency = np.zeros(customers)
    np.maximum.at(recency, bought.customer[past], bought.time[past])
    return Shop(
        histories=Histories(frequency=x, recency=recency, age=age),
        n_obs=x,
        mean=np.where(x > 0, seen / np.maximum(x, 1), 0.0),
        purchases=np.bincount(bought.customer[~past], minlength=customers).astype(float),
        value=np.bincount(bought.customer[~past], worth[~past], minlength=customers).astype(float),
    )


def scores_of(name: str, made: Shop, spend: SpendFit, levels: tuple[float, ...] = LEVELS) -> Scores:
    return score(fit_of(name), spend, made.histories, made.n_obs, Question(days(365), levels, 0.1), threads=2)


@pytest.mark.parametrize("name", list(THETA))
def test_interpolated_over_ages_as_computed_one_by_one(name: str) -> None:
    # One by one is what costs; the nodes in between lie where they lie, whatever the number of histories.
    made, fit = shop(name, 1000 if name in SLOW else 4000, seed=1), fit_of(name)
    got = scores_of(name, made, spend_of(), (0.5,))
    some = made.histories
    assert got.probability_alive == pytest.approx(fit.probability_alive(some), rel=1e-12)
    assert got.purchases == pytest.approx(fit.expected_purchases(some, days(365)), rel=1e-8)
    few = some.take(np.arange(300))
    assert got.discounted[:300] == pytest.approx(fit.discounted_purchases(few, days(365), 0.1), rel=1e-7)
    assert got.residual[:300] == pytest.approx(fit.residual_purchases(few, 0.1), rel=1e-6)
    nothing = fit.purchases_pmf(some, days(365), 0)[:, 0]
    assert got.probability_purchase == pytest.approx(1.0 - nothing, rel=1e-8, abs=1e-12)
    number = np.arange(600.0)
    squared = fit.purchases_pmf(some.take(np.arange(50)), days(365), number) @ number**2
    assert got.squared[:50] == pytest.approx(squared, rel=5e-3)


@pytest.mark.parametrize("name", list(THETA))
def test_randomised_pit_is_uniform(name: str) -> None:
    """The probability integral transform of what happened, randomised at the atom, within its sampling bound.

    Checked overall and in thirds of the predicted mean, as forecasts of single customers have to be.
    """
    # A mixture over hidden phases or over ages is solved history by history: fewer of them show the same.
    size = 6_000 if name in SLOW else 30_000
    made, spend = shop(name, size, seed=2), spend_of()
    levels = tuple(np.linspace(0.002, 0.998, 250).tolist())
    got = scores_of(name, made, spend, levels)
    scale = spend.gamma + made.n_obs * made.mean
    quantiles = got.quantile * scale
    below = np.array([(column < value).sum() for column, value in zip(quantiles.T, made.value, strict=True)])
    nothing = 1.0 - got.probability_purchase
    u = np.random.default_rng(3).random(made.value.size)
    pit = np.where(made.value > 0, np.clip((below + u - 0.5) / 250, 0, 1), u * nothing)
    mean = scale * spend.mean_factor(made.n_obs) * got.purchases
    thirds = np.digitize(mean, np.quantile(mean, [1 / 3, 2 / 3]))
    for group in (np.full(pit.size, True), *(thirds == third for third in range(3))):
        ordered = np.sort(pit[group])
        distance = np.abs(ordered - (np.arange(ordered.size) + 0.5) / ordered.size).max()
        assert distance < 0.005 + 1.63 / np.sqrt(ordered.size)


def test_quantiles_of_the_sum_against_draws() -> None:
    spend, rng = spend_of(), np.random.default_rng(4)
    number = np.array([1.0, 2.0, 5.0, 20.0])
    counts = PurchaseCounts(number, np.array([0.4]), np.array([[0.3, 0.15, 0.1, 0.05]]), AgeGrid(np.zeros(1), None))
    drawn_number = rng.choice(np.array([0.0, *number]), size=(400_000, 1), p=[0.4, 0.3, 0.15, 0.1, 0.05])
    for n_obs in (0.0, 3.0, 40.0):
        drawn = spend.draw(drawn_number, np.array([n_obs]), rng)[:, 0]
        level = np.array([0.2, 0.39, 0.41, 0.5, 0.8, 0.95, 0.999])
        got = spend.quantiles(counts, n_obs, Mixed.single(np.zeros(level.size, dtype=np.int64)), level)
        assert got[:2].tolist() == [0.0, 0.0]
        reached = (drawn[:, None] <= got).mean(axis=0)
        assert reached[2:] == pytest.approx(level[2:], abs=0.003)


@pytest.mark.parametrize("spend", [(0.3, 0.6, 15.0), (400.0, 3.0, 2.0), (6.0, 2.01, 15.0), (50.0, 200.0, 30.0)])
def test_intervals_hold_for_odd_spend(spend: tuple[float, float, float]) -> None:
    made, model = shop("mbg-nbd", 20_000, seed=5, spend=spend), spend_of(*spend)
    got = scores_of("mbg-nbd", made, model, (0.1, 0.5, 0.9))
    quantiles = got.quantile * (model.gamma + made.n_obs * made.mean)
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=0) >= 0).all()
    buys = quantiles[2] > 0
    above = (made.value > quantiles[2])[buys].mean()
    assert above == pytest.approx(0.1, abs=4 * 0.3 / np.sqrt(buys.sum()))


def test_undefined_mean_stays_undefined() -> None:
    spend = spend_of(0.3, 0.6, 15.0)
    assert np.isnan(spend.mean_factor(np.array([0.0, 1.0]))).tolist() == [True, True]
    assert np.isfinite(spend.mean_factor(np.array([2.0]))).all()


def test_constant_spend_counts_purchases() -> None:
    made, spend = shop("pareto-nbd", 600, seed=6), ConstantSpend(1.0)
    got = scores_of("pareto-nbd", made, spend, (0.1, 0.5, 0.9))
    number = np.arange(300)
    below = fit_of("pareto-nbd").purchases_pmf(made.histories, days(365), number).cumsum(axis=1)
    exact = (below < 0.9).sum(axis=1)
    small = exact <= 40
    assert (got.quantile[2][small] == exact[small]).mean() > 0.999
    assert got.quantile[2] == pytest.approx(exact, rel=0.03, abs=0.01)


def base_of(made: Shop) -> Base:
    total = made.n_obs * made.mean
    return Base(made.histories, made.n_obs, total, total**2)


@pytest.mark.parametrize("customers", [80, 9000])
def test_totals_against_draws_of_every_customer(customers: int) -> None:
    """Small bases are simulated customer by customer, large ones stand in; both against brute force."""
    name, spend = "mbg-nbd", spend_of()
    made = shop(name, customers, seed=7)
    question = Question(days(365), (0.1, 0.5, 0.9), 0.1)
    got = scores_of(name, made, spend)
    drawn = simulate_totals(fit_of(name), spend, base_of(made), got, question, seed=1)
    futures = brute_force(name, made, spend, 400)
    assert drawn.value.mean() == pytest.approx(expected_value(base_of(made), spend, got.purchases), rel=0.02)
    assert drawn.purchases.std() == pytest.approx(futures[0].std(), rel=0.12)
    assert drawn.value.std() == pytest.approx(futures[1].std(), rel=0.15)
    low, high = np.quantile(drawn.value, [0.1, 0.9])
    assert ((futures[1] > low) & (futures[1] < high)).mean() == pytest.approx(0.8, abs=0.08)


def test_a_customer_who_may_bring_most_of_all_stands_for_itself() -> None:
    """Copies of it once added up to a law without its tail, and half of the draws fell below zero."""
    others = shop("bg-nbd", 1000, seed=3)
    known, spend = others.histories, spend_of()
    # Five purchases of a fortune long ago: gone, most likely.
    histories = Histories(
        frequency=np.append(known.frequency, 5.0),
        recency=np.append(known.recency, 10.0),
        age=np.append(known.age, 70.0),
    )
    made = Shop(histories, np.append(others.n_obs, 5.0), np.append(others.mean, 1e6), np.zeros(1001), np.zeros(1001))
    got = scores_of("bg-nbd", made, spend)
    drawn = simulate_totals(fit_of("bg-nbd"), spend, base_of(made), got, Question(days(365), LEVELS, 0.1), seed=1)
    buys, fortune = got.probability_purchase[-1], drawn.value > 2e5
    assert fortune.mean() == pytest.approx(buys, abs=3.0 * np.sqrt(buys * (1.0 - buys) / 1000.0))
    alone = brute_force("bg-nbd", others, spend, 200)[1]
    assert np.quantile(drawn.value[~fortune], [0.1, 0.9]) == pytest.approx(np.quantile(alone, [0.1, 0.9]), rel=0.1)


def brute_force(name: str, made: Shop, spend: GammaGammaFit, draws: int) -> tuple[Floats, Floats]:
    """Totals of purchases and value, each customer's future drawn from the exact probabilities of counts."""
    rng = np.random.default_rng(8)
    pmf = fit_of(name).purchases_pmf(made.histories, days(365), np.arange(250))
    # Row after row, each one higher, so that one search finds every customer's number.
    row = np.arange(len(pmf))
    below = (np.minimum(pmf.cumsum(axis=1), 1.0) + row[:, None]).ravel()
    scale = spend.gamma + made.n_obs * made.mean
    purchases, value = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        number = (np.searchsorted(below, rng.random(row.size) + row) - 250 * row).astype(float)
        purchases[draw] = number.sum()
        value[draw] = scale @ spend.draw(number[None, :], made.n_obs, rng)[0]
    return purchases, value


@pytest.mark.parametrize("q", [0.7, 0.99])
def test_totals_of_purchases_stand_where_some_or_all_means_of_value_do_not(q: float) -> None:
    """Of a large base too: histories without a mean value once made every draw a NaN, and the run end in an error."""
    made, question = shop("bg-nbd", 1500, seed=9), Question(days(365), (0.1, 0.5, 0.9), 0.1)
    base, spend = base_of(made), spend_of(q=q)
    got = scores_of("bg-nbd", made, spend)
    drawn = simulate_totals(fit_of("bg-nbd"), spend, base, got, question, seed=1)
    usual = simulate_totals(fit_of("bg-nbd"), ConstantSpend(1.0), base, got, question, seed=1)
    assert np.isnan(drawn.value).all()
    assert drawn.purchases.mean() == pytest.approx(float(base.histories.count @ got.purchases), rel=0.02)
    assert drawn.purchases.std() == pytest.approx(usual.purchases.std(), rel=0.15)
    nobody = Base(made.histories, np.zeros(made.n_obs.size), base.value_sum, base.square_sum)
    alone = simulate_totals(fit_of("bg-nbd"), spend, nobody, got, question, seed=1)
    assert alone.purchases.std() == pytest.approx(usual.purchases.std(), rel=0.15)


def test_uncertain_parameters_widen_totals() -> None:
    made, spend = shop("bg-nbd", 3000, seed=9), spend_of()
    fit = MODELS.get("bg-nbd").fit(made.histories)
    question = Question(days(365), (0.1, 0.5, 0.9), 0.1)
    got = score(fit, spend, made.histories, made.n_obs, question)
    sure = Fit(**{**vars(fit), "covariance": np.zeros((4, 4))})
    wide, narrow = (
        simulate_totals(which, spend, base_of(made), got, question, seed=1).purchases.std() for which in (fit, sure)
    )
    assert wide > 1.1 * narrow


def test_the_variance_of_hundreds_of_purchases_is_that_of_their_law() -> None:
    """The square of the mean, found elsewhere than E[N²], once took up to a third more or less than there was."""
    bought = np.array([150.0, 200.0, 250.0, 300.0, 350.0, 400.0])
    some = Histories(frequency=bought, recency=np.full(6, 100.0), age=np.full(6, 100.0))
    r, alpha = THETA["nbd"]
    rise = YEAR / (alpha + 100.0)
    exact = (r + bought) * rise * (1.0 + rise)  # negative binomial
    got = score(fit_of("nbd"), ConstantSpend(1.0), some, bought, Question(days(365), (0.5,), 0.1))
    assert got.squared - got.purchases**2 == pytest.approx(exact, rel=0.04)
    mean, squared = count_moments(fit_of("nbd"), some, days(365))
    assert squared - mean**2 == pytest.approx(exact, rel=0.04)


def test_customers_who_are_gone_for_certain_have_totals_of_nothing() -> None:
    """P(alive) below what a number can hold once made a logarithm of 0, or a level beyond all numbers."""
    age = np.arange(300.0, 400.0, 4.0)
    daily, spend = np.full(age.size, 500.0), spend_of()
    gone = Histories(frequency=daily, recency=np.full(age.size, 70.0), age=age)
    fit = replace(fit_of("pareto-nbd"), covariance=np.eye(4) * 1e-4)
    question = Question(days(365), LEVELS, 0.1)
    got = score(fit, spend, gone, daily, question)
    assert not got.quantile.any()
    certain = np.flatnonzero(got.probability_alive == 0.0)
    assert 0 < certain.size < age.size
    gone, daily, got = gone.take(certain), daily[certain], got.take(certain)
    base = Base(gone, daily, daily * 20.0, (daily * 20.0) ** 2)
    drawn = simulate_totals(fit, spend, base, got, question, seed=1)
    assert not drawn.purchases.any()
    assert not drawn.value.any()


def test_threads_do_not_change_a_bit() -> None:
    made, spend = shop("bg-nbd", 3000, seed=10), spend_of()
    question = Question(days(365), LEVELS, 0.1)
    one, two = (score(fit_of("bg-nbd"), spend, made.histories, made.n_obs, question, threads=n) for n in (1, 2))
    for name in ("purchases", "squared", "discounted", "residual", "quantile"):
        assert (getattr(one, name) == getattr(two, name)).all()

"""Regular buyers: the hidden phase against simulated customers of the same history, k by likelihood, both methods."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.errors import InputError, NotApplicable, UnknownName
from regulars.models.branches import draw_counts
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.saving import load
from regulars.models.transactions import MODELS, stage_counts
from regulars.models.transactions.cnbd import Regular
from regulars.models.transactions.stage_counts import Stages
from regulars.periods import Unit

THETA = (0.9, 2.0, 0.7, 1.9)
SOME = Histories(
    frequency=[0, 0, 1, 2, 7, 30, 1, 3], recency=[0, 0, 1.5, 20, 38, 29.9, 39, 0.4], age=[0, 39, 39, 30, 38, 30, 39, 52]
)


def fit_of(model: Regular, theta: tuple[float, ...] = THETA) -> Fit:
    return Fit(model, np.array(theta), Unit.WEEK, 0.0, 1.0, np.zeros((4, 4)), Certificate(()))


@pytest.mark.parametrize(("regular", "plain"), [(rg.BGCNBD(k=1), rg.BGNBD()), (rg.MBGCNBD(k=1), rg.MBGNBD())])
def test_one_stage_is_the_model_of_random_purchases(regular: Regular, plain: rg.BGNBD) -> None:
    ours = fit_of(regular)
    other = Fit(plain, ours.theta, Unit.WEEK, 0.0, 1.0, np.zeros((4, 4)), Certificate(()))
    columns = (SOME.frequency, SOME.recency, SOME.age)
    for one, two in zip(
        regular.log_likelihood(ours.theta, *columns), plain.log_likelihood(ours.theta, *columns), strict=True
    ):
        assert one == pytest.approx(two, rel=1e-13, abs=1e-15)
    assert ours.probability_alive(SOME) == pytest.approx(other.probability_alive(SOME), rel=1e-14)
    for t in (0.5, 30.0, 3000.0):
        assert ours.expected_purchases(SOME, t) == pytest.approx(other.expected_purchases(SOME, t), rel=1e-10)
    assert ours.purchases_pmf(SOME, 30, range(60)) == pytest.approx(other.purchases_pmf(SOME, 30, range(60)), rel=1e-11)
    times = np.array([0.0, 0.5, 40.0, 1e4, 1e6])
    assert regular.lasting(ours.theta, times) == pytest.approx(plain.lasting(ours.theta, times), rel=1e-10)


def past_and_future(k: int, at_first: bool, customers: int, seed: int) -> dict[str, Floats]:  # noqa: FBT001 - of the model
    """Customers simulated stage by stage from the definition, with what they do in 20 weeks after an age of 30."""
    rng = np.random.default_rng(seed)
    r, alpha, a, b = THETA
    rate, chance = rng.gamma(r, 1.0 / alpha, customers), rng.beta(a, b, customers)
    gone = (rng.random(customers) < chance) if at_first else np.zeros(customers, dtype=bool)
    time, recency, x, later = np.zeros(customers), np.zeros(customers), np.zeros(customers), np.zeros(customers)
    while not (gone | (time > 50.0)).all():
        time = time + rng.gamma(k, 1.0, customers) / rate
        buys = ~gone & (time <= 50.0)
        past = buys & (time <= 30.0)
        x, recency = x + past, np.where(past, time, recency)
        later = later + (buys & ~past)
        gone = gone | (buys & (rng.random(customers) < chance))
    return {"x": x, "recency": recency, "later": later}


@pytest.mark.parametrize(("model", "at_first"), [(rg.BGCNBD(k=2), False), (rg.MBGCNBD(k=3), True)])
def test_futures_of_simulated_customers_with_their_own_history(model: Regular, at_first: bool) -> None:  # noqa: FBT001
    """In groups by x and silence, which is what tells the phase: means, and how many buy nothing."""
    assert model.k is not None
    made = past_and_future(model.k, at_first, 200_000, seed=4)
    fit = fit_of(model)
    whole, row = np.unique(
        np.stack([made["x"], np.round(made["recency"], 1)]), axis=1, return_inverse=True
    )  # a tenth of a week of t_x is nothing to the forecast
    h = Histories(frequency=whole[0], recency=np.minimum(whole[1], 30.0), age=np.full(whole.shape[1], 30.0))
    expected = fit.expected_purchases(h, 20)[row]
    nothing = fit.purchases_pmf(h, 20, 0)[row, 0]
    silence = np.digitize(30.0 - made["recency"], [1.0, 3.0, 8.0, 20.0])
    checked = 0
    for frequency in (0, 1, 2, 4, 8):
        for since in range(5):
            group = (made["x"] == frequency) & (silence == since)
            if group.sum() < 300:
                continue
            # Where hardly anything is bought, one purchase more or less is the error.
            error = made["later"][group].std() / group.sum() ** 0.5 + 1.0 / group.sum()
            assert made["later"][group].mean() == pytest.approx(expected[group].mean(), abs=4.5 * error)
            share = (made["later"][group] == 0).mean()
            assert share == pytest.approx(nothing[group].mean(), abs=4.5 * 0.5 / group.sum() ** 0.5)
            checked += 1
    assert checked >= 12


def test_draws_follow_the_mass_function() -> None:
    fit, draws = fit_of(rg.MBGCNBD(k=3)), 40_000
    counts = draw_counts(fit.branches(SOME), SOME.frequency, SOME.age, 20.0, draws, np.random.default_rng(5))
    pmf = fit.purchases_pmf(SOME, 20, range(4))
    for n in range(4):
        assert (counts == n).mean(axis=0) == pytest.approx(pmf[:, n], abs=4.5 * 0.5 / draws**0.5)
    error = counts.std(axis=0) / draws**0.5 + 1.0 / draws
    assert (np.abs(counts.mean(axis=0) - fit.expected_purchases(SOME, 20)) < 4.5 * error).all()


@pytest.mark.parametrize("k", [2, 3, 5, 12])
@pytest.mark.parametrize("staying", [True, False])
def test_the_average_over_dropout_is_the_sum_over_stages(k: int, staying: bool) -> None:  # noqa: FBT001
    for phase in {0, 1, k - 1}:
        stages = Stages(k, phase, 0.6, k * SOME.frequency + phase, 6.0 + SOME.age)
        for t in (30.0, 300.0):
            times, c = np.full(8, t), 2.4 + SOME.frequency
            summed = stage_counts._summed(stages, 0.8, c, times, staying=staying)
            averaged = stage_counts._averaged(stages, 0.8, c, times, staying=staying)
            assert averaged == pytest.approx(summed, rel=1e-9)


def gaps_of(k: int, customers: int, seed: int) -> Histories:
    rng = np.random.default_rng(seed)
    rate = rng.gamma(2.0, 0.15, customers)
    time = np.cumsum(rng.gamma(k, 1.0, (customers, 60)) / (k * rate[:, None]), axis=1)
    lasts = rng.geometric(0.15, customers)
    bought = (time <= 40.0) & (np.arange(60) < lasts[:, None])
    gaps = np.diff(time, axis=1, prepend=0.0)[bought]
    recency = np.where(bought, time, 0.0).max(axis=1)
    return Histories(frequency=bought.sum(axis=1), recency=recency, age=np.full(customers, 40.0), log_gaps=np.log(gaps))


@pytest.mark.parametrize("k", [1, 2, 4])
def test_the_likeliest_k_is_the_one_simulated(k: int) -> None:
    h = gaps_of(k, 3000, seed=6)
    fit = rg.BGCNBD().fit(h)
    assert fit.model.name == f"bg-cnbd-{k}"
    single = rg.BGCNBD(k=k).fit(h)
    assert fit.params == single.params
    assert fit.log_likelihood == single.log_likelihood > rg.BGCNBD(k=k + 1).fit(h).log_likelihood
    said = next(found for found in fit.certificate.findings if found.check == "regularity")
    assert said.figure == float(k)
    assert ("no more regular" in said.sentence) is (k == 1)


def test_dropout_is_judged_against_the_same_rhythm() -> None:
    """The yardstick is regular too, so that what regularity gains is not taken for dropout."""
    rng = np.random.default_rng(7)
    time = np.cumsum(rng.gamma(3.0, 1.0, (800, 200)) / rng.gamma(3.0, 1.0, 800)[:, None], axis=1)
    bought = time <= 50.0
    gaps = np.diff(time, axis=1, prepend=0.0)[bought]
    recency = np.where(bought, time, 0.0).max(axis=1)
    h = Histories(frequency=bought.sum(axis=1), recency=recency, age=np.full(800, 50.0), log_gaps=np.log(gaps))
    fit = rg.BGCNBD(k=3).fit(h)
    said = next(found for found in fit.certificate.findings if found.check == "dropout")
    assert said.standing == "warning", said


@pytest.mark.parametrize("model", [rg.BGCNBD(), rg.MBGCNBD(), rg.BGCNBD(k=2)], ids=lambda model: model.name)
def test_without_the_gaps_regularity_is_not_applicable(model: Regular) -> None:
    with pytest.raises(NotApplicable, match="log_gaps"):
        model.fit(SOME)
    assert np.isfinite(rg.BGCNBD(k=1).fit(SOME).log_likelihood)


def test_an_unknown_k_answers_nothing_but_a_fit() -> None:
    with pytest.raises(NotApplicable, match="for a given k"):
        fit_of(rg.MBGCNBD()).probability_alive(SOME)


@pytest.mark.parametrize("k", [0, 13, -1, 2.5])
def test_k_is_a_whole_number_up_to_twelve(k: int) -> None:
    with pytest.raises(InputError, match="from 1 to 12"):
        rg.BGCNBD(k=k)


def test_names() -> None:
    assert MODELS.get("mbg-cnbd-k") == rg.MBGCNBD()
    assert MODELS.get("mbg-cnbd-4") == rg.MBGCNBD(k=4)
    for unknown in ("bg-nbd-2", "cnbd-2", "mbg-cnbd-x"):
        with pytest.raises(UnknownName):
            MODELS.get(unknown)
    assert rg.MBGCNBD(k=4).title == "MBG/CNBD-4"


def test_a_found_k_is_saved(tmp_path: Path) -> None:
    fit = rg.BGCNBD().fit(gaps_of(2, 500, seed=8))
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert again.model == fit.model
    assert again.residual_purchases(SOME, 0.1).tolist() == fit.residual_purchases(SOME, 0.1).tolist()


@pytest.mark.parametrize("gaps", [np.nan, -np.inf, [0.3, np.inf]])
def test_gaps_are_finite(gaps: object) -> None:
    with pytest.raises(InputError, match="log_gaps"):
        Histories(frequency=[1], recency=[1], age=[2], log_gaps=gaps)  # type: ignore[arg-type] # of any kind


def test_orders_bring_their_gaps() -> None:
    days = ["2024-01-01", "2024-01-03", "2024-01-10", "2024-01-10", "2024-02-01", "2024-02-29"]
    orders = pd.DataFrame({"customer": [*"aaaab", "b"], "date": days, "amount": [5.0] * 6})
    for unit, length in (("day", 1.0), ("week", 7.0)):
        h = rg.histories(orders, as_of="2024-03-31", unit=unit)
        assert h.log_gaps == pytest.approx(np.log([2 / length, 7 / length, 28 / length]).sum(), rel=1e-14)

"""The posterior of a fit: against a long random walk, on simulated sets, and where it has to be something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from regulars.errors import InputError, NotApplicable
from regulars.models import parameter_draws
from regulars.models import posterior as law
from regulars.models.bootstrap import bootstrap
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.importance import StudentT, effective_size, importance_sample
from regulars.models.parameter_draws import Weighed
from regulars.models.saving import load
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.nbd import NBD

FEW = Histories(
    frequency=[0, 0, 1, 3, 9, 2, 0, 5], recency=[0, 0, 3, 20, 29, 6, 0, 12], age=[25, 30, 12, 30, 30, 28, 9, 31]
)


def buyers(number: int, seed: int, *, leave: bool) -> Histories:
    """Customers of an NBD with r = 0.8, alpha = 6; with `leave` of a BG/NBD with a = 0.8, b = 2.4."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(20.0, 60.0, number)
    rate = rng.gamma(0.8, 1.0 / 6.0, number)
    chance = rng.beta(0.8, 2.4, number) if leave else np.zeros(number)
    x, recency = np.zeros(number), np.zeros(number)
    active = np.ones(number, dtype=bool)
    clock = np.zeros(number)
    while active.any():
        clock = clock + rng.exponential(1.0, number) / rate
        active &= clock <= age
        x, recency = x + active, np.where(active, clock, recency)
        active &= rng.random(number) >= chance
    return Histories(frequency=x, recency=recency, age=age)


def log_posterior(histories: Histories, centre: Floats) -> Callable[[Floats], Floats]:
    """The BG/NBD likelihood as its paper has it (2005, eq. 6) times the prior, for many points at once."""
    x, recency, age = histories.frequency, histories.recency, histories.age

    def at(points: Floats) -> Floats:
        r, alpha, a, b = (np.exp(points[:, place, None]) for place in range(4))
        stays = -(r + x) * np.log(alpha + age)
        left = np.log(a / (b + np.maximum(x, 1.0) - 1.0)) - (r + x) * np.log(alpha + recency)
        either = np.where(x > 0.0, np.logaddexp(stays, left), stays)
        rising = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
        each = rising + special.betaln(a, b + x) - special.betaln(a, b) + either
        return each.sum(axis=1) - ((points - centre) ** 2).sum(axis=1) / (2.0 * law.SPREAD**2)

    return at


def random_walk(log_density: Callable[[Floats], Floats], start: Floats, steps: int, seed: int) -> Floats:
    """Metropolis by 300 walkers side by side; the first third of the steps is thrown away."""
    rng = np.random.default_rng(seed)
    at = start + rng.standard_normal((300, start.size))
    height, seen = log_density(at), []
    for step in range(steps):
        to = at + 1.1 * rng.standard_normal(at.shape)
        new = log_density(to)
        goes = np.log(rng.random(300)) < new - height
        at, height = np.where(goes[:, None], to, at), np.where(goes, new, height)
        if step >= steps // 3:
            seen.append(at)
    return np.concatenate(seen)


def test_draws_follow_the_same_law_as_a_long_random_walk() -> None:
    fit = BGNBD().fit(FEW)
    exposure, customers = float(FEW.age.sum()), 8.0
    centre = np.log(BGNBD().starts((20.0 + 0.5) / exposure, exposure / customers)).mean(axis=0)
    walked = random_walk(log_posterior(FEW, centre), centre, 3000, seed=1)
    posterior = fit.posterior(draws=4000, seed=2)
    drawn = Weighed(np.log(posterior.draws), posterior.weights)
    spread = walked.std(axis=0)
    assert np.abs(drawn.mean - walked.mean(axis=0)).max() / spread.min() < 0.1
    assert drawn.deviation == pytest.approx(spread, rel=0.07)
    for level in (0.1, 0.5, 0.9):
        assert (np.abs(drawn.quantile(level) - np.quantile(walked, level, axis=0)) < 0.12 * spread).all()


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    """80 % intervals of parameters and of expected purchases: 68 to 92 % of 80 sets of NBD, then 40 of BG/NBD."""
    expected = 52.0 * 0.8 / 6.0
    covered = np.zeros(3)
    for seed in range(80):
        posterior = NBD().fit(buyers(200, seed, leave=False)).posterior(draws=200, seed=seed)
        low, high = posterior.of(lambda fit: fit.expected_purchases_new(52)).interval()
        intervals = [*posterior.interval().values(), (float(low), float(high))]
        covered += [low <= truth <= high for (low, high), truth in zip(intervals, (0.8, 6.0, expected), strict=True)]
    assert (np.abs(covered / 80.0 - 0.8) < 0.12).all(), covered
    left = np.zeros(4)
    for seed in range(40):
        found = BGNBD().fit(buyers(300, seed, leave=True)).posterior(draws=200, seed=seed).interval()
        left += [low <= truth <= high for (low, high), truth in zip(found.values(), (0.8, 6.0, 0.8, 2.4), strict=True)]
    assert (np.abs(left / 40.0 - 0.8) < 0.17).all(), left


def test_a_sample_of_customers_is_enough_beyond_the_quadratic(monkeypatch: pytest.MonkeyPatch) -> None:
    histories = buyers(6000, 3, leave=True)
    fit = BGNBD().fit(histories)
    thinned = fit.posterior(draws=2000)
    monkeypatch.setattr(law, "EXACT", 10_000)
    whole = fit.posterior(draws=2000)
    assert not np.array_equal(thinned.draws, whole.draws)
    one, other = (Weighed(np.log(each.draws), each.weights) for each in (thinned, whole))
    assert (np.abs(one.mean - other.mean) < 0.1 * other.deviation).all()
    assert one.deviation == pytest.approx(other.deviation, rel=0.08)


def test_fits_to_resampled_customers_vary_as_much() -> None:
    fit = NBD().fit(buyers(3000, 4, leave=False))
    assert fit.histories is not None
    theta = bootstrap(fit, fit.histories, 300, np.random.default_rng(0))
    assert np.log(theta).std(axis=0) == pytest.approx(np.sqrt(np.diag(fit.covariance)), rel=0.15)
    assert theta.mean(axis=0) == pytest.approx(fit.theta, rel=0.02)


def test_few_effective_draws_are_replaced_by_a_bootstrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parameter_draws, "LEAST_EFFECTIVE", 1.1)
    posterior = NBD().fit(buyers(2000, 5, leave=False)).posterior(draws=40)
    assert posterior.method == "bootstrap"
    assert posterior.draws.shape == (40, 2)
    assert posterior.effective_sample_size == pytest.approx(40.0)
    assert "bootstrap" in str(posterior)
    with pytest.raises(NotApplicable, match="do not pin the parameters down"):
        NBD().fit(Histories(frequency=[11, 11], recency=[11, 11], age=[11, 11])).posterior()


def test_a_bootstrap_that_loses_fits_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(fit: Fit, histories: Histories) -> Fit:
        raise NotApplicable("did not settle")

    monkeypatch.setattr("regulars.models.bootstrap.refit", lost)
    fit = NBD().fit(FEW)
    with pytest.raises(NotApplicable, match="20 of 20 fits of NBD"):
        bootstrap(fit, FEW, 20, np.random.default_rng(0))


def test_anything_predicted_has_a_law() -> None:
    posterior = NBD().fit(buyers(500, 6, leave=False)).posterior(draws=300, seed=1)
    new = posterior.of(lambda fit: fit.expected_purchases_new(10))
    assert new.values == pytest.approx(10.0 * posterior.draws[:, 0] / posterior.draws[:, 1])
    each = posterior.of(lambda fit: fit.expected_purchases(FEW, 10))
    assert each.values.shape == (300, len(FEW))
    low, high = each.interval(0.9)
    assert (low < each.mean).all()
    assert (each.mean < high).all()
    again = NBD().fit(buyers(500, 6, leave=False)).posterior(draws=300, seed=1)
    assert np.array_equal(again.draws, posterior.draws)
    assert not np.array_equal(NBD().fit(buyers(500, 6, leave=False)).posterior(draws=300).draws, posterior.draws)


def test_weighed_quantiles_are_those_of_repeated_values() -> None:
    weights = np.array([0.1, 0.4, 0.2, 0.3])
    values = np.array([[5.0, 1.0], [1.0, 2.0], [3.0, 9.0], [2.0, 0.0]])
    repeated = np.repeat(values, [1, 4, 2, 3], axis=0)
    quantity = Weighed(values, weights)
    assert quantity.mean == pytest.approx(repeated.mean(axis=0))
    assert quantity.deviation == pytest.approx(repeated.std(axis=0))
    for level in (0.05, 0.35, 0.55, 0.95):
        assert quantity.quantile(level) == pytest.approx(np.quantile(repeated, level, axis=0, method="inverted_cdf"))
    with pytest.raises(InputError, match="between 0 and 1"):
        quantity.quantile(1.2)


def test_a_loaded_fit_needs_its_histories(tmp_path: Path) -> None:
    fit = NBD().fit(FEW)
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert again.fingerprint == fit.fingerprint
    with pytest.raises(NotApplicable, match="give them"):
        again.posterior()
    in_days = Histories(frequency=FEW.frequency, recency=7 * FEW.recency, age=7 * FEW.age, unit="day")
    given = again.posterior(draws=50, histories=in_days.distinct())
    assert given.draws == pytest.approx(fit.posterior(draws=50).draws, rel=1e-6)
    assert [len(fit.posterior(draws=few).draws) for few in (1, 2, 3, 7)] == [1, 2, 3, 7]
    with pytest.raises(InputError, match="at least one draw"):
        fit.posterior(draws=0)


def test_a_poor_first_law_does_no_lasting_harm() -> None:
    """A normal law in a corner that the first proposal hardly reaches, with another shape."""
    centre, spread = np.array([6.0, -3.0]), np.array([0.5, 3.0])
    found = importance_sample(
        lambda points: -0.5 * (((points - centre) / spread) ** 2).sum(axis=1),
        StudentT(np.zeros((1, 2)), np.diag([2.0, 1.0])),
        4000,
        np.random.default_rng(0),
    )
    quantity = Weighed(found.points, found.weights)
    assert effective_size(found.weights) > 1000
    assert (np.abs(quantity.mean - centre) < 0.15 * spread).all()
    assert quantity.deviation == pytest.approx(spread, rel=0.12)

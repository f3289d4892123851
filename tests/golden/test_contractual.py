"""Contracts: the two published groups of customers, their fits, and what they say of renewals not seen yet.

Retention of a "Regular" and a "High End" group, 1,000 contracts each (Fader & Hardie 2007; the note on the
beta-discrete-Weibull; the appendix of the first paper, whose body misprints α of the Regular group as .688).
"""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

import regulars as rg
from regulars.models.renewals import RENEWALS
from regulars.models.renewals.comparison import likelihood_ratio
from regulars.models.renewals.fit import RenewalFit

pytestmark = pytest.mark.golden

GROUPS = ("Regular", "High-end")


@pytest.fixture(scope="module")
def survivors(shared_data: Path) -> dict[str, list[float]]:
    path = shared_data / "retention_curves" / "2-segment-retention.csv"
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return {group: [float(row[group]) for row in rows] for group in GROUPS}


def fitted(survivors: dict[str, list[float]], group: str, model: str, renewals: int) -> RenewalFit:
    return RENEWALS.get(model).fit(rg.Renewals.from_survivors(survivors[group][: renewals + 1]))


@pytest.mark.parametrize(
    ("group", "model", "renewals", "published", "log_likelihood"),
    [
        ("Regular", "sbg", 7, (0.7041, 1.1820), -1680.2652),
        ("High-end", "sbg", 7, (0.6681, 3.8061), -1611.1582),
        ("Regular", "sbg", 4, (0.7637, 1.2958), -1401.5594),
        ("High-end", "sbg", 4, (1.2809, 7.7898), -1225.1349),
        ("Regular", "geometric", 4, (0.272,), -1451.2),
        ("Regular", "discrete-weibull", 4, (0.3739, 0.6359), -1404.0082),
        ("High-end", "discrete-weibull", 4, (0.1384, 0.9101), -1226.5489),
        ("Regular", "bdw", 4, (0.5231, 0.8944, 1.1963), -1401.3831),
        ("High-end", "bdw", 4, (0.2593, 1.7225, 1.5844), -1222.7493),
        ("Regular", "bdw", 12, (0.5083, 0.8688, 1.2094), -1930.9297),
        ("High-end", "bdw", 12, (0.2496, 1.6542, 1.5968), -2004.8169),
        ("High-end", "discrete-weibull", 12, None, -2027.7),
    ],
)
def test_the_published_fits(
    survivors: dict[str, list[float]],
    *,
    group: str,
    model: str,
    renewals: int,
    published: tuple[float, ...] | None,
    log_likelihood: float,
) -> None:
    fit = fitted(survivors, group, model, renewals)
    digits = len(str(log_likelihood).partition(".")[2])
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.6 * 10**-digits + 1e-4)
    assert fit.log_likelihood >= log_likelihood - 0.6 * 10**-digits
    if published is not None:
        assert tuple(fit.params.values()) == pytest.approx(published, abs=6e-4)


def test_alpha_of_the_regular_group_is_not_the_misprint(survivors: dict[str, list[float]]) -> None:
    alpha = fitted(survivors, "Regular", "sbg", 7).params["alpha"]
    assert alpha == pytest.approx(0.704, abs=5e-4)
    assert abs(alpha - 0.688) > 0.01


def test_information_criteria_of_the_largest_fit(survivors: dict[str, list[float]]) -> None:
    fit = fitted(survivors, "High-end", "bdw", 12)
    assert (fit.aic, fit.bic) == pytest.approx((4015.6, 4030.4), abs=0.05)


@pytest.mark.parametrize(("group", "ratio", "p_value"), [("Regular", 0.35, 0.553), ("High-end", 4.77, 0.029)])
def test_the_likelihood_ratio_of_duration_dependence(
    survivors: dict[str, list[float]], group: str, ratio: float, p_value: float
) -> None:
    test = likelihood_ratio(fitted(survivors, group, "bdw", 4), fitted(survivors, group, "sbg", 4))
    assert (test.statistic, test.p_value) == pytest.approx((ratio, p_value), abs=6e-3)
    assert not test.at_edge


@pytest.mark.parametrize(
    ("group", "model", "del_", "drl"),
    [
        ("Regular", "sbg", 3.62, 5.68),
        ("Regular", "bdw", 3.69, 6.03),
        ("High-end", "sbg", 5.46, 5.87),
        ("High-end", "bdw", 5.99, 7.32),
    ],
)
def test_discounted_lifetimes(
    survivors: dict[str, list[float]], group: str, model: str, del_: float, drl: float
) -> None:
    """At 10 % a year: of a new contract with its first payment, and of one that comes to its fifth renewal."""
    fit = fitted(survivors, group, model, 4)
    assert 1.0 + float(fit.residual_renewals(0, discount=0.1)) == pytest.approx(del_, abs=6e-3)
    assert 1.1 * float(fit.residual_renewals(4, discount=0.1)) == pytest.approx(drl, abs=6e-3)


@pytest.mark.parametrize(("group", "more_than_said"), [("Regular", 0.02), ("High-end", 0.04)])
def test_five_unseen_years_later_the_curve_still_holds(
    survivors: dict[str, list[float]], group: str, more_than_said: float
) -> None:
    said = 1000.0 * float(fitted(survivors, group, "sbg", 7).survival(12))
    assert survivors[group][12] / said - 1.0 == pytest.approx(more_than_said, abs=5e-3)


def test_two_latent_classes_of_discrete_weibulls(survivors: dict[str, list[float]]) -> None:
    """The published alternative to the BdW, mixed from two of our curves: -2004.3 with five numbers."""
    counts = survivors["High-end"]
    lapsed = -np.diff(counts)
    one = RENEWALS.get("discrete-weibull")

    def minus_log_likelihood(point: np.ndarray) -> float:
        share = 1.0 / (1.0 + np.exp(-point[4]))
        curves = [
            np.exp(np.concatenate([[0.0], np.cumsum(one.log_retention(np.exp(numbers), np.arange(1.0, 13.0))[0])]))
            for numbers in (point[:2], point[2:4])
        ]
        survival = share * curves[0] + (1.0 - share) * curves[1]
        return -float(lapsed @ np.log(-np.diff(survival)) + counts[-1] * np.log(survival[-1]))

    start = np.array([-0.4, 0.3, -4.0, 0.3, -0.5])
    best = minimize(minus_log_likelihood, start, method="Nelder-Mead", options={"maxiter": 4000, "fatol": 1e-9})
    assert -best.fun == pytest.approx(-2004.3, abs=0.06)
    assert 10.0 + 2.0 * best.fun == pytest.approx(4018.6, abs=0.06)


def test_five_cohorts_of_unequal_length_at_once(shared_data: Path) -> None:
    """The table of five cohorts, each a year younger than the one before: ten thousand contracts each."""
    path = shared_data / "retention_curves" / "contractual-setting-multi-cohort-data.csv"
    with path.open(encoding="utf-8-sig") as file:
        _, *rows = list(csv.reader(file))
    columns = [[float(cell) for cell in column if cell] for column in zip(*rows, strict=True)][1:]
    assert [len(column) for column in columns] == [5, 4, 3, 2, 1]
    renewals = rg.Renewals.from_survivors(columns)
    fit = rg.ShiftedBetaGeometric().fit(renewals)
    by_hand = sum(
        (before - after) * np.log(fit.survival(n) - fit.survival(n + 1))
        for column in columns
        for n, (before, after) in enumerate(pairwise(column))
    ) + sum(column[-1] * np.log(fit.survival(len(column) - 1)) for column in columns)
    assert fit.log_likelihood == pytest.approx(float(by_hand), rel=1e-12)
    # All five follow one curve, so they say what the oldest says alone, only more surely of its beginning.
    alone = rg.ShiftedBetaGeometric().fit(rg.Renewals.from_survivors(columns[0]))
    np.testing.assert_allclose(fit.retention(range(1, 5)), alone.retention(range(1, 5)), atol=0.01)
    assert fit.standard_errors["alpha"] < alone.standard_errors["alpha"]

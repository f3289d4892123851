"""BG/BB on first-time donors of 1995: gave or did not in each year from 1996 to 2001, and in the five years after.

11,104 donors of a non-profit in the Midwest of the United States, as recency-frequency matrix. Values: Fader, Hardie
& Shang (2010) and the walkthrough of the R package BTYD; its parameters are rounded, hence the tolerances.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import regulars as rg
from regulars.models.fit import Fit
from regulars.models.histories import Histories

pytestmark = pytest.mark.golden

DONORS = 11_104
# Years ahead in the data.
AHEAD = 5


@pytest.fixture(scope="module")
def matrix(shared_data: Path) -> dict[str, np.ndarray]:
    with (shared_data / "donations_bgbb" / "btyd_donationsSummary_rf_matrix.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@pytest.fixture(scope="module")
def donors(matrix: dict[str, np.ndarray]) -> Histories:
    return rg.Histories(
        frequency=matrix["x"], recency=matrix["t.x"], opportunities=matrix["n.cal"], count=matrix["custs"], unit="year"
    )


@pytest.fixture(scope="module")
def fit(donors: Histories) -> Fit:
    return rg.BGBB().fit(donors)


def one(x: float, recency: float) -> Histories:
    return rg.Histories(frequency=x, recency=recency, opportunities=6, unit="year")


def test_fit(donors: Histories, fit: Fit) -> None:
    assert donors.customers_total == DONORS
    assert fit.log_likelihood == pytest.approx(-33225.5813, abs=1e-3)
    assert tuple(fit.params.values()) == pytest.approx((1.2035, 0.7497, 0.6568, 2.7838), rel=3e-4)
    assert fit.certificate.standing == "good"


def test_expected_donations(donors: Histories, fit: Fit) -> None:
    assert fit.expected_purchases_new(10) == pytest.approx(3.179805, rel=3e-5)
    # Donor A never gave again, donor B gave four times, the last in the fifth year.
    assert fit.expected_purchases(one(0, 0), 10)[0] == pytest.approx(0.1302169, rel=3e-4)
    assert fit.expected_purchases(one(4, 5), 10)[0] == pytest.approx(3.627858, rel=3e-4)
    assert donors.count @ fit.expected_purchases(donors, AHEAD) == pytest.approx(12_884.2, abs=0.5)


@pytest.mark.parametrize(("x", "recency", "alive"), [(0, 0, 0.11), (2, 4, 0.59), (6, 6, 0.93)])
def test_alive(fit: Fit, x: float, recency: float, alive: float) -> None:
    assert fit.probability_alive(one(x, recency))[0] == pytest.approx(alive, abs=0.005)


def test_donors_by_frequency(fit: Fit) -> None:
    new = rg.Histories(frequency=0, recency=0, opportunities=0, unit="year")
    expected = DONORS * fit.purchases_pmf(new, 6, range(7))[0]
    assert expected[[0, 6]] == pytest.approx([3454.9, 1253.1], abs=0.2)


def test_holdout_by_frequency(donors: Histories, fit: Fit, matrix: dict[str, np.ndarray]) -> None:
    expected = fit.expected_purchases(donors, AHEAD) * donors.count
    rows = [donors.frequency == x for x in range(7)]
    means = [expected[row].sum() / donors.count[row].sum() for row in rows]
    assert means == pytest.approx([0.0729, 0.3249, 0.7089, 1.3337, 2.0312, 2.7845, 3.7525], abs=2e-4)
    actual = [matrix["x.star"][row].sum() / donors.count[row].sum() for row in rows]
    assert actual == pytest.approx([0.1744, 0.4328, 0.8126, 1.3899, 2.0618, 2.6425, 3.5345], abs=1e-4)


def test_discounted_expected_residual_transactions(donors: Histories, fit: Fit) -> None:
    """DERT at 10 % a year; the cells of the matrix from (6, 6) on, the last that of who never gave again."""
    published = [5.9098, 5.0894, 4.2690, 3.4486, 2.6282, 1.8078, 2.8551, 3.1970]
    residual = fit.residual_purchases(donors, discount=0.1)
    assert residual[:8] == pytest.approx(published, abs=2e-4)
    assert residual[-1] == pytest.approx(0.1148, abs=1e-4)

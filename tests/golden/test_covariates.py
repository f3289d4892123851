"""Published fits with covariates: the simulated apparel shop of the R package CLVTools, 104 weeks to 2006-12-31."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy import special

import regulars as rg
from regulars.models.effects.two_clocks import Life, log_likelihood
from regulars.models.histories import Histories
from regulars.models.optimise import climb

pytestmark = pytest.mark.golden

BOTH = ("Gender", "Channel")


@pytest.fixture(scope="module")
def apparel(shared_data: Path) -> Histories:
    """One history per customer, with the two covariates."""
    folder = shared_data / "clvtools_apparel"
    h = rg.histories(folder / "apparelTrans.parquet", as_of="2006-12-31", unit="week", zero_amount="keep")
    table = pq.read_table(folder / "apparelStaticCov.parquet").to_pydict()
    place = {str(name): row for row, name in enumerate(table["Id"])}
    assert h.customers is not None
    rows = [place[str(name)] for name in h.customers.customer_id]
    alone = h.take(h.customers.row)
    covariates = {name: np.array(table[name])[rows] for name in BOTH}
    return Histories(frequency=alone.frequency, recency=alone.recency, age=alone.age, covariates=covariates)


def test_histories_stay_distinct_with_covariates(apparel: Histories) -> None:
    merged = apparel.distinct()
    assert len(merged) < len(apparel) == merged.customers_total == 600
    assert merged.covariates["Gender"] @ merged.count == apparel.covariates["Gender"].sum()


def test_pareto_nbd(apparel: Histories) -> None:
    fit = rg.WithEffects(rg.ParetoNBD(), covariates=rg.Covariates(purchase=BOTH, dropout=BOTH)).fit(apparel)
    assert fit.log_likelihood == pytest.approx(-5821.0627, abs=1e-4)
    assert fit.aic == pytest.approx(11658.1254, abs=1e-4)
    assert fit.bic == pytest.approx(11693.3009, abs=1e-4)
    published = (1.8378, 92.9123, 0.5920, 49.6227, 0.2859, 0.6241, -0.6430, 0.7907)
    assert tuple(fit.params.values()) == pytest.approx(published, rel=4e-3)
    errors = (0.3455, 16.967, 0.2609, 36.2509, 0.1041, 0.1050, 0.2955, 0.3059)
    assert tuple(fit.standard_errors.values()) == pytest.approx(errors, rel=4e-3)
    assert fit.certificate.standing == "good"


def test_gompertz_nbd_is_pareto_nbd_here(apparel: Histories) -> None:
    fit = rg.WithEffects(rg.GompertzNBD(), covariates=rg.Covariates(BOTH, BOTH)).fit(apparel)
    assert fit.log_likelihood == pytest.approx(-5821.0630, abs=5e-4)
    assert "b and beta are not identified" in " ".join(fit.certificate.sentences())


def test_an_equality_constraint_and_its_likelihood_ratio(apparel: Histories) -> None:
    free = rg.WithEffects(rg.ParetoNBD(), covariates=rg.Covariates(BOTH, BOTH)).fit(apparel)
    equal = rg.WithEffects(rg.ParetoNBD(), covariates=rg.Covariates(BOTH, BOTH, equal=("Gender",))).fit(apparel)
    assert equal.log_likelihood == pytest.approx(-5826.5342, abs=1e-4)
    published = {"r": 1.7939, "alpha": 94.7223, "s": 0.4287, "beta": 59.0743}
    published |= {"purchase.Channel": 0.6384, "dropout.Channel": 1.0228, "both.Gender": 0.3283}
    assert equal.params == pytest.approx(published, rel=2e-3)
    ratio = 2.0 * (free.log_likelihood - equal.log_likelihood)
    assert ratio == pytest.approx(10.943, abs=1e-3)
    assert special.chdtrc(1, ratio) == pytest.approx(0.0009396, rel=1e-3)


def test_penalties(apparel: Histories) -> None:
    spec = rg.Covariates(BOTH, BOTH, purchase_penalty=0.1, dropout_penalty=0.2)
    fit = rg.WithEffects(rg.ParetoNBD(), covariates=spec).fit(apparel)
    assert fit.penalised_mean == pytest.approx(-9.7313, abs=5e-5)
    published = (1.73887, 69.85288, 0.53350, 39.68346, 0.17178, 0.23676, -0.04437, 0.02465)
    assert tuple(fit.params.values()) == pytest.approx(published, rel=2e-3)
    # From the likelihood without the penalty: built from the penalised mean it would be 35.46.
    assert fit.aic == pytest.approx(11682.65, abs=0.01)
    assert fit.log_likelihood < -5821.0627
    strong = rg.WithEffects(rg.ParetoNBD(), covariates=rg.Covariates(BOTH, BOTH, (), 10.0, 10.0)).fit(apparel)
    assert strong.penalised_mean == pytest.approx(-9.74656, abs=5e-6)


def test_bg_nbd_is_a_ridge_and_says_so(apparel: Histories) -> None:
    fit = rg.WithEffects(rg.BGNBD(), covariates=rg.Covariates(BOTH, BOTH)).fit(apparel)
    assert fit.log_likelihood == pytest.approx(-5839.8624, abs=1e-3)
    assert fit.log_likelihood >= -5839.8624
    assert fit.certificate.standing == "warning"
    said = " ".join(fit.certificate.sentences())
    assert "a, b and dropout.Channel are not identified" in said
    assert np.isnan([fit.standard_errors[name] for name in ("a", "b")]).all()
    assert np.isfinite([fit.standard_errors[name] for name in ("r", "alpha", "purchase.Gender")]).all()
    # What is predicted does not run away with them.
    expected = fit.expected_purchases(apparel, 52)
    assert np.isfinite(expected).all()
    assert (expected >= 0.0).all()


def paths_until(shared_data: Path, day_of_end: str) -> rg.CovariatePaths:
    """The same customers with covariates week by week."""
    folder = shared_data / "clvtools_apparel"
    until = np.datetime64(day_of_end)
    orders, weeks = (pq.read_table(folder / f"apparel{name}.parquet").to_pydict() for name in ("Trans", "DynCov"))
    ids, who = np.unique(np.array(orders["Id"], dtype=str), return_inverse=True)
    day = np.array(orders["Date"], dtype="datetime64[D]")
    first = np.full(ids.size, until)
    np.minimum.at(first, who, day)
    known = np.unique(np.stack([who, day.astype(np.int64)], axis=1)[day <= until], axis=0)
    repeat = known[:, 1] > first[known[:, 0]].astype(np.int64)
    customer = np.searchsorted(ids, np.array(weeks["Id"], dtype=str))
    start = (np.array(weeks["Cov.Date"], dtype="datetime64[D]") - first[customer]).astype(float) / 7.0
    return rg.CovariatePaths(
        age=(until - first).astype(float) / 7.0,
        customer=customer,
        start=start,
        covariates={name: np.array(weeks[name]) for name in ("High.Season", *BOTH)},
        purchase_customer=known[repeat, 0],
        purchase_time=(known[repeat, 1] - first[known[repeat, 0]].astype(np.int64)) / 7.0,
    )


ALL = ("High.Season", *BOTH)


@pytest.fixture(scope="module")
def in_time(shared_data: Path) -> rg.CovariatePaths:
    """The first 104 weeks."""
    return paths_until(shared_data, "2006-12-31")


def test_pareto_nbd_in_time_at_a_fixed_point(in_time: rg.CovariatePaths) -> None:
    life = Life.of(in_time, ALL, ALL)
    assert in_time.frequency.sum() == 1266
    assert len(life.silent.owner) == 3802
    log_theta = np.array([0.0, np.log(50.0), 0.0, np.log(60.0)])
    value, _, _ = log_likelihood(life, log_theta, np.array([0.1, 0.25, -0.15]), np.array([0.2, -0.3, 0.4]))
    assert value.sum() == pytest.approx(-5879.4372, abs=1e-4)


def test_pareto_nbd_in_time(in_time: rg.CovariatePaths) -> None:
    """The better optimum, at a boundary: the published fit stops at -5752.9367."""
    fit = rg.TimedParetoNBD(purchase=ALL, dropout=ALL).fit(in_time)
    assert fit.log_likelihood == pytest.approx(-5752.6232, abs=1e-4)
    found = fit.params
    assert tuple(found.values())[:4] == pytest.approx((2.159, 123.96, 1.257, 85.16), rel=2e-3)
    assert [found[f"purchase.{name}"] for name in ALL] == pytest.approx([0.7185, 0.2582, 0.6229], abs=5e-4)
    assert [found[f"dropout.{name}"] for name in BOTH] == pytest.approx([-0.544, 0.537], abs=1e-3)
    assert found["dropout.High.Season"] < -14.0
    assert np.isnan(fit.standard_errors["dropout.High.Season"])
    assert np.isfinite([value for name, value in fit.standard_errors.items() if name != "dropout.High.Season"]).all()
    assert "The effect dropout.High.Season runs away to minus infinity" in " ".join(fit.certificate.sentences())
    agreeing = next(finding for finding in fit.certificate.findings if finding.check == "starts")
    assert agreeing.standing == "good"
    alive = fit.probability_alive(in_time)
    assert ((alive > 0.0) & (alive <= 1.0)).all()
    assert (fit.expected_purchases(in_time, 52) > 0.0).all()


def test_pareto_nbd_in_time_on_all_data(shared_data: Path) -> None:
    """The published fit, -11762.8731, is no optimum: from there a climb goes on to -11762.6772."""
    paths = paths_until(shared_data, "2010-12-20")
    assert paths.frequency.sum() == 1266 + 1317
    height, scale = rg.TimedParetoNBD(purchase=ALL, dropout=ALL).height(paths)
    stopped = np.array([1.765920, 104.777386, 0.738873, 51.537313])
    effects = [0.682223, 0.280843, 0.575235, -0.760894, -0.673342, 0.535030]
    start = np.concatenate([np.log(stopped), effects]) * scale
    assert height(start)[0] * 600 == pytest.approx(-11762.8731, abs=1e-3)
    top = climb(height, start)
    assert top.height * 600 == pytest.approx(-11762.6772, abs=1e-4)
    better = (1.749, 105.467, 0.728, 55.904, 0.685, 0.289, 0.574, -0.184, -0.658, 0.537)
    found = [*np.exp(top.point[:4]), *(top.point / scale)[4:]]
    assert found == pytest.approx(better, rel=1e-3, abs=1e-3)

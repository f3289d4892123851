"""Published fits with covariates: the simulated apparel shop of the R package CLVTools, 104 weeks to 2006-12-31."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy import special

import regulars as rg
from regulars.models.histories import Histories

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

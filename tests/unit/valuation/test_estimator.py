"""The scikit-learn estimator: its library's own checks, and the package's numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator

import regulars as rg
from regulars.models.histories import Histories
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.valuation.estimator import CustomerValueRegressor

# Every check of scikit-learn that is not run, or not passed, and why. The checks feed arbitrary numbers, which are
# customers in the layout "periods" only: a summary of random numbers is refused, as it has to be.
NO_PURCHASE = "its data hold a row of zeros: somebody who never bought is no customer, and the row is refused by name"
NOT_RUN = {
    "check_estimators_dtypes": NO_PURCHASE,
    "check_sample_weights_not_an_array": NO_PURCHASE,
    "check_sample_weights_pandas_series": NO_PURCHASE,
    "check_array_api_input": "arrays of other libraries (SCIPY_ARRAY_API) are not supported: the models run on NumPy",
}


def shop(customers: int, seed: int = 0) -> pd.DataFrame:
    """A summary in weeks with money, and what each customer bought in the half year after."""
    bought = BGNBD().fit(
        Histories(frequency=[2, 1, 0, 5], recency=[30, 2, 0, 38], age=[39, 39, 39, 39], count=[50, 30, 90, 9])
    )
    purchases = bought.simulate(customers, 78.0, seed)
    early = purchases.time <= 52.0
    frequency = np.bincount(purchases.customer[early], minlength=customers).astype(float)
    recency = np.zeros(customers)
    np.maximum.at(recency, purchases.customer[early], purchases.time[early])
    rng = np.random.default_rng(seed)
    monetary = np.where(frequency > 0, rng.gamma(6.0, 1.0, customers) * 30.0 / rng.gamma(3.0, 2.0, customers), 0.0)
    later = np.bincount(purchases.customer[~early], minlength=customers)
    return pd.DataFrame(
        {"frequency": frequency, "recency": recency, "T": 52.0, "monetary_value": monetary, "later": later}
    )


COLUMNS = ["frequency", "recency", "T", "monetary_value"]


def test_scikit_learns_own_checks() -> None:
    """With the quickest model: the checks are about the estimator, and the others pass the same ones."""
    results = check_estimator(CustomerValueRegressor(model="nbd", layout="periods"), on_fail=None, on_skip=None)
    assert len(results) > 50
    assert {result["check_name"] for result in results if result["status"] != "passed"} == set(NOT_RUN)
    assert len(NOT_RUN) <= 6


def test_numbers_are_those_of_the_package() -> None:
    table = shop(800)
    h = Histories.from_summary(table)
    expected = ParetoNBD().fit(h.distinct()).expected_purchases(h, rg.days(182))
    regressor = CustomerValueRegressor(model="pareto-nbd", horizon=182, unit="week").fit(table[COLUMNS[:3]])
    assert regressor.predict(table[COLUMNS[:3]]) == pytest.approx(expected, rel=1e-12)
    assert regressor.fit_.certificate.findings
    assert regressor.spend_ is None
    worth = CustomerValueRegressor(model="pareto-nbd", horizon=182, unit="week", target="value").fit(table[COLUMNS])
    spend = GammaGamma().fit(table["frequency"], table["monetary_value"])
    each = spend.expected_spend(table["frequency"], table["monetary_value"])
    assert worth.predict(table[COLUMNS]) == pytest.approx(expected * each, rel=1e-12)


def test_names_decide_in_a_dataframe_and_places_in_an_array() -> None:
    table = shop(300)
    shuffled = table[["T", "monetary_value", "frequency", "recency"]]
    plain = CustomerValueRegressor(unit="week").fit(table[COLUMNS].to_numpy())
    named = CustomerValueRegressor(unit="week").fit(shuffled)
    assert named.predict(shuffled).tolist() == plain.predict(table[COLUMNS].to_numpy()).tolist()
    with pytest.raises(ValueError, match="found frequency, recency, age"):
        CustomerValueRegressor().fit(table[COLUMNS[:3]].rename(columns={"T": "age"}))
    with pytest.raises(ValueError, match="5 columns without names"):
        CustomerValueRegressor().fit(table.to_numpy())


def test_weights_are_customers() -> None:
    table = shop(60)
    weight = np.arange(60) % 4
    weighted = CustomerValueRegressor(unit="week").fit(table[COLUMNS], sample_weight=weight)
    repeated = CustomerValueRegressor(unit="week").fit(table[COLUMNS].iloc[np.repeat(np.arange(60), weight)])
    assert weighted.predict(table[COLUMNS]).tolist() == repeated.predict(table[COLUMNS]).tolist()


def test_periods_are_read_as_the_summary_they_hold() -> None:
    cells = np.array([[0, 5, 0, 7, 0, 9], [3, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 4.0]])
    summary = np.array([[2, 4, 4, 8.0], [0, 0, 5, 0], [0, 0, 0, 0]])
    by_cells = CustomerValueRegressor(model="nbd", layout="periods").fit(cells)
    by_summary = CustomerValueRegressor(model="nbd").fit(summary)
    assert by_cells.predict(cells).tolist() == by_summary.predict(summary).tolist()
    with pytest.raises(ValueError, match="row 1 has no purchase"):
        by_cells.predict(cells * np.array([[1], [0], [1]]))


def test_it_goes_into_pipelines_searches_and_cross_validation() -> None:
    table = shop(400)
    pipeline = make_pipeline(
        FunctionTransformer(lambda frame: frame[COLUMNS[:3]]), CustomerValueRegressor(horizon=182, unit="week")
    )
    models = {"customervalueregressor__model": ["nbd", "bg-nbd"]}
    search = GridSearchCV(pipeline, models, cv=3, scoring="neg_mean_absolute_error").fit(table, table["later"])
    assert search.best_params_ == {"customervalueregressor__model": "bg-nbd"}
    forecast = cross_val_predict(pipeline, table, table["later"], cv=3)
    assert np.corrcoef(forecast, table["later"])[0, 1] > 0.3
    assert search.score(table, table["later"]) < 0.0


@pytest.mark.parametrize(
    ("options", "values", "sentence"),
    [
        ({}, [[1, 5, 3], [0, 0, 3]], "recency must be between 0 and age; row 0"),
        ({}, [[0.5, 1, 3], [0, 0, 3]], "whole number"),
        ({}, [[0, 0, -3], [0, 0, 3]], "Negative values"),
        ({}, [[0, 0, np.nan], [0, 0, 3]], "NaN"),
        ({"model": "pareto"}, [[1, 2, 3], [0, 0, 3]], "did you mean 'pareto-nbd'"),
        ({"target": "money"}, [[1, 2, 3], [0, 0, 3]], "'purchases' or 'value'"),
        ({"target": "value"}, [[1, 2, 3], [0, 0, 3]], "fourth column, monetary_value"),
        ({"layout": "long"}, [[1, 2, 3], [0, 0, 3]], "'summary' or 'periods'"),
        ({}, [[0, 0, 0], [0, 0, 0]], "observed for any time"),
    ],
)
def test_what_no_customer_can_have_is_refused(
    options: dict[str, Any], values: list[list[float]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        CustomerValueRegressor(**options).fit(np.array(values))


def test_a_mean_that_does_not_exist_is_not_a_number_handed_out() -> None:
    rng = np.random.default_rng(1)
    frequency = rng.integers(1, 3, 400).astype(float)
    monetary = np.exp(rng.standard_cauchy(400).clip(-12, 12))  # far heavier than any tail with a mean
    table = np.stack([frequency, np.full(400, 20.0), np.full(400, 30.0), monetary], axis=1)
    regressor = CustomerValueRegressor(model="nbd", target="value", unit="week").fit(table)
    assert regressor.spend_.q < 1.0
    with pytest.raises(ValueError, match="mean spend of row 1 does not exist"):
        regressor.predict(np.array([[30, 20, 30, 4.0], [0, 0, 30, 0.0]]))


def test_importing_the_package_does_not_load_scikit_learn(tmp_path: Path) -> None:
    program = "import sys, regulars, regulars.app.value; print('sklearn' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert answer.stdout.strip() == "False"
    assert rg.CustomerValueRegressor is CustomerValueRegressor

"""The models as a scikit-learn estimator: customers as rows of numbers in, expected purchases or value out.

For pipelines, cross-validation and side-by-side tests with other regressors; `model` is a parameter to search over.
It gives point forecasts only; for intervals, totals and a receipt of the data use `regulars.value`. scikit-learn
belongs to the extra `ml`.
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import Tags
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    check_non_negative,
    validate_data,
)

from regulars.errors import RegularsError
from regulars.models.histories import Floats
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.transactions import MODELS
from regulars.periods import days
from regulars.valuation.customer_rows import CustomerRows, Layout, read_rows

Target = Literal["purchases", "value"]


class CustomerValueRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """A model of purchases (and Gamma-Gamma spend) that predicts per customer what happens in the horizon.

    A row of X is a customer, in one of two layouts:

    * "summary": the columns frequency, recency, T and, for values, monetary_value; by name in a dataframe, in this
      order in an array. recency and T are in `unit`; monetary_value is the mean value of a repeat day, 0 where
      there is none.
    * "periods": one column per day (or week, by `unit`), oldest first, ending on the as-of day; each cell is the value
      bought in that period, 0 for none. A customer begins with the first purchase, so every row has one.

    The models learn from X alone. `y` (what happened in a horizon afterwards) is accepted for cross-validation and
    checked, but not learned from; `sample_weight` is the number of customers like the row.

    Args:
        model: A name from `regulars models`.
        horizon: Days to predict.
        target: "purchases" in the horizon, or their "value".
        unit: "day" or "week".
        layout: "summary" or "periods".

    Attributes:
        fit_: The fit of the model of purchases, with its certificate.
        spend_: The fit of the model of spend; None for target="purchases".
        n_features_in_: Number of columns seen by `fit`.
        feature_names_in_: Names of the columns seen by `fit`, where all were text.

    Every input that no customer can have is a `ValueError` that names the row.

    >>> X = [[2, 30, 39, 20.0], [1, 2, 39, 35.0], [0, 0, 39, 0.0], [4, 35, 38, 22.0]]
    >>> CustomerValueRegressor(model="nbd", unit="week", horizon=364).fit(X).predict(X).round(1).tolist()
    [2.4, 2.1, 1.7, 3.2]
    """

    def __init__(
        self,
        *,
        model: str = "mbg-nbd",
        horizon: float = 365.0,
        target: Target = "purchases",
        unit: Literal["day", "week"] = "day",
        layout: Layout = "summary",
    ) -> None:
        self.model = model
        self.horizon = horizon
        self.target = target
        self.unit = unit
        self.layout = layout

    def fit(self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the model of purchases, and with target="value" that of spend, to the customers in X."""
        values = self._checked(X, y)
        weight: Floats = _check_sample_weight(sample_weight, values, dtype=np.float64, ensure_non_negative=True)
        present = weight > 0.0
        try:
            rows = self._rows(values[present])
            self.fit_ = MODELS.get(self.model).fit(rows.histories(weight[present]).distinct())
            self.spend_ = self._spend(rows, weight[present])
        except RegularsError as error:
            raise ValueError(str(error)) from error
        return self

    def predict(self, X: ArrayLike) -> Floats:
        """Return the expected purchases, or value, of each row in the horizon, shape (rows,)."""
        check_is_fitted(self)
        values = validate_data(self, X, reset=False, dtype=np.float64)
        try:
            rows = self._rows(values)
            expected = self.fit_.expected_purchases(rows.histories(np.ones(len(values))), days(self.horizon))
        except RegularsError as error:
            raise ValueError(str(error)) from error
        return expected if self.spend_ is None else expected * self._expected_spend(rows)

    def _checked(self, X: ArrayLike, y: ArrayLike | None) -> Floats:
        if self.target not in {"purchases", "value"}:
            raise ValueError(f"target is 'purchases' or 'value', not {self.target!r}")
        if y is None:
            checked: Floats = validate_data(self, X, dtype=np.float64, ensure_min_features=2)
            return checked
        checked, _ = validate_data(self, X, y, dtype=np.float64, ensure_min_features=2, y_numeric=True)
        return checked

    def _rows(self, values: Floats) -> CustomerRows:
        check_non_negative(values, type(self).__name__)
        return read_rows(values, getattr(self, "feature_names_in_", None), self.layout, self.unit)

    def _spend(self, rows: CustomerRows, weight: Floats) -> Any:
        if self.target == "purchases":
            return None
        return GammaGamma().fit(*rows.spend(), weight)

    def _expected_spend(self, rows: CustomerRows) -> Floats:
        spend = self.spend_.expected_spend(*rows.spend())
        if np.isnan(spend).any():
            row = int(np.argmax(np.isnan(spend)))
            raise ValueError(
                f"the mean spend of row {row} does not exist: its law has too heavy a tail (q = {self.spend_.q:.3g}); "
                "use target='purchases', or medians from regulars.value"
            )
        return spend

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.target_tags.required = False
        tags.regressor_tags.poor_score = True  # it forecasts customers, not whatever y happens to be
        return tags

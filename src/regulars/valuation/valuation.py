"""The finished valuation of a customer base: everything a report, a file or a notebook shows.

Each value is computed once, here or before, and only read by the faces.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regulars.contract.receipt import Receipt
from regulars.errors import NotApplicable
from regulars.models.certificate import Certificate
from regulars.progress import Step

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from regulars.models.fit import Fit
    from regulars.models.pooled import PooledFit
    from regulars.valuation.backtest.tested import Tested
    from regulars.valuation.fit_checks import FitChecks

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What the numbers depend on besides the data; everything here stands in run.json."""

    as_of: dt.date
    horizon: int
    unit: str
    model: str
    discount: float
    interval: float
    basis: str
    margin: float | None
    cac: float | None
    zero_amount: str
    timezone: str
    seed: int
    time_budget: float | None = None
    learners: bool = False


@dataclass(frozen=True)
class Interval:
    """An expected number with an equal-tailed interval around it."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Candidate:
    """One model that was tried: its fit in three numbers, or the reason why it has none."""

    model: str
    log_likelihood: float | None
    bic: float | None
    reason: str


@dataclass(frozen=True)
class FittedModel:
    """One fitted model in numbers and words. Standard errors are NaN where they do not exist (see the certificate).

    A blend of models has no likelihood of its own.
    """

    name: str
    title: str
    parameters: dict[str, float]
    standard_errors: dict[str, float]
    log_likelihood: float | None
    aic: float | None
    bic: float | None
    customers: int
    certificate: Certificate
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class Totals:
    """Sums over all customers; what is None is undefined, and `reason` says why."""

    customers: int
    orders: int
    historic_value: float
    expected_purchases: Interval
    expected_value: Interval | None
    clv: float | None
    residual_value: float | None
    reason: str


@dataclass(frozen=True)
class GroupTotal:
    """What one group of customers is expected to bring; `value` is None where undefined."""

    name: str
    customers: int
    purchases: Interval
    value: Interval | None


@dataclass(frozen=True)
class Tracking:
    """Purchase days after the first, by week of the record: what happened and what the model expects.

    `week_start` holds the first day of each week; `actual` and `expected` are per week, not cumulative.
    """

    week_start: tuple[dt.date, ...]
    actual: Floats
    expected: Floats


@dataclass(frozen=True)
class ValueDistribution:
    """Customers by expected value in the horizon: bin edges (money) and customers per bin."""

    edges: Floats
    customers: NDArray[np.int64]
    share_interval_zero: float


@dataclass(frozen=True)
class CustomerRow:
    """One customer as a report lists them; None where a value is undefined."""

    customer_id: str
    first_order: dt.date
    last_order: dt.date
    orders: int
    frequency: int
    historic_value: float
    probability_alive: float
    expected_purchases: float
    expected_value: float | None
    value_low: float
    value_median: float
    value_high: float


@dataclass(frozen=True)
class LeftTruncation:
    """How many customers were first seen at the very start of the record, so that their first order may be older."""

    days: int
    customers: int
    share: float
    flagged: bool


@dataclass(frozen=True)
class Valuation:
    """The value of a customer base as of a day, with everything that explains it.

    `fit` is the model itself, for further questions; `transactions` is what is shown of it. `mean_spend` is what
    one purchase of a customer not seen before is worth on average, before the margin, None where infinite.
    `cohort_totals` (by quarter of the first purchase) and `segment_totals` (by the rules a run was given) are left out
    where nothing was tested, because nothing is known of their shocks then, and as `fit_checks`, `distribution` and
    `top_customers` of a run that writes no report. `tested` is what the back-test found, None with the reason in
    `untested`; `still_here` is the share of those called gone who count as customers, less than what it found where so
    many are called gone that they would be most of the forecast.
    """

    fit: Fit | PooledFit
    settings: Settings
    receipt: Receipt
    candidates: tuple[Candidate, ...]
    chosen_because: str
    tested: Tested | None
    untested: str
    transactions: FittedModel
    spend: FittedModel | None
    spend_note: str
    mean_spend: float | None
    totals: Totals
    cohort_totals: tuple[GroupTotal, ...]
    segment_totals: tuple[GroupTotal, ...]
    tracking: Tracking
    fit_checks: FitChecks | None
    distribution: ValueDistribution | None
    top_customers: tuple[CustomerRow, ...]
    left_truncation: LeftTruncation
    notes: tuple[str, ...]
    histories: int
    steps: tuple[Step, ...]
    versions: dict[str, str]
    still_here: float = 0.0

    @property
    def expectation(self) -> str:
        """The column that shares of the future are made of: purchases where the mean value is undefined."""
        return "expected_purchases" if self.totals.expected_value is None else "expected_value"

    def spread(self) -> ValueDistribution:
        """Return how value is spread over customers; raises `NotApplicable` where it was left out."""
        if self.distribution is None:
            raise NotApplicable("this run was made without a report, so how value is spread was not computed")
        return self.distribution

    def checks(self) -> FitChecks:
        """Return the fits held against the customers; raises `NotApplicable` where they were left out."""
        if self.fit_checks is None:
            raise NotApplicable("this run was made without a report, so the fits were not held against the customers")
        return self.fit_checks

"""The finished valuation of contracts: everything a report, a file or a notebook shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulars.contract.receipt import Receipt
from regulars.models.renewals.cohorts import Floats, Renewals
from regulars.models.renewals.fit import RenewalFit
from regulars.sources.subscriptions.billing import BillingPeriod
from regulars.valuation.valuation import Candidate, Interval


@dataclass(frozen=True)
class SubscriptionSettings:
    """What the numbers depend on besides the data; everything here stands in run.json."""

    as_of: dt.date
    horizon: int
    model: str
    discount: float
    interval: float
    basis: str
    margin: float | None
    zero_amount: str
    timezone: str


@dataclass(frozen=True, eq=False)
class PeriodFit:
    """The contracts of one billing period: what was seen of their renewals, by cohort, and the model of it.

    `fit` is None where no model can be fitted, and `because` says why. `ends` holds the shares of the lapsed contracts
    that had ended 0 %, 1 % … 100 % into their last period: some are ended at once, others run until it is over.
    """

    period: BillingPeriod
    cohorts: tuple[str, ...]
    renewals: Renewals
    ends: Floats
    candidates: tuple[Candidate, ...]
    fit: RenewalFit | None
    because: str


@dataclass(frozen=True)
class SubscriptionTotals:
    """Sums over all customers; what is None is undefined, and `reason` says why. `monthly_price` is of what runs."""

    customers: int
    active_customers: int
    contracts: int
    active_contracts: int
    monthly_price: float
    historic_value: float
    expected_renewals: Interval | None
    expected_value: Interval | None
    clv: float | None
    residual_value: float | None
    reason: str


@dataclass(frozen=True)
class PlanRow:
    """The running contracts of one plan and billing period."""

    plan: str
    period: str
    active: int
    ended: int
    monthly_price: float
    expected_value: float | None


@dataclass(frozen=True)
class SubscriberRow:
    """One customer as a report lists them; None where a value is undefined."""

    customer_id: str
    plan: str | None
    first_start: dt.date
    renewals: int
    monthly_price: float
    historic_value: float
    expected_value: float | None
    value_low: float | None
    value_high: float | None
    residual_value: float | None


@dataclass(frozen=True)
class LookBack:
    """A forecast of the past: renewals expected from an earlier day up to the as-of day, and those that were made."""

    origin: dt.date
    contracts: int
    expected: float
    low: float
    high: float
    actual: int


@dataclass(frozen=True)
class SubscriptionValuation:
    """The value of contracts as of a day, with everything that explains it."""

    settings: SubscriptionSettings
    receipt: Receipt
    fits: tuple[PeriodFit, ...]
    totals: SubscriptionTotals
    plans: tuple[PlanRow, ...]
    top_customers: tuple[SubscriberRow, ...]
    look_back: LookBack | None
    look_back_reason: str
    versions: dict[str, str]

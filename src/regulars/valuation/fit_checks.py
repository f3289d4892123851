"""What the fitted models say of these customers, held against what they did: the numbers of the fit page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.engines.base import Engine
from regulars.models.ages import age_grid
from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Predictions
from regulars.models.spend.base import SpendFit
from regulars.models.spend.gamma_gamma_sums import GammaGammaSums
from regulars.valuation.differences import Differences, differences_in_leaving, differences_in_pace
from regulars.valuation.histories import Summary
from regulars.valuation.spend_check import SpendCheck, spend_check
from regulars.valuation.surfaces import Surfaces, surfaces
from regulars.valuation.valuation import Settings

# Customers with this many repeat purchases or more are counted together, as in the literature.
LAST = 7
POINTS = 120


@dataclass(frozen=True, eq=False)
class FrequencyFit:
    """Customers by repeat purchases 0, 1, 2 … up to the as-of date; the last number counts all from there on."""

    actual: Floats
    expected: Floats


@dataclass(frozen=True, eq=False)
class NewCustomer:
    """Expected repeat purchases of a new customer by `days` after the first; nobody was observed beyond `longest`."""

    days: Floats
    purchases: Floats
    longest: int


@dataclass(frozen=True, eq=False)
class FitChecks:
    """Everything the fit page shows that needs the live fits; what is None cannot be shown, for the reason beside it.

    `surfaces`, `pace` and `leaving` are None where nobody has bought twice.
    """

    frequency: FrequencyFit
    new_customer: NewCustomer
    surfaces: Surfaces | None
    pace: Differences | None
    leaving: Differences | None
    spend: SpendCheck | None
    spend_reason: str


def fit_checks(engine: Engine, fit: Predictions, spend: SpendFit, summary: Summary, settings: Settings) -> FitChecks:
    """Return the checks of two fits on the customers of `summary`, whose view `summaries` stands in `engine`."""
    margin = 1.0 if settings.margin is None else settings.margin
    base = summary.base
    check = spend_check(engine, spend, summary, margin) if isinstance(spend, GammaGammaSums) else None
    came_back = bool((base.histories.frequency > 0.0).any())
    return FitChecks(
        frequency=frequency_fit(fit, base.histories),
        new_customer=new_customer(fit, base.histories, settings.horizon),
        surfaces=surfaces(fit, base.histories, settings.horizon) if came_back else None,
        pace=differences_in_pace(fit) if came_back else None,
        leaving=differences_in_leaving(fit) if came_back else None,
        spend=check,
        spend_reason="" if check else " ".join(spend.certificate.sentences()),
    )


def frequency_fit(fit: Predictions, histories: Histories) -> FrequencyFit:
    """Return actual and expected customers by repeat purchases: Σ over customers of P(X(T) = n) for a new one.

    P(X(T) = n) is smooth in T, so it is computed at a few ages and carried to the others.
    """
    number_of = np.minimum(histories.frequency, LAST).astype(np.int64)
    actual = np.bincount(number_of, histories.count, minlength=LAST + 1).astype(np.float64)
    ages, which = np.unique(histories.age, return_inverse=True)
    customers = np.bincount(which, histories.count)
    grid = age_grid(ages, fit.model.time_scale(fit.theta), float(LAST))
    new = Histories(frequency=0.0, recency=0.0, age=0.0, unit=fit.unit)
    number = np.arange(LAST)
    # Customers of an age were new that long ago, which is another time of the year.
    at_nodes = np.stack([fit.looking_from(age).purchases_pmf(new, age, number)[0] for age in grid.nodes.tolist()])
    expected = customers @ grid.spread(at_nodes)
    return FrequencyFit(actual, np.append(expected, max(histories.customers_total - float(expected.sum()), 0.0)))


def new_customer(fit: Predictions, histories: Histories, horizon: int) -> NewCustomer:
    """Return the expected repeat purchases of a new customer, to one horizon beyond the oldest customer."""
    longest = round(float(histories.age.max()) * histories.unit.days)
    days = np.unique(np.rint(np.linspace(0.0, longest + horizon, POINTS + 1)))
    return NewCustomer(days, fit.expected_purchases_path(days / fit.unit.days), longest)

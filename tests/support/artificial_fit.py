"""What the fit page shows of the artificial shops: real fits and checks of simulated customers."""

from __future__ import annotations

import datetime as dt

import numpy as np

from regulars.models.certificate import Certificate
from regulars.models.effects.clock import Clock
from regulars.models.effects.clock_fit import ClockFit
from regulars.models.effects.on_clock import OnClock
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit
from regulars.valuation.alive_history import AliveHistory, alive_history
from regulars.valuation.differences import differences_in_leaving, differences_in_pace
from regulars.valuation.fit_checks import FitChecks, frequency_fit, new_customer
from regulars.valuation.holdout import Holdout
from regulars.valuation.spend_check import SpendCheck
from regulars.valuation.surfaces import surfaces
from regulars.valuation.valuation import Valuation

RECORD = 374


USUAL = (0.553412, 10.580235, 0.606112, 52.0)
WEEKLY = (40.0, 40.0, 0.4, 900.0)
ONCE = (0.5, 1e6, 0.6, 52.0)


def pareto_nbd(theta: tuple[float, float, float, float] = USUAL) -> Fit:
    """Return a Pareto/NBD fit."""
    return Fit(ParetoNBD(), np.array(theta), Unit.WEEK, -41230.5, 4338.0, np.eye(4) * 1e-3, Certificate(()))


def nbd() -> Fit:
    """Return a fit of a model in which nobody leaves."""
    return Fit(NBD(), np.array([0.4, 12.0]), Unit.WEEK, -41300.0, 4338.0, np.eye(2) * 1e-3, Certificate(()))


def on_a_clock() -> ClockFit:
    """Return the fit of the usual shop on a clock with a Christmas, which grows by a tenth a year."""
    clock = Clock(season=2, trend=True)
    theta = np.concatenate([np.array(USUAL), np.exp([0.4, -0.1, 0.2, 0.0, 0.1])])
    model = OnClock(ParetoNBD(), clock, dt.date(2011, 12, 9), dt.date(2011, 12, 9), Unit.WEEK)
    return ClockFit(model, theta, Unit.WEEK, -41100.2, 4338.0, np.eye(9) * 1e-3, Certificate(()))


def histories_of(customers: int) -> Histories:
    """Return distinct histories of customers of the fit who joined evenly over a year and a week."""
    rng = np.random.default_rng(5)
    age = rng.integers(1, RECORD, customers)
    bought = pareto_nbd().simulate(customers, RECORD / 7.0, seed=6)
    day = np.ceil(7.0 * bought.time)
    # At most one purchase a day, and those after the record are not seen.
    seen = np.unique(np.stack([bought.customer, day])[:, day <= age[bought.customer]], axis=1).astype(np.int64)
    frequency, recency = np.bincount(seen[0], minlength=customers), np.zeros(customers)
    np.maximum.at(recency, seen[0], seen[1])
    return Histories(frequency=frequency, recency=recency / 7.0, age=age / 7.0).distinct()


def five_weekly() -> Histories:
    """Return five customers who bought every week for six weeks."""
    return Histories(frequency=6, recency=6, age=6.5, count=5)


def bought_once(customers: int) -> Histories:
    """Return customers none of whom came back."""
    return Histories(frequency=[0, 0], recency=[0, 0], age=[10, 50], count=[customers // 2, customers - customers // 2])


def checks(base: Histories, theta: tuple[float, float, float, float] = USUAL, *, money: bool = True) -> FitChecks:
    """Return what the fit page shows of these customers."""
    fit, came_back = pareto_nbd(theta), bool((base.frequency > 0.0).any())
    return FitChecks(
        frequency=frequency_fit(fit, base),
        new_customer=new_customer(fit, base, 365),
        surfaces=surfaces(fit, base, 365) if came_back else None,
        pace=differences_in_pace(fit) if came_back else None,
        leaving=differences_in_leaving(fit) if came_back else None,
        spend=_spend_check(float(base.customers_total), days="repeat" if came_back else "first") if money else None,
        spend_reason="" if money else "These orders hold no amounts, so a value is a number of purchases.",
    )


def holdout_of(valuation: Valuation) -> tuple[Holdout | None, str]:
    """Return a look back by a third of the year, where the shop is large enough for one."""
    if valuation.totals.customers < 1000 or not valuation.tracking.actual.any():
        return None, "nobody had bought twice by then"
    customers = np.array([1410.0, 440, 214, 100, 62, 38, 29, 64])
    expected = customers * np.array([0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403])
    actual = np.rint(customers * np.array([0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]))
    return Holdout(valuation.settings.as_of - dt.timedelta(days=124), 124, customers, actual, expected), ""


def alive_history_of(valuation: Valuation) -> AliveHistory | None:
    """Return the history of the customer at the top of the list, who paused for two months."""
    if not valuation.top_customers:
        return None
    top = valuation.top_customers[0]
    age = (valuation.settings.as_of - top.first_order).days
    days = [day for day in range(0, age, 6) if not age - 100 <= day <= age - 40]
    purchases = [top.first_order + dt.timedelta(days=day) for day in days]
    return alive_history(pareto_nbd(), top.customer_id, purchases, valuation.settings.as_of)


def _spend_check(customers: float, *, days: str) -> SpendCheck:
    fit = GammaGammaFit(2.105, 3.452, 485.573, -9.0, customers, np.eye(3), Certificate(()))
    edges = np.arange(0.0, 1050.0, 50.0)
    expected = customers * np.diff(fit.share_below(np.full(1, 2.0), edges, np.full(1, fit.gamma)), append=1.0)
    wave = 1.0 + 0.2 * np.sin(np.arange(expected.size))
    actual = np.rint(expected * wave)
    actual[np.argmax(actual)] += customers - actual.sum()
    return SpendCheck(edges, actual, expected, days)

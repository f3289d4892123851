"""What a running contract is expected to bring: computed once per distinct situation, joined back in SQL.

Of a contract renewed m times whose next renewal is w days away, with K renewals within the horizon, the number N of
renewals made has P(N >= j) = S(m+j)/S(m), j = 1 … K, and everything else follows: its mean and variance, its quantiles,
its value discounted at e^(-δ(w + (j-1)L)) for a billing period of L days on average.

Where contracts can be ended before their period is over, one that still runs u of the way into it has shown
something: with F(u) the share of lapsing contracts that had ended by then, Bayes' rule makes every chance r(m+1) of the
next renewal

    r / (r + (1 - r)(1 - F(u)))

and multiplies all that follows by the same factor. F is 0 before the end where every contract runs to the end of what
is paid, and the factor 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.renewals.cohorts import Floats
from regulars.models.renewals.remaining import log_survival, to_the_end
from regulars.models.renewals.renewal_model import RenewalModel
from regulars.periods import Unit, discount_rate
from regulars.valuation.subscriptions.spells import SPELLS
from regulars.valuation.subscriptions.valuation import PeriodFit, SubscriptionSettings

SCORES = "contract_scores"


@dataclass(frozen=True, eq=False)
class Situations:
    """The distinct situations of running contracts of one billing period, with how many share each and their prices.

    `amount` sums what they pay per period, `squares` its squares.
    """

    fit: PeriodFit
    renewals: NDArray[np.int64]
    wait: NDArray[np.int64]
    within: NDArray[np.int64]
    contracts: Floats
    amount: Floats
    squares: Floats


@dataclass(frozen=True, eq=False)
class Outlook:
    """The future of each situation, in renewals; NaN where it is not defined."""

    expected: Floats
    variance: Floats
    at_least_one: Floats
    low: Floats
    median: Floats
    high: Floats
    discounted: Floats
    residual: Floats


def situations_of(engine: Engine, fit: PeriodFit, spells: str = SPELLS) -> Situations:
    """Return the situations of the running contracts that `fit` describes."""
    columns = engine.arrays(
        f"""
        select renewals, wait, within, count(*) as contracts,
            cast(sum(amount) as double) as amount, cast(sum(amount * amount) as double) as squares
        from {spells} where active and months = $months and days = $days
        group by renewals, wait, within order by renewals, wait, within
        """,
        {"months": fit.period.months, "days": fit.period.days},
    )
    return Situations(
        fit=fit,
        renewals=columns["renewals"].astype(np.int64),
        wait=columns["wait"].astype(np.int64),
        within=columns["within"].astype(np.int64),
        contracts=columns["contracts"].astype(np.float64),
        amount=columns["amount"].astype(np.float64),
        squares=columns["squares"].astype(np.float64),
    )


def outlook(known: Situations, settings: SubscriptionSettings) -> Outlook:
    """Return the future of each situation; all NaN where no model could be fitted."""
    if known.fit.fit is None or not known.renewals.size:
        nothing = np.full(known.renewals.shape, np.nan)
        return Outlook(*([nothing] * 8))
    model, theta = known.fit.fit.model, known.fit.fit.theta
    chances = _chances(model, theta, known)
    expected = chances.sum(axis=1)
    tail = (1.0 - settings.interval) / 2.0
    steps = np.arange(chances.shape[1])
    rate, length = discount_rate(settings.discount, Unit.DAY), known.fit.period.mean_days
    worth = np.exp(-rate * (known.wait[:, None] + steps * length))
    return Outlook(
        expected=expected,
        variance=chances @ (2.0 * steps + 1.0) - expected**2,
        at_least_one=chances[:, 0] if chances.shape[1] else np.zeros(expected.shape),
        low=_quantile(chances, tail),
        median=_quantile(chances, 0.5),
        high=_quantile(chances, 1.0 - tail),
        discounted=(chances * worth).sum(axis=1),
        residual=_residual(known, rate, length),
    )


def expected_renewals(known: Situations, log_theta: Floats) -> Floats:
    """Return the expected renewals of each situation at other numbers of its model."""
    if known.fit.fit is None:
        return np.full(known.renewals.shape, np.nan)
    return _chances(known.fit.fit.model, np.exp(log_theta), known).sum(axis=1)


def load_scores(engine: Engine, known: Sequence[Situations], outlooks: Sequence[Outlook]) -> None:
    """Make the table `SCORES`, a row per situation of every billing period."""
    keys = {
        "months": [np.full(one.renewals.shape, one.fit.period.months) for one in known],
        "days": [np.full(one.renewals.shape, one.fit.period.days) for one in known],
        "renewals": [one.renewals for one in known],
        "wait": [one.wait for one in known],
        "within": [one.within for one in known],
    }
    numbers = {name: [vars(one)[name] for one in outlooks] for name in Outlook.__dataclass_fields__}
    engine.load(SCORES, {name: np.concatenate(arrays) for name, arrays in {**keys, **numbers}.items()})


def _chances(model: RenewalModel, theta: Floats, known: Situations) -> Floats:
    """Return P(N >= j) for j = 1 … the most renewals within the horizon, 0 beyond a situation's own."""
    most = int(known.within.max(initial=0))
    curve = log_survival(model, theta, int(known.renewals.max(initial=0)) + most)
    ahead = np.arange(1, most + 1)
    chances = np.exp(curve[known.renewals[:, None] + ahead] - curve[known.renewals][:, None])
    return np.where(ahead <= known.within[:, None], chances * _still_running(model, theta, known)[:, None], 0.0)


def _still_running(model: RenewalModel, theta: Floats, known: Situations) -> Floats:
    """Return the factor by which being seen to run raises the chance of the next renewal."""
    kept = np.exp(model.log_retention(theta, (known.renewals + 1).astype(np.float64))[0])
    elapsed = np.clip(1.0 - known.wait / known.fit.period.mean_days, 0.0, 1.0)
    ended = np.interp(elapsed, np.linspace(0.0, 1.0, known.fit.ends.size), known.fit.ends)
    return 1.0 / (kept + (1.0 - kept) * (1.0 - ended))


def _quantile(chances: Floats, level: float) -> Floats:
    """Return the smallest n with P(N <= n) >= level: as many j as have P(N >= j) > 1 - level."""
    return (chances > 1.0 - level).sum(axis=1).astype(np.float64)


def _residual(known: Situations, rate: float, length: float) -> Floats:
    """Return the discounted renewals to the end of life; NaN without a discount, where they may be infinite."""
    if known.fit.fit is None:
        return np.full(known.renewals.shape, np.nan)
    try:
        per_period = float(np.expm1(rate * length))
        sums = to_the_end(known.fit.fit.model, known.fit.fit.theta, known.renewals.astype(np.float64), per_period)
    except NotApplicable:
        return np.full(known.renewals.shape, np.nan)
    running = _still_running(known.fit.fit.model, known.fit.fit.theta, known)
    return sums * running * np.exp(-rate * (known.wait - length))

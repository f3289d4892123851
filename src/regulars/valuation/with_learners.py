"""The customers of a run in which learners have a share: each customer's forecast mixed as in the back-test.

What learners say is of each customer alone, so it cannot be computed once per distinct history. The forecast is the one
that the back-test judged, made at the as-of day; beyond the horizon learners know nothing, and the models speak alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.models.fit import Fit
from regulars.models.histories import Floats
from regulars.models.pooled import PooledFit
from regulars.models.spend.base import SpendFit
from regulars.periods import Unit
from regulars.valuation.backtest.as_known import AsKnown, as_known
from regulars.valuation.backtest.baselines import Both, Past
from regulars.valuation.backtest.contenders import Days
from regulars.valuation.backtest.forecast import LEVELS, Forecast
from regulars.valuation.backtest.league import Entrant, Round
from regulars.valuation.backtest.rule import Rule, forecast_by
from regulars.valuation.features.feature import AsOf
from regulars.valuation.learners.learn import learned
from regulars.valuation.learners.outlook import outlook_of
from regulars.valuation.spend_way import REPEAT
from regulars.valuation.valuation import Settings

BLOCK = 65_536
# What models say of the discount within the horizon, and of all that comes after it, stands.
BY_MODELS = """
create or replace temp table customers_by_models as
select customer_id, first_order, last_order, orders, purchase_days, frequency, recency, age, monetary, historic_value,
    probability_alive, clv, residual_value,
    case when expected_value > 0 then clv / expected_value end as discounted_share
from customers
"""
CUSTOMERS = """
create or replace view customers as
select m.customer_id, m.first_order, m.last_order, m.orders, m.purchase_days, m.frequency, m.recency, m.age,
    m.monetary, m.historic_value,
    greatest(m.probability_alive, l.probability_purchase) as probability_alive,
    l.expected_purchases, l.probability_purchase,
    l.expected_value * p.margin as expected_value, l.value_low * p.margin as value_low,
    l.value_median * p.margin as value_median, l.value_high * p.margin as value_high,
    m.discounted_share * l.expected_value * p.margin as clv,
    m.residual_value + m.discounted_share * l.expected_value * p.margin - m.clv as residual_value
from customers_by_models m
join learned_values l on m.customer_id = l.customer_id
cross join scaling p
"""
# In one order, because sums of floats depend on it; none where one customer's is undefined.
TOTALS = """
select sum(expected_purchases order by customer_id),
    case when count(expected_value) = count(*) then sum(expected_value order by customer_id) end,
    case when count(clv) = count(*) then sum(clv order by customer_id) end,
    case when count(residual_value) = count(*) then sum(residual_value order by customer_id) end
from customers
"""


@dataclass(frozen=True)
class Sums:
    """The totals of the customers: expected purchases, and in money expected value, clv and residual value.

    NaN where one customer's is undefined.
    """

    purchases: float
    value: float
    clv: float
    residual: float


def check_interval(settings: Settings) -> None:
    """Raise `InputError` for an interval wider than what learners know the ends of."""
    widest = LEVELS[-1] - LEVELS[0]
    if settings.interval > widest:
        raise InputError(f"with learners an interval is {widest:.0%} at most, got {settings.interval:.0%}")


def score_with_learners(
    engine: Engine, rule: Rule, fit: Fit | PooledFit, spend: SpendFit, settings: Settings, *, has_money: bool
) -> Sums:
    """Mix what learners say into the view `customers`, and return the new totals.

    Reads `orders` and `refunds`. Raises `NotApplicable` where learners cannot learn at the as-of day.
    """
    both = forecast_today(engine, rule, fit, spend, settings, has_money=has_money)
    _load(engine, both.purchases, both.value if has_money else both.purchases, settings)
    engine.execute(BY_MODELS)
    engine.execute(CUSTOMERS)
    return summed(engine)


def summed(engine: Engine) -> Sums:
    """Return the totals of the view `customers`."""
    return Sums(*(math.nan if total is None else float(total) for total in engine.rows(TOTALS)[0]))


def forecast_today(
    engine: Engine, rule: Rule, fit: Fit | PooledFit, spend: SpendFit, settings: Settings, *, has_money: bool
) -> Both:
    """Return what a rule forecasts at the as-of day, for every customer in the order of `customer_id`."""
    keep_zero, unit = settings.zero_amount == "keep", Unit.of(settings.unit)
    as_of = AsOf(settings.as_of, settings.horizon, keep_zero)
    outlook = outlook_of(unit, has_money=has_money, threads=engine.threads)
    say = learned(engine, as_of, has_money=has_money, seed=settings.seed, outlook=outlook)
    known = as_known(engine, settings.as_of, settings.horizon, keep_zero=keep_zero, until=settings.as_of)
    return forecast_by(_at_once(rule, fit, say), _round(known, rule, spend, has_money), 0, threads=engine.threads)


def _at_once(rule: Rule, fit: Fit | PooledFit, say: dict[str, Both]) -> Rule:
    """Return the rule with its models at the fits of today and its learners at what they say today."""
    fits = iter(fit.members)

    def today(one: Entrant) -> Entrant:
        return replace(one, said=(say[one.name],)) if one.contender is None else replace(one, fits=(next(fits),))

    return replace(rule, members=tuple(today(one) for one in rule.members))


def _round(known: AsKnown, rule: Rule, spend: SpendFit, has_money: bool) -> Round:  # noqa: FBT001 - as it stands
    n_obs, total = known.observed(first_day=rule.spend != REPEAT)
    seen = (n_obs > 0) & (total > 0.0)
    days = Days(np.where(seen, n_obs, 0), np.where(seen, total, 0.0), spend)
    return Round(Past(known, known), {rule.spend: days} if has_money else {})


def _load(engine: Engine, purchases: Forecast, value: Forecast, settings: Settings) -> None:
    tail = (1.0 - settings.interval) / 2.0
    low, median, high = _at(value, np.array([tail, 0.5, 1.0 - tail]))
    ids = engine.arrays("select customer_id from summaries order by customer_id")["customer_id"]
    chance = purchases.chance
    if chance is None:
        chance = np.full(ids.size, np.nan)
    columns = {
        "customer_id": ids,
        "expected_purchases": purchases.mean,
        "probability_purchase": chance,
        "expected_value": value.mean,
        "value_low": low,
        "value_median": median,
        "value_high": high,
    }
    engine.load("learned_values", columns)


def _at(forecast: Forecast, levels: Floats) -> Floats:
    """Return the quantiles at some levels, between those of every forecast by a straight line, shape (levels, n)."""
    place = np.interp(levels, LEVELS, np.arange(len(LEVELS)))
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, len(LEVELS) - 1)
    found = []
    for start in range(0, forecast.mean.size, BLOCK):
        quantiles = forecast.spread.of(slice(start, start + BLOCK))
        found.append(quantiles[:, lower] + (place - lower) * (quantiles[:, upper] - quantiles[:, lower]))
    return np.concatenate(found).T

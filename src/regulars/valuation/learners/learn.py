"""Learners beside the models: trained on windows that had ended by an origin, applied to the customers known at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from regulars.engines.base import Engine
from regulars.models.histories import Floats
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.features.feature import AsOf, Feature
from regulars.valuation.learners import heads
from regulars.valuation.learners.examples import Lesson, lesson
from regulars.valuation.learners.heads import Head
from regulars.valuation.learners.laws import (
    counts,
    dispersion_of,
    hurdled,
    hurdled_curves,
    log_normal,
    log_probability,
    shape_of,
    shapes_of_residuals,
    tweedie,
)
from regulars.valuation.learners.library import lightgbm
from regulars.valuation.learners.moments import of_counts, of_log_normal, of_tweedie
from regulars.valuation.learners.outlook import Outlook
from regulars.valuation.learners.trusted import trusted
from regulars.valuation.learners.undated import check_undated

# The learners by name, as a league lists them.
TITLES = {
    "hurdle": "boosted hurdle trees",
    "log-normal": "boosted log-normal trees",
    "quantiles": "boosted quantile trees",
    "tweedie": "boosted Tweedie trees",
}
# The levels of a buyer's value that are boosted; between them the curve is straight on the normal scale.
KNOTS = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)


def learned(
    engine: Engine,
    as_of: AsOf,
    *,
    has_money: bool,
    seed: int,
    outlook: Outlook | None = None,
    others: Sequence[Feature] = (),
) -> dict[str, Both]:
    """Return the forecasts of every learner for the customers known at an origin, in the order of `customer_id`.

    The back-test calls it with an earlier origin, a run with its own day. Reads the tables `orders` and `refunds` up to
    the origin and nothing later. `outlook` says what a model expects at any origin; `others` are features beside the
    usual. Raises `NotApplicable` without the extra "ml", where the record is too short, or where too few came back,
    `InputError` for a feature that knows the future.
    """
    lightgbm()
    taught = trusted(lesson(engine, as_of, outlook, others), seed).lesson
    check_undated(taught, [column for feature in others for column in feature.undated], seed)
    return forecasts(taught, has_money=has_money, seed=seed)


def forecasts(taught: Lesson, *, has_money: bool, seed: int) -> dict[str, Both]:
    """Return the forecasts of every learner from what can be learned at an origin."""
    jobs = {"buys": heads.buys, "more": heads.more, "count": heads.count}
    if has_money:
        jobs |= {"worth": heads.worth, "log_worth": heads.log_worth, "value": heads.value}
        if _some_buy_for_nothing(taught):
            jobs["pays"] = heads.pays
    found = {name: job(taught, seed) for name, job in jobs.items()}
    hurdle, counted = _hurdle_purchases(taught, found), _count_purchases(taught, found)
    if not has_money:
        nothing = Forecast.point(np.zeros(taught.now.rows))
        return {"hurdle": Both(hurdle, nothing), "tweedie": Both(counted, nothing)}
    return {
        "hurdle": Both(hurdle, _hurdle_value(taught, found)),
        "log-normal": Both(hurdle, _log_normal_value(taught, found, seed)),
        "quantiles": Both(hurdle, _quantile_value(taught, found, seed)),
        "tweedie": Both(counted, _tweedie_value(taught, found)),
    }


def hurdle(taught: Lesson, *, has_money: bool, seed: int) -> Both:
    """Return the forecast of the learner of whether, then how much, alone."""
    jobs = {"buys": heads.buys, "more": heads.more}
    if has_money:
        jobs["worth"] = heads.worth
        if _some_buy_for_nothing(taught):
            jobs["pays"] = heads.pays
    found = {name: job(taught, seed) for name, job in jobs.items()}
    nothing = Forecast.point(np.zeros(taught.now.rows))
    return Both(_hurdle_purchases(taught, found), _hurdle_value(taught, found) if has_money else nothing)


def _some_buy_for_nothing(taught: Lesson) -> bool:
    return bool(((taught.outcomes.value > 0.0) != (taught.outcomes.purchases > 0.0)).any())


def _hurdle_purchases(taught: Lesson, found: Mapping[str, Head]) -> Forecast:
    chance, more, bought = found["buys"], found["more"], taught.outcomes.purchases
    spread = dispersion_of(bought[bought > 0.0] - 1.0, more.past[bought > 0.0])
    mean = _on_total(bought, chance.past * (1.0 + more.past), chance.now * (1.0 + more.now))
    law = hurdled(chance.now, shape_of(more.now), np.ones(mean.size), counts(spread, 1.0), of_counts(spread, 1.0))
    return Forecast(mean, law, chance.now)


def _count_purchases(taught: Lesson, found: Mapping[str, Head]) -> Forecast:
    number, bought = found["count"], taught.outcomes.purchases
    spread = dispersion_of(bought, number.past)
    mean = _on_total(bought, number.past, number.now)
    law = hurdled(
        np.ones(mean.size), shape_of(number.now), np.ones(mean.size), counts(spread, 0.0), of_counts(spread, 0.0)
    )
    return Forecast(mean, law, -np.expm1(log_probability(np.zeros(1), number.now, spread)))


def _hurdle_value(taught: Lesson, found: Mapping[str, Head]) -> Forecast:
    chance, worth, value = found.get("pays", found["buys"]), found["worth"], taught.outcomes.value
    paid = value > 0.0
    shape, quantiles, moments = shapes_of_residuals(worth.past[paid], value[paid])
    mean = _on_total(value, chance.past * worth.past, chance.now * worth.now)
    return Forecast(mean, hurdled(chance.now, shape(worth.now), worth.now, quantiles, moments))


def _log_normal_value(taught: Lesson, found: Mapping[str, Head], seed: int) -> Forecast:
    """Zero or log-normal (Wang, Liu & Miao 2019, arXiv 1912.07753, eq. 3-5), each parameter boosted by its own loss."""
    chance, centre, value = found.get("pays", found["buys"]), found["log_worth"], taught.outcomes.value
    variance = heads.log_spread(taught, centre, seed)
    past = chance.past * np.exp(centre.past + variance.past / 2.0)
    now = chance.now * np.exp(centre.now + variance.now / 2.0)
    spread = hurdled(chance.now, shape_of(variance.now), np.exp(centre.now), log_normal, of_log_normal)
    return Forecast(_on_total(value, past, now), spread)


def _quantile_value(taught: Lesson, found: Mapping[str, Head], seed: int) -> Forecast:
    chance, centre, value = found.get("pays", found["buys"]), found["log_worth"], taught.outcomes.value
    each = [heads.log_quantile(taught, centre, level, seed) for level in KNOTS]
    knots = np.array(KNOTS)
    past, now = (np.column_stack([getattr(head, when) for head in each]) for when in ("past", "now"))
    spread, mean = hurdled_curves(chance.now, knots, now, np.exp(centre.now))
    _, before = hurdled_curves(chance.past, knots, past, np.exp(centre.past))
    return Forecast(_on_total(value, chance.past * before, chance.now * mean), spread)


def _tweedie_value(taught: Lesson, found: Mapping[str, Head]) -> Forecast:
    head, value = found["value"], taught.outcomes.value
    phi = _dispersion_by_zeros(value, head.past)
    mean = _on_total(value, head.past, head.now * np.exp(-found["count"].distrusted))
    return Forecast(mean, hurdled(np.ones(mean.size), shape_of(mean), mean, tweedie(phi), of_tweedie(phi)))


def _dispersion_by_zeros(value: Floats, mean: Floats) -> float:
    """Return the dispersion under which as many customers are worth nothing as were: Σ exp(-2√mean/φ)."""
    zeros = float((value <= 0.0).sum())
    low, high = -10.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if np.exp(-2.0 * np.sqrt(mean) / np.exp(middle)).sum() < zeros:
            low = middle
        else:
            high = middle
    return float(np.exp(low))


def _on_total(actual: Floats, past: Floats, now: Floats) -> Floats:
    """Return the forecast of now times what the forecasts out of fold fell short of the total by."""
    return now * (actual.sum() / past.sum())

"""Cohorts that fit the artificial shops: as many customers, in the same measure, as far as their record goes."""

from __future__ import annotations

import datetime as dt

import numpy as np

from regulars.metrics.cohorts import STEP_DAYS, Cohorts
from regulars.metrics.newer_cohorts import Group, NewerCohorts
from regulars.valuation.valuation import Valuation


def cohorts_of(valuation: Valuation) -> Cohorts:
    """Return a year of monthly cohorts, or the last three months where the shop is a small one."""
    number = 3 if valuation.totals.customers < 100 else 13
    as_of = valuation.settings.as_of
    months = [_month(as_of, back) for back in range(number - 1, -1, -1)]
    customers = np.diff(np.linspace(0, valuation.totals.customers, number + 1).astype(int)).astype(np.int64)
    youngest = np.array([(as_of - min(_month(month, -1) - dt.timedelta(days=1), as_of)).days for month in months])
    steps = max(int(youngest.max()) // STEP_DAYS, 1)
    age = np.arange(1, steps + 1)
    is_open = youngest[:, None] < STEP_DAYS * age
    repeat = 0.6 * (1.0 - np.exp(-age / 4.0)) * np.linspace(1.0, 0.8, number)[:, None]
    active = repeat[:, :1] * np.exp(-(age - 1) / 20.0)
    if not valuation.tracking.actual.any():
        repeat, active = 0.0 * repeat, 0.0 * active
    orders = 1.0 + active.cumsum(axis=1)
    amount = 310.25 if valuation.receipt.has_money else 1.0
    return Cohorts(
        month=tuple(months),
        first_order=tuple(months),
        customers=customers,
        value=np.where(is_open, np.nan, amount * orders),
        orders=np.where(is_open, np.nan, orders),
        repeat=np.where(is_open, np.nan, repeat),
        active=np.where(is_open, np.nan, active),
    )


def newer_cohorts_of(valuation: Valuation) -> NewerCohorts | None:
    """Return two neighbouring cohorts held against each other, at the highest age that both have reached."""
    cohorts = cohorts_of(valuation)
    steps = np.flatnonzero(cohorts.closed[:2].all(axis=0))
    if not steps.size:
        return None
    older, newer = (_group(cohorts, row, int(steps[-1])) for row in (0, 1))
    return NewerCohorts(int(cohorts.ages[steps[-1]]), older, newer, left_out=0)


def many_years(cohorts: Cohorts, years: int) -> Cohorts:
    """Return the cohorts of a record of many years, each month like the first of `cohorts`."""
    months = tuple(dt.date(1990 + month // 12, month % 12 + 1, 1) for month in range(12 * years))
    steps = np.arange(len(months) - 1)
    closed = steps[None, :] < len(months) - 1 - np.arange(len(months))[:, None]

    def cells(start: float, growth: float) -> np.ndarray:
        return np.where(closed, start + growth * steps[None, :], np.nan)

    customers = np.full(len(months), int(cohorts.customers[0]))
    return Cohorts(months, months, customers, cells(90.0, 1.5), cells(1.0, 0.02), cells(0.1, 0.002), cells(0.1, 0.0))


def _group(cohorts: Cohorts, row: int, step: int) -> Group:
    customers = int(cohorts.customers[row])
    value, repeat = float(cohorts.value[row, step]), float(cohorts.repeat[row, step])
    enough = customers >= 30
    return Group(
        since=cohorts.month[row],
        until=cohorts.month[row],
        customers=customers,
        value=value,
        repeat=repeat,
        value_error=0.9 * value / customers**0.5 if enough else None,
        repeat_error=(repeat * (1.0 - repeat) / customers) ** 0.5 if enough else None,
    )


def _month(day: dt.date, back: int) -> dt.date:
    month = day.year * 12 + day.month - 1 - back
    return dt.date(month // 12, month % 12 + 1, 1)

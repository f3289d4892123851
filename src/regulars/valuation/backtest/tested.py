"""What a back-test found, as a report shows it: who forecast how well, and how right the rule taken was.

How right it was is told by the rule that the earlier origins alone had found, at the last one, which it had not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from regulars.models.histories import Floats
from regulars.valuation.backtest.by_group import GroupMeasures, Groups, by_group, by_quarter, by_rfm
from regulars.valuation.backtest.calibration import GRID
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.judgement import Judgement
from regulars.valuation.backtest.league import League, Round, Trial
from regulars.valuation.backtest.measures import Measures
from regulars.valuation.backtest.outliers import Outliers, outliers
from regulars.valuation.backtest.pit import PitGap, by_thirds, order_by_lot, overall
from regulars.valuation.backtest.rule import Rule, forecast_by
from regulars.valuation.backtest.totals_held import Shocks, TotalsHeld, totals_held
from regulars.valuation.grouping import Grouping

DECILES = 10


@dataclass(frozen=True)
class Decile:
    """Customers of one tenth by forecast, lowest first: forecast and actual per customer."""

    customers: int
    forecast: float
    actual: float


@dataclass(frozen=True)
class Coverage:
    """The share of outcomes that were to lie in the middle so much of the forecast, and the share that did."""

    nominal: float
    achieved: float


@dataclass(frozen=True, eq=False)
class Rightness:
    """How right the forecasts of one thing were at the last origin.

    `outliers` is None where nothing was bought, so that nobody was largest.
    """

    measures: Measures
    outliers: Outliers | None
    deciles: tuple[Decile, ...]
    coverage: tuple[Coverage, ...]
    transforms: PitGap
    by_thirds: tuple[PitGap, ...]
    by_quarter: tuple[GroupMeasures, ...]
    by_rfm: tuple[GroupMeasures, ...]
    totals: tuple[TotalsHeld, ...]


@dataclass(frozen=True, eq=False)
class Tested:
    """The league, the judgement, and how right the judgement's way was: of purchases, and of money where there is any.

    `purchases` and `value` are None where one origin was all there was: nothing was left to check on.
    """

    league: League
    judgement: Judgement
    purchases: Rightness | None
    value: Rightness | None


def tested(league: League, judgement: Judgement, *, threads: int, segments: Grouping | None) -> Tested:
    """Return the account of a back-test, without the forecasts of single customers; `segments` have totals too."""
    purchases = value = None
    if judgement.earlier is not None and judgement.at_last is not None:
        both = forecast_by(judgement.earlier, league.rounds[0], 0, threads=threads)
        held = _Held(league, judgement.earlier, segments)
        purchases = _rightness(both.purchases, judgement.at_last, league, held, money=False)
        if league.terms.has_money:
            value = _rightness(both.value, judgement.at_last, league, held, money=True)
    slim = replace(league, rounds=(), entrants=tuple(one.slim() for one in league.entrants))
    return Tested(slim, judgement.slim(), purchases, value)


@dataclass(frozen=True)
class _Held:
    """What the totals of groups are held by: the rule of the earlier origins, with the shocks it had found."""

    league: League
    rule: Rule
    segments: Grouping | None

    def of(self, forecast: Forecast, actual: Floats, *, money: bool) -> tuple[TotalsHeld, ...]:
        """Return how totals were held by quarter of the first purchase, and by segment."""
        now, rule, seed = self.league.rounds[0].past.now, self.rule, self.league.terms.seed
        one = rule.value if money else rule.purchases
        # A value whose drift cannot be told has the shock of purchases, as in a run.
        drift = one.drift if one.drift.shock else rule.purchases.drift
        asked = [(by_quarter(now), one.group_shock)]
        if self.segments is not None:
            asked.append((Groups("segment", self.segments.names, self.segments.then(now)), one.segment_shock))
        return tuple(
            totals_held(forecast, actual, groups, Shocks(drift.shock, drift.degrees, own or 0.0), seed=seed)
            for groups, own in asked
        )


def _rightness(forecast: Forecast, trial: Trial, league: League, held: _Held, *, money: bool) -> Rightness:
    at: Round = league.rounds[0]
    now, seed = at.past.now, league.terms.seed
    actual = now.value_later if money else now.purchases_later
    found = trial.value if money and trial.value is not None else trial.purchases
    return Rightness(
        measures=found,
        outliers=outliers(forecast, actual, seed=seed),
        deciles=_deciles(forecast.mean, actual, seed) if not found.without_mean else (),
        coverage=_coverage(forecast, actual),
        transforms=overall(found.transforms),
        by_thirds=by_thirds(found.transforms, forecast.mean, seed=seed),
        by_quarter=by_group(forecast, actual, by_quarter(now), seed=seed),
        by_rfm=by_group(forecast, actual, by_rfm(now), seed=seed),
        totals=held.of(forecast, actual, money=money),
    )


def _deciles(mean: Floats, actual: Floats, seed: int) -> tuple[Decile, ...]:
    parts = np.array_split(order_by_lot(mean, seed), DECILES)
    return tuple(Decile(rows.size, float(mean[rows].mean()), float(actual[rows].mean())) for rows in parts if rows.size)


def _coverage(forecast: Forecast, actual: Floats) -> tuple[Coverage, ...]:
    """Return the coverage of the middle intervals whose ends are levels of the forecast, narrowest first."""
    quantiles = forecast.spread.of(slice(None))
    found = []
    for low in range(GRID.size // 2 - 1, -1, -1):
        high = GRID.size - 1 - low
        inside = (quantiles[:, low] <= actual) & (actual <= quantiles[:, high])
        found.append(Coverage(float(GRID[high] - GRID[low]), float(inside.mean())))
    return tuple(found)

"""What the league found out about one set: the measures of everyone, differences with their doubt, cohort totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contest.auto import regulars_auto
from contest.bootstrap import DRAWS, MEASURES, Difference, Forecasted, Measure, difference
from contest.case import case_of, halfway, record
from contest.cohorts import Covered, covered
from contest.entrants import OURS, entrants
from contest.sets import Split
from contest.stability import Stability, stability
from regulars.models.histories import Floats
from regulars.valuation.backtest import pit
from regulars.valuation.backtest.baselines import BASELINES
from regulars.valuation.backtest.forecast import Forecast
from regulars.valuation.backtest.measures import Measures, measured

YARDSTICK = BASELINES[0].title  # climatology


@dataclass(frozen=True, eq=False)
class Judged:
    """An entrant's measures of one target, and its gaps in the thirds of its mean (none where a mean is missing)."""

    title: str
    measures: Measures
    thirds: tuple[pit.PitGap, ...]

    @property
    def overall(self) -> pit.PitGap:
        """The gap over all customers."""
        return pit.PitGap(self.measures.customers, self.measures.pit_gap)


@dataclass(frozen=True)
class Against:
    """How much better regulars is than the best of the others by one measure, and who that is."""

    measure: str
    other: str
    difference: Difference


@dataclass(frozen=True, eq=False)
class Target:
    """Purchases or money of one set: everyone's measures (regulars first), and regulars against the best others."""

    name: str
    judged: tuple[Judged, ...]
    against: tuple[Against, ...]
    stability: Stability
    covered: tuple[Covered, ...]

    @property
    def ours(self) -> Judged:
        """The measures of regulars."""
        return self.judged[0]

    def skill(self, judged: Judged) -> float | None:
        """Return 1 - CRPS over that of climatology."""
        yardstick = next(one.measures.crps for one in self.judged if one.title == YARDSTICK)
        return 1.0 - judged.measures.crps / yardstick if yardstick > 0.0 else None


@dataclass(frozen=True, eq=False)
class SetResult:
    """One set: its split, how many customers it had, its targets, and remarks on entrants by their titles."""

    split: Split
    customers: int
    targets: tuple[Target, ...]
    remarks: tuple[tuple[str, str], ...]


def result_of(split: Split, folder: Path, *, seed: int, draws: int = DRAWS, learners: bool = False) -> SetResult:
    """Hold the league on one set. The stability is settled before anything is fitted at the origin."""
    with record(split, folder) as engine:
        case, half = case_of(engine, split), case_of(engine, halfway(engine, split))
    stable = stability(case.looks, has_money=split.has_money, seed=seed)
    auto, everyone = entrants(case, folder, seed=seed, learners=learners)
    before = regulars_auto(half.split, folder, half.now, seed=seed, learners=learners)
    cohorts = [
        covered(f"{split.name} {at.split.origin}", at.now, said.totals, has_money=split.has_money)
        for at, said in ((case, auto), (half, before))
    ]
    actual = (case.now.purchases_later, case.now.value_later)
    targets = []
    for place, settled in enumerate(stable):
        pairs = [(one.title, one.both) for one in everyone if one.both is not None]
        forecasts = [(title, (both.purchases, both.value)[place]) for title, both in pairs]
        judged = tuple(_judged(title, forecast, actual[place], seed) for title, forecast in forecasts)
        against = tuple(_against(forecasts, judged, actual[place], seed=seed, draws=draws))
        inside = tuple(found for each in cohorts if (found := each[place]) is not None)
        targets.append(Target(("purchases", "money")[place], judged, against, settled, inside))
    remarks = tuple((one.title, one.remark) for one in everyone if one.remark)
    return SetResult(split, case.now.customers, tuple(targets), remarks)


def _judged(title: str, forecast: Forecast, actual: Floats, seed: int) -> Judged:
    found = measured(forecast, actual, seed=seed)
    return Judged(title, found, pit.by_thirds(found.transforms, forecast.mean, seed=seed))


def _against(
    forecasts: Sequence[tuple[str, Forecast]], judged: Sequence[Judged], actual: Floats, *, seed: int, draws: int
) -> Iterator[Against]:
    """Yield regulars against the best of the others by each measure that is defined for it."""
    sides = {
        title: Forecasted(forecast.mean, each.measures.scores)
        for (title, forecast), each in zip(forecasts, judged, strict=True)
    }
    for measure in MEASURES:
        other = _best(measure, {title: side for title, side in sides.items() if title != OURS}, actual)
        found = difference(measure, sides[OURS], sides[other], actual, seed=seed, draws=draws)
        if found is not None:
            yield Against(measure.name, other, found)


def _best(measure: Measure, sides: dict[str, Forecasted], actual: Floats) -> str:
    found = {title: measure.of(side, actual) for title, side in sides.items() if np.isfinite(side.mean).all()}
    known = {title: number for title, number in found.items() if number is not None}
    return max(known, key=lambda title: measure.sign * known[title])

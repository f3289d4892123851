"""Everything a report shows of one customer base: its valuation, and what was measured and proposed beside it."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.decisions.at_risk import AtRisk
from regulars.decisions.gone import Gone
from regulars.decisions.segments import Segmentation
from regulars.metrics.cohorts import Cohorts
from regulars.metrics.concentration import Concentration
from regulars.metrics.economics import Economics
from regulars.metrics.newer_cohorts import NewerCohorts
from regulars.valuation.alive_history import AliveHistory
from regulars.valuation.holdout import Holdout
from regulars.valuation.learners.drivers import Drivers
from regulars.valuation.learners.foreseen import Foreseen
from regulars.valuation.valuation import Valuation


@dataclass(frozen=True)
class Learned:
    """What learners tell of a base: what drives it, and its new customers; without one, the reason in words."""

    drivers: Drivers | None
    no_drivers: str
    early: tuple[Foreseen, ...]
    no_early: str


@dataclass(frozen=True)
class Study:
    """A valuation with what belongs to it; put together by `app.study`, only read by sections and charts.

    `holdout` is None where no look back is possible, for the `holdout_reason`; `alive_history` is that of the
    customer at the top of the list, None where the list is empty; `learned` is None where learners were not asked for.
    """

    valuation: Valuation
    cohorts: Cohorts
    historic_concentration: Concentration
    expected_concentration: Concentration
    at_risk: tuple[AtRisk, ...]
    gone: Gone
    segments: Segmentation
    newer_cohorts: NewerCohorts | None
    economics: Economics
    holdout: Holdout | None
    holdout_reason: str
    alive_history: AliveHistory | None
    learned: Learned | None = None

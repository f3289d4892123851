"""Everything a report shows of one customer base: its valuation, and what was measured and proposed beside it."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.metrics.cohorts import Cohorts
from regulars.metrics.newer_cohorts import NewerCohorts
from regulars.valuation.valuation import Valuation


@dataclass(frozen=True)
class Study:
    """A valuation with what belongs to it; put together by `app.study`, only read by sections and charts."""

    valuation: Valuation
    cohorts: Cohorts
    newer_cohorts: NewerCohorts | None

"""Everyone who forecasts a set: regulars on its own, the three models of lifetimes, boosted trees, the plain rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contest import lifetimes_side
from contest.auto import Auto, regulars_auto
from contest.boosting import boosted
from contest.case import Case
from measure import NotMeasured, ProcessFailed
from regulars.models.transactions import MODELS
from regulars.valuation.backtest.baselines import BASELINES, Both

OURS = "regulars"


@dataclass(frozen=True, eq=False)
class Entrant:
    """One who forecasts: a title, the forecasts, and a remark; without forecasts the remark is the reason."""

    title: str
    both: Both | None
    remark: str = ""


def entrants(case: Case, folder: Path, *, seed: int, learners: bool) -> tuple[Auto, list[Entrant]]:
    """Return what regulars says, and all entrants of a case, regulars first."""
    auto = regulars_auto(case.split, folder, case.now, seed=seed, learners=learners)
    others = [*_lifetimes(case), Entrant("LightGBM on RFM", boosted(case, seed=seed)), *_plain(case)]
    return auto, [Entrant(OURS, auto.both, auto.because), *others]


def _lifetimes(case: Case) -> Iterator[Entrant]:
    for name in lifetimes_side.NAMES:
        title = f"lifetimes {MODELS.get(name).title}"
        try:
            found = lifetimes_side.predicted(name, case)
        except (NotMeasured, ProcessFailed) as reason:
            yield Entrant(title, None, str(reason))
            continue
        yield Entrant(title, found.both, found.note)


def _plain(case: Case) -> Iterator[Entrant]:
    for rule in BASELINES:
        yield Entrant(rule.title, rule.forecast(case.past))

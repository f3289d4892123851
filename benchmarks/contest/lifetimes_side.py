"""lifetimes 0.11.3 as a contender: its fits and its means, in its own environment.

It gets the same histories as we do, one per customer, in weeks (its fits in days often fail), refunds netted, which
its own summary would not do. It has no distributions of value and no quantiles of purchases: those are our laws of the
same models at its parameters. Where one of its means is not a number, ours at its parameters stands in,
and the number of such customers is said.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contest.case import UNIT, Case
from environment import CACHE, HERE, lifetimes_python
from measure import run
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Integers
from regulars.models.scoring import Question, Scores, score_each
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.transactions import MODELS
from regulars.periods import days
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread

NAMES = ("bg-nbd", "mbg-nbd", "pareto-nbd")
LIMIT = 1_800.0
SIDE = HERE / "sides" / "lifetimes_predict.py"


@dataclass(frozen=True, eq=False)
class Predicted:
    """A forecast of lifetimes, and what has to be said of it."""

    both: Both
    note: str


def predicted(name: str, case: Case) -> Predicted:
    """Return the forecasts of one of its models with its Gamma-Gamma. Raises `ProcessFailed`, `NotMeasured`."""
    found = _run(name, _given(case))
    number, total = case.now.observed(first_day=False)
    number, total = np.where(total > 0.0, number, 0), np.where(number > 0, np.maximum(total, 0.0), 0.0)
    scores, row = _laws(name, case, number, found)
    purchases, missing = _completed(found["purchases"], scores[0].purchases[row])
    ones = np.ones(row.size)
    bought = Forecast(purchases, _spread(scores[0], row, ones))
    if not case.split.has_money:
        return Predicted(Both(bought, Forecast.point(np.zeros(row.size))), _note(found, missing))
    value = Forecast(purchases * found["spend"], _spread(scores[1], row, found["spend_params"][2] + total))
    return Predicted(Both(bought, value), _note(found, missing))


def _given(case: Case) -> dict[str, Floats]:
    now = case.now
    number, total = now.observed(first_day=False)
    seen = (number > 0) & (total > 0.0)
    given = {
        "frequency": now.frequency.astype(np.float64),
        "recency": now.recency / UNIT.days,
        "age": now.age / UNIT.days,
        "weight": np.ones(now.customers),
        "horizon": np.array(now.window / UNIT.days),
    }
    if not case.split.has_money:
        return given
    mean = np.where(seen, total / np.maximum(number, 1), 0.0)
    return {**given, "number": np.where(seen, number, 0).astype(np.float64), "mean": mean}


def _run(name: str, given: dict[str, Floats]) -> dict[str, Floats]:
    """Return what its process wrote, from the cache where the same was asked before."""
    said = name.encode() + SIDE.read_bytes() + b"".join(values.tobytes() for values in given.values())
    target = CACHE / f"lifetimes-{name}-{hashlib.sha256(said).hexdigest()[:16]}.npz"
    if not target.exists():
        CACHE.mkdir(exist_ok=True)
        source, half = target.with_suffix(".in.npz"), target.with_suffix(".half.npz")
        np.savez(source, **given)  # type: ignore[arg-type] # numpy types the keywords as if one were its own option
        run([lifetimes_python(), str(SIDE), name, str(source), str(half)], limit=LIMIT)
        source.unlink()
        half.rename(target)
    with np.load(Path(target)) as arrays:
        return dict(arrays)


def _laws(name: str, case: Case, number: Integers, found: dict[str, Floats]) -> tuple[list[Scores], Integers]:
    """Return our laws at its parameters per distinct history, of purchases and of value, and who has which."""
    histories, (observed,), row = case.now.histories(UNIT, number)
    model, theta = MODELS.get(name), found["params"]
    fit = Fit(
        model=model,
        theta=theta,
        unit=UNIT,
        log_likelihood=float("nan"),
        customers=histories.customers_total,
        covariance=np.zeros((theta.size, theta.size)),
        certificate=Certificate(()),
    )
    spends: list[tuple[SpendFit, Floats]] = [(ConstantSpend(1.0), np.zeros(len(histories)))]
    if case.split.has_money:
        p, q, gamma = found["spend_params"].tolist()
        spend = GammaGammaFit(p, q, gamma, float("nan"), 1.0, np.zeros((3, 3)), Certificate(()))
        spends.append((spend, observed))
    return score_each(fit, spends, histories, Question(days(case.now.window), LEVELS, 0.0), threads=2), row


def _completed(theirs: Floats, ours: Floats) -> tuple[Floats, int]:
    missing = ~np.isfinite(theirs)
    return np.where(missing, ours, theirs), int(missing.sum())


def _spread(scores: Scores, row: Integers, scale: Floats) -> Spread:
    return Spread(np.ascontiguousarray(scores.quantile.T), row, scale)


def _note(found: dict[str, Floats], missing: int) -> str:
    notes = [
        f"{what} needed a penalty of {float(found[key]):g}"
        for what, key in (("purchases", "penalty"), ("spend", "spend_penalty"))
        if key in found and float(found[key]) > 0.0
    ]
    return "; ".join([*notes, f"{missing:,} means were not numbers"] if missing else notes)

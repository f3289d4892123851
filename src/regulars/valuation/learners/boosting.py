"""Gradient boosting of many small trees, each fold judged by boosters that did not see it.

    raw(x) = start(x) + Σ of trees,        the forecast a link of raw(x): logistic, exponential or itself        (1)

(Friedman 2001; Ke et al. 2017 for the library). `start` is what a model of purchases expects, moved by a constant
so that it is right on average, or that constant alone; so with little to learn from, the forecast stays a model's.
The number of trees is the one with the least loss out of fold; the forecast for others is the mean of the raw values
of the folds' boosters. Every booster runs in one thread, so that the number of threads changes no byte, and one
after the other: the library crashed in two of some twenty runs that grew them beside each other in threads of Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.valuation.learners.examples import FOLDS, Inputs
from regulars.valuation.learners.library import lightgbm

MOST_ROUNDS, PATIENCE = 400, 20
# Smaller steps need twice the trees and gain half a per cent on small records, nothing on large ones.
MANY, FINE, COARSE = 10_000, 0.05, 0.1
# Few leaves, none of them small, and a penalty: what holds on a few hundred customers costs little on many.
PARAMETERS: Mapping[str, Any] = {
    "num_leaves": 8,
    "min_data_in_leaf": 30,
    "lambda_l2": 10.0,
    "feature_fraction": 0.6,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


@dataclass(frozen=True, eq=False)
class Boosted:
    """The boosters of the folds, as many trees of each as did best, and their raw values out of fold.

    `constant` is what was added to the start.
    """

    boosters: tuple[Any, ...]
    trees: int
    constant: float
    out_of_fold: Floats

    def raw(self, x: Floats, start: Floats | None) -> Floats:
        """Return (1) for customers that no booster saw."""
        each = [booster.predict(x, raw_score=True, num_iteration=self.trees) for booster in self.boosters]
        return np.asarray(np.mean(each, axis=0)) + self.constant + (0.0 if start is None else start)


@dataclass(frozen=True)
class Objective:
    """What the trees minimise: its name in the library, with its own parameters."""

    name: str
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Told:
    """What trees are grown on: inputs, an outcome `y` and a fold for each row, and what they go on from."""

    inputs: Inputs
    y: Floats
    fold: Integers
    start: Floats | None
    constant: float


def boosted(told: Told, objective: Objective, *, seed: int) -> Boosted:
    """Return the boosters of an outcome, each of which saw all folds but one."""
    library = lightgbm()
    inputs, y, fold = told.inputs, told.y, told.fold
    begin = told.constant + (np.zeros(y.size) if told.start is None else told.start)
    data = library.Dataset(
        inputs.x, y, init_score=begin, categorical_feature=list(inputs.kinds), params=dict(PARAMETERS)
    )
    step = {"learning_rate": FINE if y.size < MANY else COARSE}
    parts = [(np.flatnonzero(fold != part), np.flatnonzero(fold == part)) for part in range(FOLDS)]
    history = library.cv(
        {**PARAMETERS, **dict(objective.parameters), **step, "objective": objective.name, "seed": seed},
        data,
        num_boost_round=MOST_ROUNDS,
        folds=parts,
        callbacks=[library.early_stopping(PATIENCE, verbose=False)],
        return_cvbooster=True,
    )
    kept = history["cvbooster"]
    out = np.empty(y.size)
    for booster, (_, judged) in zip(kept.boosters, parts, strict=True):
        out[judged] = booster.predict(inputs.x[judged], raw_score=True, num_iteration=kept.best_iteration)
    return Boosted(tuple(kept.boosters), kept.best_iteration, told.constant, out + begin)

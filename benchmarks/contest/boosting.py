"""A plain LightGBM on recency, frequency and money, as a good analyst would set it up in an afternoon.

Features, over the shorter window of `case` on both days so that they mean the same: days since the last purchase and
since the first (no more than the window), purchase days and their value in the window, mean value of a day.
It learns from the customers at the earlier day and what they did in the window that followed, carried to the horizon in
proportion to the days. The mean is a regression on squared error; the distribution is one quantile regression per
level, put into ascending order (Chernozhukov, Fernández-Val & Galichon 2010) and not below zero, which no
outcome is. Every setting is LightGBM's default (100 trees, 31 leaves, rate 0.1) but for `deterministic` and the seed.
"""

from __future__ import annotations

import hashlib

import lightgbm
import numpy as np

from contest.case import Case
from environment import CACHE
from regulars.models.histories import Floats
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.baselines import Both
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread

SETTINGS = {"deterministic": True, "force_row_wise": True, "verbosity": -1, "num_threads": 1}
TREES = 100


def boosted(case: Case, *, seed: int) -> Both:
    """Return its forecasts of purchases and of money; of no money where there is none."""
    seen, asked = features(case.then), features(case.lately)
    earlier = case.past.earlier
    purchases = _forecast(seen, earlier.purchases_later, asked, seed)
    if not case.split.has_money:
        return Both(purchases, Forecast.point(np.zeros(case.now.customers)))
    return Both(purchases, _forecast(seen, earlier.value_later, asked, seed))


def features(known: AsKnown) -> Floats:
    """Return the features, shape (customers, 5)."""
    mean = known.value_before / np.maximum(known.purchases_before, 1.0)
    since_last, since_first = (np.minimum(days, known.window) for days in (known.age - known.recency, known.age))
    return np.column_stack([since_last, since_first, known.purchases_before, known.value_before, mean]).astype(float)


def _forecast(seen: Floats, outcome: Floats, asked: Floats, seed: int) -> Forecast:
    found = _predictions(seen, outcome, asked, seed)
    size = asked.shape[0]
    ascending = np.maximum(np.sort(found[:, 1:], axis=1), 0.0)
    return Forecast(found[:, 0], Spread(ascending, np.arange(size), np.ones(size)))


def _predictions(seen: Floats, outcome: Floats, asked: Floats, seed: int) -> Floats:
    """Return the mean and the quantiles, shape (customers, 1 + levels), from the cache where they are there."""
    said = repr((SETTINGS, TREES, LEVELS, seed, lightgbm.__version__)).encode()
    said += b"".join(np.ascontiguousarray(values).tobytes() for values in (seen, outcome, asked))
    file = CACHE / f"lightgbm-{hashlib.sha256(said).hexdigest()[:16]}.npy"
    if not file.exists():
        objectives: list[dict[str, object]]
        objectives = [{"objective": "regression"}, *({"objective": "quantile", "alpha": level} for level in LEVELS)]
        columns = [_fitted(seen, outcome, objective, seed).predict(asked) for objective in objectives]
        CACHE.mkdir(exist_ok=True)
        np.save(file, np.column_stack([np.asarray(column) for column in columns]))
    return np.asarray(np.load(file))


def _fitted(seen: Floats, outcome: Floats, objective: dict[str, object], seed: int) -> lightgbm.Booster:
    return lightgbm.train({**SETTINGS, **objective, "seed": seed}, lightgbm.Dataset(seen, outcome), TREES)

r"""The mixture of forecasts that would have scored best: weights of zero or more that sum to one.

The continuous ranked probability score of a distribution F at y is E|X - y| - ½ E|X - X'| with X, X' independent from
F (Gneiting & Raftery 2007, eq. 21). For the mixture Σ w_i F_i it is a quadratic form of the weights,

    CRPS(w) = Σ_i w_i a_i - ½ Σ_ij w_i w_j b_ij,    a_i = E|X_i - y|,  b_ij = E|X_i - X_j'|           (1)

averaged over customers, and convex where the weights sum to one, because energy distances are conditionally negative
definite (Székely & Rizzo 2013). So the best weights are the solution of a small quadratic programme, the same every
time, and the score of any mixture at an origin is known without making the mixture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats, Integers
from regulars.models.threads import pool
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread

# Customers behind the averages of (1): each costs 625 differences per pair of forecasts.
CUSTOMERS = 4_000
# A forecast with less weight than this is left out: it costs a fit and moves nothing.
LEAST = 0.02
BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class ScoreForm:
    """The score (1) of every mixture of some forecasts of the same customers."""

    linear: Floats
    quadratic: Floats

    def score(self, weights: Floats) -> float:
        """Return the score of the mixture with these weights."""
        return float(self.linear @ weights - 0.5 * weights @ self.quadratic @ weights)

    def slope(self, weights: Floats) -> Floats:
        """Return the derivatives of the score by the weights."""
        return np.asarray(self.linear - self.quadratic @ weights)

    def alone(self) -> Floats:
        """Return the score of each forecast by itself."""
        return np.asarray(self.linear - 0.5 * np.diag(self.quadratic))

    def relative(self) -> ScoreForm:
        """Return the form as a share of the best score of a single forecast, so that forms can be averaged."""
        best = float(self.alone().min())
        return self if best <= 0.0 else ScoreForm(self.linear / best, self.quadratic / best)


def average(forms: Sequence[ScoreForm]) -> ScoreForm:
    """Return the form whose score is the average over `forms`."""
    return ScoreForm(
        np.mean([form.linear for form in forms], axis=0), np.mean([form.quadratic for form in forms], axis=0)
    )


def some_of(customers: int) -> Integers:
    """Return the places of an even choice of so many customers."""
    return np.unique(np.linspace(0, customers - 1, min(customers, CUSTOMERS)).round().astype(np.int64))


def score_form(forecasts: Sequence[Forecast], actual: Floats, *, threads: int = 1) -> ScoreForm:
    """Return (1) for forecasts of the same customers, averaged over an even choice of them."""
    rows = some_of(actual.size)
    quantiles = [forecast.take(rows).spread.of(slice(None)) for forecast in forecasts]
    outcome = actual[rows, None]
    linear = np.array([np.abs(quantile - outcome).mean() for quantile in quantiles])
    size = len(quantiles)
    quadratic = np.empty((size, size))
    one, other = np.tril_indices(size)
    pairs = [quantiles[place] for place in one], [quantiles[place] for place in other]
    quadratic[one, other] = quadratic[other, one] = [*pool(threads).map(_mean_distance, *pairs)]
    return ScoreForm(linear, quadratic)


def _mean_distance(one: Floats, other: Floats) -> float:
    """Return E|X - X'| over customers for two distributions in quantiles: ∫ F(1-G) + G(1-F) as sums over ranks.

    With both samples of m atoms merged in order, the distance is 1/m² Σ over gaps of width·(f(m-g) + g(m-f)), f and g
    the atoms of either one below the gap.
    """
    atoms = one.shape[1]
    merged = np.concatenate([one, other], axis=1)
    order = np.argsort(merged, axis=1, kind="stable")
    ordered = np.take_along_axis(merged, order, axis=1)
    below_one = np.cumsum(order < atoms, axis=1)[:, :-1].astype(np.float64)
    below_other = np.arange(1, 2 * atoms) - below_one
    share = below_one * (atoms - below_other) + below_other * (atoms - below_one)
    return float((np.diff(ordered, axis=1) * share).sum(axis=1).mean() / atoms**2)


def best_weights(form: ScoreForm) -> Floats:
    """Return the weights with the lowest score; those below `LEAST` are zero and the others found without them."""
    kept = np.arange(form.linear.size)
    while True:
        weights = _minimum(ScoreForm(form.linear[kept], form.quadratic[np.ix_(kept, kept)]))
        enough = weights >= LEAST
        if enough.all():
            answer = np.zeros(form.linear.size)
            answer[kept] = weights / weights.sum()
            return answer
        kept = kept[enough]


def _minimum(form: ScoreForm) -> Floats:
    from scipy.optimize import LinearConstraint, minimize  # noqa: PLC0415 - takes a third of a second to load

    size = form.linear.size
    if size == 1:
        return np.ones(1)
    found = minimize(
        form.score,
        np.full(size, 1.0 / size),
        jac=form.slope,
        bounds=[(0.0, 1.0)] * size,
        constraints=LinearConstraint(np.ones(size), 1.0, 1.0),
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    return np.asarray(found.x, dtype=np.float64)


def mixed(forecasts: Sequence[Forecast], weights: Floats) -> Forecast:
    """Return the mixture of forecasts of the same customers; its quantiles are those of all their atoms together."""
    used = [(forecast, weight) for forecast, weight in zip(forecasts, weights, strict=True) if weight > 0.0]
    if len(used) == 1:
        return used[0][0]
    mean = np.sum([weight * forecast.mean for forecast, weight in used], axis=0)
    chances = [weight * forecast.chance for forecast, weight in used if forecast.chance is not None]
    atom = np.repeat([weight for _, weight in used], len(LEVELS)) / len(LEVELS)
    quantiles = np.concatenate(
        [
            _quantiles(np.concatenate([forecast.spread.of(rows) for forecast, _ in used], axis=1), atom)
            for rows in _blocks(mean.size)
        ]
    )
    chance = np.sum(chances, axis=0) if len(chances) == len(used) else None
    variance = _variance_of_mixture(used, mean)
    return Forecast(mean, Spread(quantiles, np.arange(mean.size), np.ones(mean.size), variance), chance)


def _variance_of_mixture(used: Sequence[tuple[Forecast, float]], mean: Floats) -> Floats:
    """Return Σ w (variance + mean²) less the square of the mixture's mean, infinite where one of them is."""
    squared = np.sum([weight * (one.spread.variance() + one.mean**2) for one, weight in used], axis=0)
    known = np.isfinite(squared) & np.isfinite(mean)
    return np.where(known, np.where(known, squared, 0.0) - np.where(known, mean, 0.0) ** 2, np.inf)


def _quantiles(atoms: Floats, weight: Floats) -> Floats:
    order = np.argsort(atoms, axis=1, kind="stable")
    ordered = np.take_along_axis(atoms, order, axis=1)
    below = np.cumsum(weight[order], axis=1)
    place = _first_reaching(below)
    return np.take_along_axis(ordered, place, axis=1)


def _first_reaching(below: Floats) -> Integers:
    """Return the place of the first sum that reaches each level, per customer."""
    last = below.shape[1] - 1
    places = [(below < level - 1e-12).sum(axis=1) for level in LEVELS]
    return np.minimum(np.stack(places, axis=1), last).astype(np.int64)


def _blocks(customers: int) -> list[slice]:
    return [slice(start, start + BLOCK) for start in range(0, customers, BLOCK)]

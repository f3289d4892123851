r"""How far customers' own paces wander, so that a long horizon is surer of no customer than it can be.

The models hold a customer's rate constant until the customer leaves. A look at an origin compares the purchases y of
each customer in the next h days with the forecast's E[N] and E[N²]. Where each customer's time runs at a speed of mean
1 and variance v (`models.own_pace`), the variance is larger by v f, f = E[N(N-1)], so, weighted by precision,

    v = Σ W f ((y - E N)² - Var N) / Σ W f²,    W = (max(Var N, E N) + v f)⁻²,                (1)

totals put right first, because a drift of all is no customer's own. It is no surer than it would be if outcomes were
normal, Var(v) >= 2 / Σ W f²: of one customer, or of several who are alike, the influences alone would say that nothing
is in doubt. Looks at half a window, one and two windows tell
how v grows. If the logarithm of the rate is a random walk, of variance σ² a day, the mean rate of h days to come and
that of T days past differ by σ²(T + h)/3 (the mean of a walk over n days, seen from where it starts, has variance
σ²n/3). Purchases that come in clumps add, and regular ones take away, c(1/T + 1/h), as noise without memory does. So

    v(T, h) = a (T + h) + c (1/T + 1/h),   a ≥ 0,                                            (2)

by least squares over the looks, T the age of the buyer of the average purchase. Looks of one origin see the same
customers: their errors go together as the influences of single customers on (1) do. What (2) says is believed as far
as it is beyond two standard errors (James & Stein 1961, positive part, with four variances in place of one),

    v̂ = v · max(0, 1 - 4 Var(v)/v²),                                                        (3)

so that customers whose rates do stay are not said to wander: (2) reaches further than the looks do, and a look from the
origin before sees the windows of the next again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Floats, Histories, Integers
from regulars.models.own_pace import OwnPace
from regulars.valuation.backtest.pace import FASTEST

# Rounds in which the weights of (1), which depend on v, settle.
ROUNDS = 6
# The variance of no customer is below this share of the average forecast: nobody's single purchase decides.
FLOOR = 0.01
# Standard errors up to which a variance is chance.
BEYOND = 2.0


@dataclass(frozen=True, eq=False)
class Look:
    """The variance (1) that one origin shows over `days`, at the age `age`, and each customer's influence on it.

    `least` is the least variance of its error.
    """

    age: float
    days: float
    variance: float
    influence: Floats
    least: float = 0.0

    @property
    def error(self) -> float:
        """The standard error of the variance."""
        return math.sqrt(max(float(self.influence @ self.influence), self.least))


@dataclass(frozen=True)
class Wandering:
    """The law (2) with the covariance of `drift` = a (per day) and `noise` = c (days); nothing wanders by default."""

    drift: float = 0.0
    noise: float = 0.0
    covariance: tuple[tuple[float, float], tuple[float, float]] = ((0.0, 0.0), (0.0, 0.0))
    seen: tuple[tuple[float, float, float, float], ...] = ()

    def over(self, age: float, days: float) -> OwnPace:
        """Return the law of customers' own speeds over so many days from this age on, by (3)."""
        place = _place(age, days)
        variance = float(place @ (self.drift, self.noise))
        doubt = float(place @ np.array(self.covariance) @ place)
        beyond = BEYOND**2 * doubt
        return OwnPace(variance - beyond / variance if variance > 0.0 and variance**2 > beyond else 0.0)


NONE = Wandering()


def age_of_the_average_purchase(frequency: Floats | Integers, age: Floats | Integers, count: Floats | float) -> float:
    """Return the mean age of customers, each as often as the customer's purchases; in the unit of the ages."""
    weight = (frequency + 1.0) * count
    return float(weight @ age / weight.sum())


def age_of(histories: Histories) -> float:
    """Return the age of the buyer of the average purchase, in days."""
    return age_of_the_average_purchase(histories.frequency, histories.age, histories.count) * histories.unit.days


def look_at(mean: Floats, variance: Floats, bought: Floats, *, age: float, days: float) -> Look | None:
    """Return what one origin shows by (1), from E[N], Var N and the purchases of each customer.

    None where nothing was bought, or a total was so far off that no clock would put it right: such a forecast says
    nothing of who wanders.
    """
    total, happened = float(mean.sum()), float(bought.sum())
    if not total / FASTEST <= happened <= total * FASTEST or happened == 0.0:
        return None
    factor = happened / total
    pairs = np.maximum(variance + mean**2 - mean, 0.0) * factor**2
    mean = mean * factor
    spread = pairs + mean - mean**2
    beyond = (bought - mean) ** 2 - spread
    found = 0.0
    least = FLOOR * float(mean.mean())
    for _ in range(ROUNDS):
        weight = pairs / (np.maximum(spread, mean) + max(found, 0.0) * pairs + least) ** 2
        size = float(weight @ pairs)
        if size == 0.0:
            return None
        found = float(weight @ beyond) / size
    return Look(age, days, found, weight * (beyond - found * pairs) / size, 2.0 / size)


def wandering(origins: Sequence[Sequence[Look]]) -> Wandering:
    """Return the law (2) behind the looks at each of some origins."""
    looks = [look for at_origin in origins for look in at_origin]
    if len(looks) < 2:
        return NONE
    places = np.array([_place(look.age, look.days) for look in looks])
    seen = np.array([look.variance for look in looks])
    covariance = _covariance(origins)
    law, doubt = _fitted(places, seen, covariance)
    if law[0] < 0.0:
        law, doubt = _fitted(places * (0.0, 1.0), seen, covariance)
    (drift, noise), ((one, both), (_, other)) = law.tolist(), doubt.tolist()
    told = tuple((look.age, look.days, look.variance, look.error) for look in looks)
    return Wandering(drift, noise, ((one, both), (both, other)), told)


def _place(age: float, days: float) -> Floats:
    """Return what drift and noise are multiplied by in (2); nobody's past is shorter than a day."""
    past = max(age, 1.0)
    return np.array([past + days, 1.0 / past + 1.0 / days])


def _covariance(origins: Sequence[Sequence[Look]]) -> Floats:
    """Return the covariance of the looks: between those of one origin, from the customers they share."""
    sizes = [len(at_origin) for at_origin in origins]
    whole = np.zeros((sum(sizes), sum(sizes)))
    start = 0
    for at_origin, size in zip(origins, sizes, strict=True):
        influence = np.array([look.influence for look in at_origin])
        whole[start : start + size, start : start + size] = influence @ influence.T
        start += size
    np.fill_diagonal(whole, [look.error**2 for at_origin in origins for look in at_origin])
    return whole


def _fitted(places: Floats, seen: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Return the coefficients of (2) and their covariance, larger where the looks disagree by more than chance."""
    weight = 1.0 / np.diag(covariance)
    scale = np.abs(places).max(axis=0)
    scale[scale == 0.0] = 1.0
    scaled = places / scale
    solve = np.linalg.pinv((scaled.T * weight) @ scaled) @ (scaled.T * weight)
    law = solve @ seen
    spare = len(seen) - int((scaled != 0.0).any(axis=0).sum())
    apart = float(weight @ (seen - scaled @ law) ** 2) / spare if spare > 0 else 1.0
    doubt = solve @ covariance @ solve.T * max(apart, 1.0)
    return law / scale, doubt / np.outer(scale, scale)

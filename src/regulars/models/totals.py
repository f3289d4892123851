"""The value of a whole customer base, with an interval: outcomes are uncertain, and so are the parameters.

The total is Σ scale_i M_i over customers. Its outcome is simulated from m histories drawn with
probability π_g proportional to their share of the spread, each draw standing for its customers:

    T = Σ_g E_g + Σ_j sqrt(c_g / (m π_g)) · s_g · (M_j - E M_g)                            (1)

with c_g customers of mean square scale s_g²; mean and variance of (1) are exact, and small bases are
simulated customer by customer (m = all, weight 1). So is whoever brings so much that one draw would stand for less
than one customer, m π_g > c_g: copies of a customer who may bring half of all would add up to a law without its tail,
and could fall below zero. With all other weights above 1 the expectations of the drawn do not exceed their total on
average; a draw of (1) that is below zero all the same is taken for none. The uncertainty of the parameters enters as a
factor exp(g'δ), δ ~ N(0, covariance of the log-parameters), g the gradient of the log of the total. In a
small base whose likelihood has no such covariance each draw has parameters of its own, from `posterior`.
No shock between periods is in it: until a back-test adds one, it is "model only".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from regulars.models.branches import draw_counts
from regulars.models.posterior import is_vague
from regulars.periods import length_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories, Integers
    from regulars.models.predictions import Predictions, Uncertain
    from regulars.models.scoring import Question, Scores
    from regulars.models.spend.base import SpendFit

# Draws of the total, and of histories behind each: a quantile's own error is a twentieth of a standard deviation.
DRAWS = 1000
HISTORIES = 400
# Sets of parameters behind the draws of a small base whose parameters are in doubt.
PARAMETERS = 250
# Sets their stream apart from that of the outcomes and of the shocks between periods.
DOUBT = 3
# Histories behind the gradient of the total, and the step of its differences in the log-parameters.
SAMPLE = 4000
STEP = 1e-3
# Parameters that the data say nothing about may have standard errors of hundreds; the totals stay finite.
FARTHEST = 100.0


@dataclass(frozen=True)
class Looks:
    """How many `histories` stand for a large base in each draw, and how many are asked what the parameters do to it.

    With m histories the variance of chance is off by a share of 1/√m at most: π of (1) is at least half of each
    history's share of it, so no term is larger than twice the mean one.
    """

    histories: int = HISTORIES
    slopes: int = SAMPLE


EVERYTHING = Looks()


@dataclass(frozen=True, eq=False)
class Base:
    """A customer base as its totals need it, per history: values behind the spend, and their sums over customers.

    `value_sum` and `square_sum` add n_obs·z̄ and its square over the history's customers.
    """

    histories: Histories
    n_obs: Floats
    value_sum: Floats
    square_sum: Floats

    @property
    def age_in_days(self) -> Floats:
        """The age of each history, in days."""
        return self.histories.age * self.histories.unit.days

    def scales(self, spend: SpendFit) -> tuple[Floats, Floats]:
        """Return the sum and the sum of squares over customers of intercept + slope·n_obs·z̄, per history."""
        count, slope = self.histories.count, spend.slope
        intercept = spend.intercept(self.histories.frequency, self.age_in_days)
        total = count * intercept + slope * self.value_sum
        squares = count * intercept**2 + 2.0 * intercept * slope * self.value_sum + slope**2 * self.square_sum
        return total, squares


@dataclass(frozen=True, eq=False)
class SimulatedTotals:
    """Draws of the total purchases and of the total value in the horizon."""

    purchases: Floats
    value: Floats


def expected_value(base: Base, spend: SpendFit, purchases: Floats) -> float:
    """Return the expected value of the whole base given expected purchases per history; NaN where a mean is missing."""
    scale, _ = base.scales(spend)
    return float(np.sum(scale * spend.mean_factor(base.n_obs) * purchases))


def simulate_totals(
    fit: Uncertain,
    spend: SpendFit,
    base: Base,
    scores: Scores,
    question: Question,
    *,
    seed: int,
    allowed: Callable[[], Floats] | None = None,
    looks: Looks = EVERYTHING,
) -> SimulatedTotals:
    """Return draws of (1), for purchases and for value with the same futures.

    `allowed` gives the `allowed_parameters` where they are asked for, so that several groups of customers share them.
    """
    rng = np.random.default_rng(seed)
    drawn = _drawn(base, spend, scores, looks.histories, rng)
    some, doubt = base.histories.take(drawn.rows), fit.covariance
    if drawn.everybody and any(is_vague(member) for member in fit.members):
        theta = allowed() if allowed else allowed_parameters(fit, base.histories, seed=seed)
        number = _futures_under_doubt(fit, theta, some, question, rng)
        doubt = np.zeros_like(doubt)  # the draws hold it already
    else:
        number = _futures(fit, some, question, rng)
    worth = spend.draw(number, base.n_obs[drawn.rows], rng)
    factors = _parameter_factors(fit, doubt, spend, base, question, looks.slopes, rng)
    if drawn.everybody:
        return SimulatedTotals(number @ drawn.customers * factors[0], worth @ drawn.scale * factors[1])
    expected = float(base.histories.count @ scores.purchases)
    expected_number = scores.purchases[drawn.rows]
    expected_worth = spend.mean_factor(base.n_obs[drawn.rows]) * expected_number
    purchases = expected + (number - expected_number) @ drawn.customers
    value = expected_value(base, spend, scores.purchases) + (worth - expected_worth) @ drawn.scale
    return SimulatedTotals(np.maximum(purchases, 0.0) * factors[0], np.maximum(value, 0.0) * factors[1])


def allowed_parameters(fit: Uncertain, known: Histories, *, seed: int) -> Floats:
    """Return equally likely parameters that the data allow, shape (PARAMETERS, parameters).

    The members of a pool are fitted each on its own, so each has its own draws, by the customers it was fitted to,
    and by `known` where it does not hold them.
    """
    rng = np.random.default_rng((seed, DOUBT))
    seen = [known if member.histories is None else member.histories for member in fit.members]
    return np.hstack([member.allowed(own, PARAMETERS, rng) for member, own in zip(fit.members, seen, strict=True)])


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Histories drawn to stand for the base, and what one of them counts for: in customers, in scale."""

    rows: Integers
    customers: Floats
    scale: Floats
    everybody: bool


def _drawn(base: Base, spend: SpendFit, scores: Scores, size: int, rng: np.random.Generator) -> _Drawn:
    count = base.histories.count
    _, squares = base.scales(spend)
    mean_square = squares / count
    if count.sum() <= HISTORIES:
        rows = np.repeat(np.arange(count.size), count.astype(np.int64))
        return _Drawn(rows, np.ones(rows.size), np.sqrt(mean_square[rows]), everybody=True)
    # Where a mean does not exist there is no total of values to stand for.
    spread = np.nan_to_num(squares * scores.squared * spend.mean_factor(base.n_obs) ** 2, nan=0.0)
    # Half by spread in value, half by customers, so that totals of both kinds are stood for.
    by_spread = 0.5 * spread / spread.sum() if spread.any() else 0.0
    chance = by_spread + 0.5 * count / count.sum()
    alone, left = _on_their_own(chance / chance.sum(), count, size)
    rest = np.where(alone, 0.0, chance)
    rest /= rest.sum()
    some = rng.choice(count.size, size=left, p=rest)
    each = np.repeat(np.flatnonzero(alone), count[alone].astype(np.int64))
    rows = np.concatenate([each, some])
    weight = np.concatenate([np.ones(each.size), np.sqrt(count[some] / (left * rest[some]))])
    return _Drawn(rows, weight, weight * np.sqrt(mean_square[rows]), everybody=False)


def _on_their_own(chance: Floats, count: Floats, size: int) -> tuple[NDArray[np.bool_], int]:
    """Return the histories whose every customer stands for itself, and how many draws are left for the others."""
    alone = np.zeros(count.size, dtype=np.bool_)
    left = size
    while True:
        rest = np.where(alone, 0.0, chance)
        more = ~alone & (left * rest > count * rest.sum())
        if not more.any():
            return alone, left
        alone |= more
        left -= round(float(count[more].sum()))


def _futures(fit: Predictions, some: Histories, question: Question, rng: np.random.Generator) -> Floats:
    """Return simulated purchases in the horizon, shape (draws, histories)."""
    length = length_in(fit.unit, question.horizon)
    return draw_counts(question.own.over(fit.branches(some)), some.frequency, some.age, length, DRAWS, rng)


def _futures_under_doubt(
    fit: Uncertain, theta: Floats, some: Histories, question: Question, rng: np.random.Generator
) -> Floats:
    """Return simulated purchases in the horizon, shape (draws, histories), under many parameters that data allow."""
    length, each = length_in(fit.unit, question.horizon), DRAWS // PARAMETERS
    branches = (question.own.over(fit.at(one).branches(some)) for one in theta)
    return np.concatenate([draw_counts(some_of, some.frequency, some.age, length, each, rng) for some_of in branches])


def _parameter_factors(
    fit: Uncertain, doubt: Floats, spend: SpendFit, base: Base, question: Question, size: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return draws of the factors that uncertain parameters put on total purchases and total value."""
    step = -(-len(base.histories) // size)
    rows = np.arange(0, len(base.histories), step)
    some = base.histories.take(rows)
    scale, _ = base.scales(spend)
    age = base.age_in_days[rows]
    worth = (scale * spend.mean_factor(base.n_obs))[rows]

    purchases = fit.expected_purchases(some, question.horizon)

    def spent(point: Floats) -> Floats:
        intercept, factor = spend.mean_factor_at(point, base.n_obs[rows], some.frequency, age)
        by_scale = some.count * intercept + spend.slope * base.value_sum[rows]
        return _logs(1.0, float(by_scale * factor @ purchases))

    order = _normal(doubt, rng) @ _slopes_of_members(fit, some, worth, question)
    money = _normal(spend.covariance, rng) @ _slopes(spent, spend.point)
    together = np.exp(np.clip(order + money, -FARTHEST, FARTHEST))
    return together[:, 0], together[:, 1]


def _slopes_of_members(fit: Uncertain, some: Histories, worth: Floats, question: Question) -> Floats:
    """Return the derivatives of the logs of total purchases and value by the log-parameters of all members.

    Of a pool's total each member's parameters move that member's share alone.
    """

    def expected(member: Fit, log_theta: Floats) -> Floats:
        purchases = member.at(np.exp(log_theta)).expected_purchases(some, question.horizon)
        return _logs(float(some.count @ purchases), float(worth @ purchases))

    totals, slopes = [], []
    for member, share in zip(fit.members, fit.shares, strict=True):
        of, here = partial(expected, member), np.log(member.theta)
        totals.append(share * np.exp(of(here)))
        slopes.append(_slopes(of, here))
    whole = np.sum(totals, axis=0)
    return np.concatenate([slope * total / whole for slope, total in zip(slopes, totals, strict=True)])


def _logs(purchases: float, value: float) -> Floats:
    """Return the logarithms of totals; those of customers who are gone for certain are nothing at any parameters."""
    return np.log(np.maximum([purchases, value], np.finfo(float).tiny))


def _slopes(function: Callable[[Floats], Floats], point: Floats) -> Floats:
    """Return the derivatives of a function with two values, shape (parameters, 2)."""
    steps = np.eye(point.size) * STEP
    return np.array([(function(point + step) - function(point - step)) / (2.0 * STEP) for step in steps]).reshape(-1, 2)


def _normal(covariance: Floats, rng: np.random.Generator) -> Floats:
    """Return draws from N(0, covariance); a parameter without a standard error stays where it is."""
    known = np.nan_to_num(covariance, nan=0.0)
    values, vectors = np.linalg.eigh(known)
    return rng.standard_normal((DRAWS, values.size)) * np.sqrt(np.maximum(values, 0.0)) @ vectors.T

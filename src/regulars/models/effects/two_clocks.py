"""Pareto/NBD when purchases and dropout each run on a clock of the customer's own.

With covariates z(t) the clocks are A(t) = ∫₀ᵗ exp(γ'z), B(t) = ∫₀ᵗ exp(δ'z), and with R = r+x

    log L = log Γ(R)/Γ(r) + r log α + s log β + Σ_j γ'z(t_j) + log(E + Σ_p I_p)              (1)
    E   = (α+A(T))^(-R) (β+B(T))^(-s)                                      alive at T        (2)
    I_p = ∫_p s B'(τ) (α+A(τ))^(-R) (β+B(τ))^(-s-1) dτ                     left in piece p   (3)

over the pieces p after t_x in which z does not change. In (3) both clocks are straight, A = A_p + a τ, so that with
τ = c(e^y - 1), c the shortest scale on which anything happens, one Gauss-Legendre panel is exact to rounding, as in
`pareto_nbd`. A customer alive at T has λ ~ Gamma(R, α+A(T)) and leaves at the rate μ B'(t), μ ~ Gamma(s, β+B(T)).

Bachmann, Meierer & Näf (2021), The Role of Time-Varying Contextual Factors in Latent Attrition Models for Customer
Base Analysis, Marketing Science 40(4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.models.ascending import log_ascending
from regulars.models.effects.paths import CovariatePaths, Pieces
from regulars.models.panels import gauss_legendre, nodes_for

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Life:
    """A base on its paths: the pieces before t_x, from there to T, and which covariates act on which clock."""

    paths: CovariatePaths
    until_last: Pieces
    silent: Pieces
    on_purchase: NDArray[np.intp]
    on_dropout: NDArray[np.intp]

    @classmethod
    def of(cls, paths: CovariatePaths, purchase: tuple[str, ...], dropout: tuple[str, ...]) -> Life:
        """Return the base cut at its last purchases and ages."""
        places = [np.array([paths.names.index(name) for name in names], dtype=np.intp) for names in (purchase, dropout)]
        nothing = np.zeros(len(paths))
        until_last = paths.pieces.between(nothing, paths.recency)
        return cls(paths, until_last, paths.pieces.between(paths.recency, paths.age), places[0], places[1])


@dataclass(frozen=True, eq=False)
class Clock:
    """One clock with its derivatives by its effects: at t_x, at T, along the silent pieces, and their speed."""

    at_last: Floats
    at_end: Floats
    at_start: Floats
    speed: Floats
    by_last: Floats
    by_end: Floats
    by_start: Floats
    values: Floats

    @classmethod
    def of(cls, life: Life, columns: NDArray[np.intp], effects: Floats) -> Clock:
        """Return the clock that runs at exp(effects'z)."""
        owners, silent = len(life.paths), life.silent
        ran, by_ran = _run(life.until_last, columns, effects)
        runs, by_runs = _run(silent, columns, effects)
        at_last, by_last = life.until_last.total(ran, owners), life.until_last.total(by_ran, owners)
        return cls(
            at_last=at_last,
            at_end=at_last + silent.total(runs, owners),
            at_start=at_last[silent.owner] + silent.before(runs),
            speed=runs / silent.length,
            by_last=by_last,
            by_end=by_last + silent.total(by_runs, owners),
            by_start=by_last[silent.owner] + silent.before(by_runs),
            values=silent.values[:, columns],
        )


def _run(pieces: Pieces, columns: NDArray[np.intp], effects: Floats) -> tuple[Floats, Floats]:
    """Return how far a clock runs in each piece, and its derivatives by the effects."""
    values = pieces.values[:, columns]
    ran = np.exp(values @ effects) * pieces.length
    return ran, ran[:, None] * values


def log_likelihood(life: Life, log_theta: Floats, purchase: Floats, dropout: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log L of (1) per customer, its gradient (customers, parameters then effects), and log ΣI - log E."""
    r, alpha, s, beta = np.exp(log_theta)
    paths, x = life.paths, life.paths.frequency
    buys, leaves = Clock.of(life, life.on_purchase, purchase), Clock.of(life, life.on_dropout, dropout)
    shape, end_a, end_b = r + x, alpha + buys.at_end, beta + leaves.at_end
    # Everything is taken relative to t_x, so that nothing under- or overflows.
    from_a, from_b = np.log(alpha + buys.at_last), np.log(beta + leaves.at_last)
    log_alive = -shape * (np.log(end_a) - from_a) - s * (np.log(end_b) - from_b)
    left, by_left = _left(life.silent, buys, leaves, shape, (r, alpha, s, beta), (from_a, from_b))
    alive, gone = np.exp(log_alive), life.silent.total(left, len(paths))
    rising, slope = log_ascending(float(r), x.astype(np.int64))
    value = rising + r * np.log(alpha) + s * np.log(beta) - shape * from_a - s * from_b
    value += paths.at_purchases[:, life.on_purchase] @ purchase + np.log(alive + gone)
    by_alive = _by_alive(buys, leaves, shape, s, end_a, end_b)
    inside = alive[:, None] * by_alive + life.silent.total(by_left, len(paths))
    gradient = inside / (alive + gone)[:, None]
    gradient[:, 0] += slope + np.log(alpha)
    gradient[:, 1] += r / alpha
    gradient[:, 2] += np.log(beta)
    gradient[:, 3] += s / beta
    gradient[:, :4] *= np.exp(log_theta)
    gradient[:, 4 : 4 + purchase.size] += paths.at_purchases[:, life.on_purchase]
    with np.errstate(divide="ignore"):  # no silence since the last purchase: alive for certain, log 0
        return value, gradient, np.log(gone) - log_alive


def _by_alive(buys: Clock, leaves: Clock, shape: Floats, s: float, end_a: Floats, end_b: Floats) -> Floats:
    """Return the derivatives of log (2) by r, α, s, β and the effects, per customer."""
    by_a, by_b = -shape / end_a, -s / end_b
    own = np.stack([-np.log(end_a), by_a, -np.log(end_b), by_b], axis=1)
    return np.concatenate([own, by_a[:, None] * buys.by_end, by_b[:, None] * leaves.by_end], axis=1)


def _left(
    silent: Pieces,
    buys: Clock,
    leaves: Clock,
    shape: Floats,
    theta: tuple[float, float, float, float],
    relative_to: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Return (3) relative to t_x per piece, and its derivatives by r, α, s, β and the effects."""
    _, alpha, s, beta = theta
    owner = silent.owner
    big_r, a, b = shape[owner], buys.speed, leaves.speed
    a0, b0 = alpha + buys.at_start, beta + leaves.at_start
    scale = np.minimum(np.minimum(a0 / a, b0 / b), 1.0 / (big_r * a / a0 + (s + 1.0) * b / b0))
    length = np.log1p(silent.length / scale)
    points, weights = gauss_legendre(nodes_for(float(length.max(initial=0.0))))
    y = points[:, None] * length
    tau = scale * np.expm1(y)
    at_a, at_b = a0 + a * tau, b0 + b * tau
    log_a, log_b = np.log(at_a), np.log(at_b)
    log_f = y - big_r * (log_a - relative_to[0][owner]) - (s + 1.0) * log_b + s * relative_to[1][owner]
    f = weights[:, None] * np.exp(log_f) * (s * b * scale * length)
    total, over_a, over_b = f.sum(axis=0), f / at_a, f / at_b
    by_a, by_b = -big_r * over_a.sum(axis=0), -(s + 1.0) * over_b.sum(axis=0)
    along_a, along_b = -big_r * a * (over_a * tau).sum(axis=0), -(s + 1.0) * b * (over_b * tau).sum(axis=0)
    own = np.stack([-(f * log_a).sum(axis=0), by_a, total / s - (f * log_b).sum(axis=0), by_b], axis=1)
    by_purchase = by_a[:, None] * buys.by_start + along_a[:, None] * buys.values
    by_dropout = by_b[:, None] * leaves.by_start + (along_b + total)[:, None] * leaves.values
    return total, np.concatenate([own, by_purchase, by_dropout], axis=1)


def expected_living(life: Life, t: float, theta: Floats, purchase: Floats, dropout: Floats) -> Floats:
    """Return the expected purchases in the t after T of customers alive at T.

    E = R/(α+A(T)) Σ_p a_p ∫_p ((β+B(T))/(β+B(τ)))^s dτ over the pieces ahead; each integral as in `pareto_nbd`.
    """
    r, alpha, s, beta = theta
    paths = life.paths
    ahead = paths.pieces.between(paths.age, paths.age + t)
    a_end = Clock.of(life, life.on_purchase, purchase).at_end
    b_end = beta + Clock.of(life, life.on_dropout, dropout).at_end
    bought = np.exp(ahead.values[:, life.on_purchase] @ purchase)
    b = np.exp(ahead.values[:, life.on_dropout] @ dropout)
    start = b_end[ahead.owner] + ahead.before(b * ahead.length)
    grown = np.log1p(b * ahead.length / start)
    u = (1.0 - s) * grown
    small = np.abs(u) < np.finfo(float).tiny
    ratio = np.where(small, 1.0, np.expm1(u) / np.where(small, 1.0, u))
    stays = np.exp(-s * np.log(start / b_end[ahead.owner]))
    by_piece = bought * stays * start / b * grown * ratio
    return (r + paths.frequency) / (alpha + a_end) * ahead.total(by_piece, len(paths))

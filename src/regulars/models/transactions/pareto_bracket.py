"""The bracket of the Pareto/NBD likelihood: alive, or left at any time since the last purchase.

With shapes R, s and scales A, B at the last purchase, and silence D since,

    E = (1+D/A)^(-R) (1+D/B)^(-s),   I = ∫₀^D f dτ,   f = (s/B) (1+τ/A)^(-R) (1+τ/B)^(-s-1)             (1)

(I is one Gauss-Legendre panel in y, τ = c(e^y - 1)). All derivatives of E + I are made of moments of u = log(1+τ/A),
v = log(1+τ/B), p = τ/(A+τ): with q = τ/(B+τ), E at D, ⟨g⟩ = ∫ f g and [g] = ⟨g⟩ + E g(D),

    by R  -[u]         by A  R/A [p]         by s  I/s - [v]         by B  -R/B ⟨p⟩                       (2)

The last needs no integral of q because stretching A, B and D alike changes nothing; likewise B ∂⟨p⟩/∂B, so that
the second derivatives are

    RR  [uu]                        AA  R/A² ((R+1)[pp] - 2[p])          ss  [vv] - 2⟨v⟩/s
    RA  ([p] - R[up])/A             As  R/A (⟨p⟩/s - [vp])               sB  -R/B (⟨p⟩/s - ⟨vp⟩)
    Rs  [uv] - ⟨u⟩/s                AB  -R/(AB) ((R+1)⟨pp⟩ - ⟨p⟩)        BB  R/B² ((R+1)⟨pp⟩ + s E p q)    (3)
    RB  -(⟨p⟩ - R⟨up⟩)/B
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.lives import Floats
from regulars.models.pairs import pairs
from regulars.models.panels import gauss_legendre, nodes_for

# Beyond these exponents the integrand is below 1e-17 of its start: nothing is cut off.
NEGLIGIBLE = 40.0
LARGEST_EXPONENT = 600.0
# Panels of like length that are integrated together: a temporary of 10 nodes takes 40 KB.
TOGETHER = 512
# How many of the moments 1; u, v, p; uu, uv, vv, up, vp, pp the bracket takes, its slopes, its second derivatives.
MOMENTS = (1, 4, 10)


@dataclass(frozen=True, eq=False)
class Bracket:
    """E, its logarithm, and the moments of I and of E in the order of `MOMENTS`, per history."""

    shape: Floats
    a: Floats
    s: float
    b: Floats
    silence: Floats
    log_alive: Floats
    within: Floats
    at_end: Floats

    @classmethod
    def of(cls, shape: Floats, a: Floats, s: float, b: Floats, silence: Floats, *, slopes: int) -> Bracket:
        """Return the bracket with as many `slopes` as are asked of it: none, the first, the second too."""
        u, v, p = np.log1p(silence / a), np.log1p(silence / b), silence / (a + silence)
        log_alive = -shape * u - s * v
        at_end = np.empty((MOMENTS[slopes], shape.size))
        at_end[0] = np.exp(log_alive)
        if slopes > 0:
            np.multiply(at_end[0], (u, v, p), out=at_end[1:4])
        if slopes > 1:
            np.multiply(at_end[(1, 1, 2, 1, 2, 3), :], (u, v, v, p, p, p), out=at_end[4:])
        return cls(shape, a, s, b, silence, log_alive, _moments(shape, a, s, b, silence, MOMENTS[slopes]), at_end)

    @property
    def log_total(self) -> Floats:
        """Return log(E + I)."""
        return np.log(self.within[0] + self.at_end[0])

    @property
    def log_odds(self) -> Floats:
        """Return log I - log E."""
        with np.errstate(divide="ignore"):  # no silence since the last purchase: alive for certain, log 0
            return np.log(self.within[0]) - self.log_alive

    def slopes(self) -> Floats:
        """Return the derivatives of log(E + I) by R, A, s, B: (2) over the bracket, shape (4, histories)."""
        both = self.within[:4] + self.at_end[:4]
        total, u, v, p = both
        by = np.stack([-u, self.shape / self.a * p, self.within[0] / self.s - v, -self.shape / self.b * self.within[3]])
        return np.asarray(by / total, dtype=np.float64)

    def curvature(self) -> Floats:
        """Return the second derivatives of log(E + I), shape (10, histories): RR, RA, Rs, RB, AA and on."""
        shape, a, s, b = self.shape, self.a, self.s, self.b
        _, u, v, p, _, _, _, up, vp, pp = self.within
        total, _, _, p_both, uu_both, uv_both, vv_both, up_both, vp_both, pp_both = self.within + self.at_end
        mixed = (shape + 1.0) * pp
        second = np.stack(
            [
                uu_both,
                (p_both - shape * up_both) / a,
                uv_both - u / s,
                (shape * up - p) / b,
                shape / a**2 * ((shape + 1.0) * pp_both - 2.0 * p_both),
                shape / a * (p / s - vp_both),
                shape / (a * b) * (p - mixed),
                vv_both - 2.0 * v / s,
                shape / b * (vp - p / s),
                shape / b**2 * (mixed + s * self.at_end[3] * self.silence / (b + self.silence)),
            ]
        )
        first, other = pairs(4)
        slopes = self.slopes()
        return np.asarray(second / total - slopes[first] * slopes[other], dtype=np.float64)


def _moments(shape: Floats, a: Floats, s: float, b: Floats, silence: Floats, number: int) -> Floats:
    """Return the first `number` moments of I, panels of like length together, because the longest decides on nodes."""
    scale = np.minimum(np.minimum(a, b), 1.0 / (shape / a + (s + 1.0) / b))
    reach = np.minimum(
        a * np.expm1(np.minimum(NEGLIGIBLE / shape, LARGEST_EXPONENT)),
        b * np.expm1(min(NEGLIGIBLE / s, LARGEST_EXPONENT)),
    )
    length = np.log1p(np.minimum(silence, reach) / scale)
    # Quarters of a unit are near enough, and whole numbers up to 255 are sorted in a tenth of the time.
    order = np.argsort(np.minimum(4.0 * length, 255.0).astype(np.uint8), kind="stable")
    columns = np.stack([shape, scale / a, scale / b, length])[:, order]
    moments = np.empty((number, length.size))
    for start in range(0, length.size, TOGETHER):
        rows = slice(start, start + TOGETHER)
        moments[:, order[rows]] = _panel(columns[:, rows], s, number)
    return moments * (s * scale / b * length)


def _panel(columns: Floats, s: float, number: int) -> Floats:
    """Return the first `number` moments over y of panels given by R, c/A, c/B and Y, in units of what f starts at.

    Written in place, because fresh memory costs as much as the logarithms here; and with sums, not matrix
    products, because these run on our threads and BLAS must not start its own inside them.
    """
    shape, over_a, over_b, length = columns
    points, weights = gauss_legendre(nodes_for(float(length.max(initial=0.0))))
    f = points[:, None] * length
    p = np.expm1(f)
    v = p * over_b
    np.log1p(v, out=v)
    p *= over_a
    u = np.log1p(p)
    f -= shape * u
    f -= (s + 1.0) * v
    np.exp(f, out=f)
    f *= weights[:, None]
    moments = np.empty((number, length.size))
    f.sum(axis=0, out=moments[0])
    if number > 1:
        p /= 1.0 + p
        fu, fv, fp = f * u, f * v, np.multiply(f, p, out=f)
        for place, first in enumerate((fu, fv, fp), start=1):
            first.sum(axis=0, out=moments[place])
    if number > 4:
        pairs = (fu, u), (fu, v), (fv, v), (fu, p), (fv, p), (fp, p)
        for place, (first, other) in enumerate(pairs, start=4):
            (first * other).sum(axis=0, out=moments[place])
    return moments

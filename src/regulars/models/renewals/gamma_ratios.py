"""The mixed difference of log Γ, to the last digit at any size.

    J(x; a, d) = log Γ(x) - log Γ(x + a) - log Γ(x + d) + log Γ(x + a + d)                (1)

is minus the logarithm of a ratio of beta functions, and so of the retention rates of the beta-discrete-Weibull. Its
four terms cancel: taken as they stand, α = 10⁻⁶ or β = 10⁹ leaves no digit. From Malmstén's integral for log Γ
(DLMF 5.9.13) the difference is an integral of a positive function,

    J = ∫₀^∞ e^(-xt) (1 - e^(-at)) (1 - e^(-dt)) / (1 - e^(-t)) dt/t                      (2)

and with t = e^y the trapezoidal rule converges like e^(-π²/h), the poles of 1 - e^(-t) lying π/2 off the axis. The
derivatives are integrals over the same points.
"""

from __future__ import annotations

import numpy as np

from regulars.models.renewals.cohorts import Floats

STEP = 0.25  # e^(-π²/h) is 7e-18
NOTHING = 45.0  # e^-45 is beyond the last digit
# Temporaries of so many numbers stay below the allocator's threshold for fresh pages.
BLOCK = 16_384


def mixed_difference(x: Floats, a: float, d: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return J and its derivatives by x, a, d for positive x and d of one shape (n,) and positive a.

    >>> value, *_ = mixed_difference(np.array([2.0]), 1.0, np.array([1.0]))
    >>> round(float(value[0]), 12) == round(float(np.log(3.0 / 2.0)), 12)
    True
    """
    t, weight = _points(float(x.min()), max(float(x.max()), a, float(d.max()), 1.0))
    rows = max(BLOCK // t.size, 1)
    blocks = [_block(x[i : i + rows], a, d[i : i + rows], t, weight) for i in range(0, x.size, rows)]
    value, by_x, by_a, by_d = np.concatenate(blocks, axis=1)
    return value, by_x, by_a, by_d


def _points(least: float, largest: float) -> tuple[Floats, Floats]:
    """Return t and h/(1 - e^(-t)) from where (2) is still nothing to where e^(-xt) has ended it."""
    y = np.arange(-NOTHING - np.log(largest), np.log(NOTHING / least) + STEP, STEP)
    t = np.exp(y)
    return t, STEP / -np.expm1(-t)


def _block(x: Floats, a: float, d: Floats, t: Floats, weight: Floats) -> Floats:
    """Return J and its three derivatives, shape (4, n)."""
    fading, kept_d = np.exp(-np.outer(x, t)), np.exp(-np.outer(d, t))
    gone_a, both = -np.expm1(-a * t) * weight, fading * -np.expm1(-np.outer(d, t))
    return np.stack(
        [both @ gone_a, -both @ (gone_a * t), both @ (np.exp(-a * t) * t * weight), (fading * kept_d) @ (gone_a * t)]
    )

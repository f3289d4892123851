"""The sum of n log-normal values: no closed law, so a log-normal with the true mean and variance of its logarithm.

For W = Σ e^(σZ_j) and an exponential E of rate 1, P(E/W > u) = φ(u)^n with φ(u) = E exp(-u e^(σZ)), so

    Y = log E - log W,   P(Y > v) = φ(e^v)^n,   E[log W] = -γ - E[Y],   Var[log W] = Var[Y] - π²/6      (1)

with Euler's γ: two integrals over one function, exact for any n. That log W is then taken for normal is the
approximation: its distribution function is off by at most .01 for σ up to 1, .03 at 1.5 and .05 at 2 (against
simulation of 2 to 60 values, in the tests). Matching the mean and variance of W itself (Fenton 1960) is off by .02,
.08 and .20.

Fenton (1960), The Sum of Log-Normal Probability Distributions in Scatter Transmission Systems, IRE Transactions on
Communications Systems 8(1).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from regulars.models.lives import Floats

# Both integrands are analytic in strips; with these steps the trapezoidal rule is exact to rounding.
STEP = 0.2
WIDEST_STEP = 0.5
FINER = 0.25
# Standard deviations of Z, and decades of E/W, beyond which nothing is left.
FARTHEST = 9.0
NEGLIGIBLE = 40.0


@lru_cache(maxsize=64)
def log_moments(sigma: float, numbers: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return mean and variance of log W by (1) for each number of values.

    >>> mean, variance = log_moments(0.5, (1.0,))
    >>> [round(float(mean[0]), 9) + 0.0, round(float(variance[0]), 9)]
    [0.0, 0.25]
    """
    n = np.array(numbers)
    low = -(NEGLIGIBLE + np.log(n.max()) + sigma**2)
    v = np.arange(low, FARTHEST * sigma + np.log(NEGLIGIBLE), STEP)
    log_phi, slope = _laplace(sigma, v)
    # The density of Y, -d/dv φ^n = n φ^(n-1) (-dφ/dv).
    density = n[:, None] * np.exp((n[:, None] - 1.0) * log_phi) * slope * STEP
    mean = density @ v
    variance = (density * (v - mean[:, None]) ** 2).sum(axis=1) - np.pi**2 / 6.0
    return -np.euler_gamma - mean, variance


def _laplace(sigma: float, v: Floats) -> tuple[Floats, Floats]:
    """Return log φ(e^v) and -dφ/dv."""
    step = min(WIDEST_STEP, FINER / sigma)
    z = np.arange(-FARTHEST, FARTHEST + step, step)
    weight = np.exp(-(z**2) / 2.0)
    weight /= weight.sum()
    exponent = np.exp(v[:, None] + sigma * z)
    # 1 - φ from expm1: for small u nearly all of φ is 1.
    missing = -np.expm1(-exponent) @ weight
    # Where nothing is left of φ, as much as rounding leaves of it.
    return np.log1p(-np.minimum(missing, 1.0 - np.finfo(float).eps)), (exponent * np.exp(-exponent)) @ weight

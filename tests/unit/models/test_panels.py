"""The number of nodes of a panel is enough for its length, over ten decades of parameters."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.histories import Floats
from regulars.models.panels import NODES_BY_LENGTH, gauss_legendre, nodes_for

LONGEST = [length for length, _ in NODES_BY_LENGTH if np.isfinite(length)]


def integral(nodes: int, length: Floats, *, shape: Floats, a: Floats, s: Floats, b: Floats) -> Floats:
    """Return the integral of the unseen dropout of Pareto/NBD over y in [0, length], per column."""
    scale = np.minimum(np.minimum(a, b), 1.0 / (shape / a + (s + 1.0) / b))
    points, weights = gauss_legendre(nodes)
    y = points[:, None] * length
    tau = scale * np.expm1(y)
    return weights @ np.exp(y - shape * np.log1p(tau / a) - (s + 1.0) * np.log1p(tau / b))


@pytest.mark.parametrize("longest", LONGEST[:8])
def test_a_panel_has_nodes_enough_for_its_length(longest: float) -> None:
    rng = np.random.default_rng(7)
    parameters = dict(zip(("shape", "a", "s", "b"), 10.0 ** rng.uniform(-5.0, 5.0, (4, 2000)), strict=True))
    length = longest * rng.uniform(0.9, 1.0, 2000)
    few, many = (integral(nodes, length, **parameters) for nodes in (nodes_for(longest), 128))
    assert few == pytest.approx(many, rel=3e-14)
    assert nodes_for(longest) < nodes_for(longest * 1.001)

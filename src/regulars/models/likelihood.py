"""The likelihood of a customer base: blocks that fit the cache, on threads, in a fixed order.

Blocks do not depend on the number of threads and are added in order, so the sum is the same
number whatever the machine has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from regulars.models.histories import Floats, Histories
from regulars.models.pairs import pairs
from regulars.models.threads import pool
from regulars.models.transaction_model import Curved, TransactionModel

Answer = TypeVar("Answer")


def in_blocks(rows: int, size: int, work: Callable[[slice], Answer], threads: int) -> list[Answer]:
    """Return the answers of `work` on consecutive blocks of `size` rows, in order.

    >>> in_blocks(3, 2, lambda rows: rows.stop, threads=2)
    [2, 3]
    """
    blocks = [slice(start, min(start + size, rows)) for start in range(0, rows, size)]
    if threads < 2 or len(blocks) < 2:
        return [work(block) for block in blocks]
    return list(pool(threads).map(work, blocks))


class Likelihood:
    """Log-likelihood per customer of one model on one set of histories, by the logarithms of the parameters."""

    def __init__(self, model: TransactionModel, histories: Histories, threads: int = 1) -> None:
        self._model = model
        self._bent = model if isinstance(model, Curved) else None
        self._histories = histories
        self._threads = threads
        self._customers = histories.customers_total

    @property
    def is_curved(self) -> bool:
        """Whether the model has second derivatives."""
        return self._bent is not None

    def __call__(self, log_theta: Floats) -> tuple[float, Floats]:
        """Return the height per customer and its gradient by the logarithms of the parameters."""
        theta = np.exp(log_theta)
        value, gradient = self._sums(self._model.log_likelihood, theta)
        return float(value), gradient * theta

    def heights(self, points: Floats) -> Floats:
        """Return the heights per customer at several points, shape (points, parameters)."""
        bent = self._bent
        if bent is None:
            return np.array([self(point)[0] for point in points])
        # As many points at a time as stay in the cache beside each other.
        size = max(1, self._model.cached_rows // len(self._histories))
        heights = np.empty(len(points))
        for start in range(0, len(points), size):
            theta = np.exp(points[start : start + size]).T[:, :, None]
            (heights[start : start + size],) = self._sums(lambda *known: (bent.log_likelihood_alone(*known),), theta)
        return heights

    def curved(self, log_theta: Floats) -> tuple[float, Floats, Floats]:
        """Return the height per customer, its gradient, minus its Hessian; raises `TypeError` where none is known."""
        if self._bent is None:
            raise TypeError(f"{self._model.title} does not know its second derivatives")
        theta = np.exp(log_theta)
        value, gradient, second = self._sums(self._bent.curved_log_likelihood, theta)
        first, other = pairs(theta.size)
        bend = np.diag(-gradient * theta)
        bend[first, other] -= second * theta[first] * theta[other]
        bend[other, first] = bend[first, other]
        return float(value), gradient * theta, bend

    def _sums(self, of: Callable[..., tuple[Floats, ...]], theta: Floats) -> list[Floats]:
        """Return what `of` says of each history, summed over customers, per customer."""
        h = self._histories

        def block(rows: slice) -> list[Floats]:
            known = of(theta, h.frequency[rows], h.recency[rows], h.age[rows])
            # Row by row, because a product of matrices has BLAS start threads of its own.
            return [np.vecdot(part, h.count[rows]) for part in known]

        blocks = in_blocks(len(h), self._model.cached_rows, block, self._threads)
        return [sum(parts[1:], start=parts[0]) / self._customers for parts in zip(*blocks, strict=True)]

"""The likelihood of a customer base: blocks that fit the cache, on threads, in a fixed order.

Blocks do not depend on the number of threads and are added in order, so the sum is the same
number whatever the machine has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from regulars.models.histories import Floats, Histories
from regulars.models.threads import pool
from regulars.models.transaction_model import TransactionModel

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
        self._histories = histories
        self._threads = threads
        self._customers = histories.customers_total

    def __call__(self, log_theta: Floats) -> tuple[float, Floats]:
        """Return the height per customer and its gradient by the logarithms of the parameters."""
        theta = np.exp(log_theta)
        sums = in_blocks(
            len(self._histories), self._model.cached_rows, lambda rows: self._block(theta, rows), self._threads
        )
        value = sum(block[0] for block in sums) / self._customers
        gradient = np.sum([block[1] for block in sums], axis=0) / self._customers
        return value, gradient * theta

    def _block(self, theta: Floats, rows: slice) -> tuple[float, Floats]:
        h = self._histories
        value, gradient = self._model.log_likelihood(theta, h.frequency[rows], h.recency[rows], h.age[rows])
        count = h.count[rows]
        return float(value @ count), gradient @ count

"""Whether two fits saw the same customers: sums over their histories that no other base is likely to share.

Sums of x, t_x, T and of all their products over customers, in days. They do not depend on the order of the rows, on
whether equal histories were merged, or on the unit, so they stand where a hash of the arrays would not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.models.histories import Histories

# Merging, ordering and changing the unit each move a sum in its last digits only.
ALIKE = 1e-9


@dataclass(frozen=True)
class Fingerprint:
    """The number of customers, and the sums of x, t_x, T, x², x·t_x, x·T, t_x², t_x·T, T² over them (days).

    >>> one = Histories(frequency=[2, 0], recency=[3, 0], age=[5, 4])
    >>> other = Histories(frequency=[0, 2], recency=[0, 21], age=[28, 35], unit="day")
    >>> Fingerprint.of(one).matches(Fingerprint.of(other))
    True
    """

    sums: tuple[float, ...]

    @classmethod
    def of(cls, histories: Histories) -> Fingerprint:
        """Return the fingerprint of a customer base."""
        days = histories.unit.days
        columns = np.stack([histories.frequency, histories.recency * days, histories.age * days])
        products = (columns * histories.count) @ columns.T
        sums = [histories.customers_total, *(columns @ histories.count), *products[np.triu_indices(3)]]
        return cls(tuple(float(value) for value in sums))

    @property
    def repeat_purchases(self) -> float:
        """The number of repeat purchases of all customers, Σx."""
        return self.sums[1]

    def matches(self, other: Fingerprint) -> bool:
        """Whether both are of the same customers, up to rounding."""
        return len(self.sums) == len(other.sums) and bool(np.allclose(self.sums, other.sums, rtol=ALIKE, atol=0.0))

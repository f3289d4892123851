"""How unequally is value spread over the customers: the Lorenz curve, the shares of the top, the Gini coefficient.

With the values of n customers in ascending order, x₁ ≤ … ≤ xₙ, the curve gives the share of the total that the
lowest share of the customers carries, straight between two customers (Lorenz 1905), and the coefficient is twice
the area between the curve and the diagonal (Gini 1912):

    L(k/n) = (x₁ + … + x_k) / Σ xᵢ                                           (1)
    G = 2 · Σ i·xᵢ / (n · Σ xᵢ) - (n + 1) / n                                (2)

G is 0 where all are worth the same and 1 - 1/n where one customer carries everything. A value below zero (more
refunded than bought) stays as it is: the curve dips below zero at its left end, and G may pass 1. Without a
total above zero there are no shares, so nothing here is defined.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.engines.base import Engine, quoted

POINTS = 100
# The largest are one customer of so many, one at least.
ONE_OF = 1000
NO_TOTAL = "The values do not add up to more than zero, so there are no shares of them."

# In whole 10⁻¹⁵ of the largest value: whole numbers sum to the same whatever the threads did, and small values
# keep their digits. A part holds the customers whose rank ends in one hundredth of the base.
PARTS = """
with unit as (
    select 1e15 / nullif(max(abs({column})), 0) as size, count(*) as customers from customer_values
),
counted as (
    select coalesce(cast(round(v.{column} * u.size) as bigint), 0) as value, u.customers
    from customer_values v cross join unit u
),
ranked as (
    select value, customers, row_number() over (order by value) as rank from counted
)
select (rank * {points} + customers - 1) // customers as part, count(*) as customers, sum(value) as value,
    sum(cast(value as hugeint) * rank) as ranked_value, min(value) as least,
    count(*) filter (where value < 0) as below_zero,
    coalesce(sum(value) filter (where rank > customers - greatest(customers // {one_of}, 1)), 0) as value_of_largest
from ranked group by part order by part
"""


@dataclass(frozen=True)
class Concentration:
    """How a value is spread over `customers`; what is None is undefined, and `reason` says why.

    `curve` is (1) at 0, 1, … 100 % of the customers; `below_zero` counts the customers worth less than nothing;
    `largest_share` is the share that the `largest` 0.1 % of the customers carry.
    """

    customers: int
    curve: tuple[float, ...] | None
    gini: float | None
    below_zero: int
    reason: str
    largest_share: float | None = None

    @property
    def largest(self) -> int:
        """How many customers are 0.1 % of them, one at least."""
        return max(1, self.customers // ONE_OF)

    def top_share(self, percent: int) -> float | None:
        """Return the share that the top `percent` of the customers carry; None where that is less than a customer."""
        if self.curve is None or self.customers * percent < POINTS:
            return None
        return 1.0 - self.curve[POINTS - percent]


def concentration(engine: Engine, column: str) -> Concentration:
    """Return how a column of the table `customer_values` is spread over the customers."""
    parts = engine.rows(PARTS.format(column=quoted(column), points=POINTS, one_of=ONE_OF))
    customers, below_zero = sum(part[1] for part in parts), sum(part[5] for part in parts)
    total, ranked = sum(part[2] for part in parts), sum(part[3] for part in parts)
    if total <= 0:
        return Concentration(customers, None, None, below_zero, NO_TOTAL)
    gini = (2 * ranked - (customers + 1) * total) / (customers * total)
    largest = sum(part[6] for part in parts) / total
    return Concentration(customers, _curve(parts, customers, total), gini, below_zero, "", largest)


def _curve(parts: list[tuple[int, ...]], customers: int, total: int) -> tuple[float, ...]:
    """Return (1) at every hundredth; one that falls within a customer takes that part of the customer's value."""
    values = {part: value for part, _, value, *_ in parts}
    least = {part: lowest for part, _, _, _, lowest, *_ in parts}
    points, so_far = [0.0], 0
    for point in range(1, POINTS + 1):
        so_far += values.get(point, 0)
        fraction = point * customers % POINTS
        following = next((least[part] for part in range(point + 1, POINTS + 1) if part in least), 0)
        points.append((POINTS * so_far + fraction * following) / (POINTS * total))
    return tuple(points)

"""What the textbook formulas are fed with, checked at the door."""

from __future__ import annotations

import math
from dataclasses import dataclass

from regulars.errors import InputError


@dataclass(frozen=True)
class Inputs:
    """Money per order, orders per year, years per customer; shares per year; money per customer for `cac`.

    `margin`, `churn`, `retention` and `discount` are shares (0.4 is 40 %). A wrong input raises `InputError`.
    """

    order_value: float
    frequency: float
    lifespan: float | None = None
    margin: float | None = None
    cac: float | None = None
    churn: float | None = None
    retention: float | None = None
    discount: float | None = None

    def __post_init__(self) -> None:
        _check_amounts(self)
        _check_shares(self)
        if self.churn is not None and self.retention is not None:
            raise InputError("churn and retention say the same (retention = 1 - churn); give one of them")
        if self.lifespan is None and self.stays is None:
            raise InputError("the formulas need how long customers stay: a lifespan in years, a churn or a retention")
        if self.discount is not None and self.stays is None:
            raise InputError("a discount needs a churn or a retention, which say how many still pay in each year")

    @property
    def annual(self) -> float:
        """Revenue per customer and year."""
        return self.order_value * self.frequency

    @property
    def stays(self) -> float | None:
        """The share of customers who stay from one year to the next; None where it was not given."""
        return self.retention if self.churn is None else 1.0 - self.churn

    @property
    def share_kept(self) -> float:
        """The margin, 1 where there is none."""
        return 1.0 if self.margin is None else self.margin


def _check_amounts(inputs: Inputs) -> None:
    for name, value in (
        ("order value", inputs.order_value),
        ("frequency", inputs.frequency),
        ("lifespan", inputs.lifespan),
        ("cost of acquiring a customer", inputs.cac),
    ):
        if value is not None and not 0.0 <= value < math.inf:
            raise InputError(f"the {name} must be zero or more, got {value:g}")


def _check_shares(inputs: Inputs) -> None:
    if inputs.margin is not None and not 0.0 < inputs.margin <= 1.0:
        raise InputError(f"the margin must be above 0 and at most 1 (0.4 is 40 %), got {inputs.margin:g}")
    if inputs.discount is not None and not 0.0 <= inputs.discount < math.inf:
        raise InputError(f"the discount must be zero or more (0.10 is 10 % a year), got {inputs.discount:g}")
    for name, value in (("churn", inputs.churn), ("retention", inputs.retention)):
        if value is not None and not 0.0 <= value <= 1.0:
            raise InputError(f"the {name} must lie between 0 and 1 (0.2 is 20 % a year), got {value:g}")

"""Rules that put every customer into one of some groups by what is known on a day, today and earlier alike.

What such groups are for is not known here; whoever proposes something to them states the rules.
"""

from __future__ import annotations

from typing import Any, Protocol

from regulars.engines.base import Engine
from regulars.models.histories import Integers
from regulars.valuation.backtest.as_known import AsKnown


class Grouping(Protocol):
    """Groups with names, and the same rules for the customers of a run and for those of an earlier day."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the groups."""
        ...

    def then(self, known: AsKnown) -> Integers:
        """Return the place of each customer's name, by what was known at an origin."""
        ...

    def today(self, engine: Engine) -> tuple[str, dict[str, Any]]:
        """Return the place of a customer's name in SQL, with its parameters.

        It is made of the columns last_order, purchase_days and historic_value; `customer_values` may be read.
        """
        ...

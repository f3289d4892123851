"""Every prediction about purchases, made from the branches of a customer's future."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import NotApplicable
from regulars.models.asked import generator, how_many, whole_numbers
from regulars.models.branches import Branch, Living, alive, draw_purchases
from regulars.models.discounting import discounted, residual
from regulars.models.histories import Floats, Histories
from regulars.models.lives import Purchases
from regulars.periods import Period, Unit, discount_rate, length_in

if TYPE_CHECKING:
    import datetime as dt

    from regulars.models.fit import Fit
    from regulars.models.transaction_model import Purchasing


class Predictions:
    """What a fit answers about purchases: sums over the branches of its model at its parameters."""

    model: Purchasing
    theta: Floats
    unit: Unit

    def branches(self, histories: Histories) -> tuple[Branch, ...]:
        """Return the futures that customers with these histories may have."""
        h = self._in_unit(histories)
        return self.model.branches(self.theta, h.frequency, h.recency, h.age)

    def probability_alive(self, histories: Histories) -> Floats:
        """Return P(still a customer at T) per history."""
        return alive(np.stack([branch.weight for branch in self.branches(histories)]))

    def probability_alive_since(self, first_day: dt.date, histories: Histories) -> Floats:
        """Return P(still a customer at T) of customers first seen on one day, each T from there on.

        The day matters to a model that knows the calendar; to others it is the same as any.
        """
        del first_day
        return self.probability_alive(histories)

    def looking_from(self, earlier: float | Period) -> Predictions:
        """Return the same predictions as of a day so much earlier; they differ where the model knows the calendar."""
        del earlier
        return self

    def expected_purchases(self, histories: Histories, t: float | Period) -> Floats:
        """Return the expected purchases in the `t` after T, per history."""
        length = length_in(self.unit, t)
        return self._expected(histories, lambda living, x, age: living.purchases(x, age, length))

    def purchases_pmf(self, histories: Histories, t: float | Period, n: ArrayLike) -> Floats:
        """Return P(n purchases in the `t` after T), shape (histories, len(n)); see (1) in `branches`.

        Raises `InputError` for n that are no whole numbers, 0 or more.
        """
        h, length = self._in_unit(histories), length_in(self.unit, t)
        number = np.atleast_1d(whole_numbers("n", n, of="purchases"))
        nothing = (number == 0.0).astype(np.float64)
        if length == 0.0:
            return np.broadcast_to(nothing, (len(h), number.size)).copy()
        pmf = (1.0 - self.probability_alive(h))[:, None] * nothing
        for branch in self.branches(h):
            pmf += branch.weight[:, None] * branch.living.pmf(h.frequency, h.age, length, number)
        return pmf

    def expected_purchases_new(self, t: float | Period) -> float:
        """Return the expected repeat purchases of a new customer in the `t` after the first."""
        return float(self.expected_purchases(self._new_customer(), t)[0])

    def expected_purchases_path(self, times: Floats) -> Floats:
        """Return the expected repeat purchases of a new customer by each of `times` (fit's unit) after the first."""
        zero, path = np.zeros(times.shape), np.zeros(times.shape)
        for branch in self.branches(self._new_customer()):
            path += branch.weight[0] * branch.living.purchases(zero, zero, times)
        return path

    def discounted_purchases(self, histories: Histories, t: float | Period, discount: float) -> Floats:
        """Return the expected purchases in the `t` after T, each discounted to T at an annual rate."""
        length, rate = length_in(self.unit, t), discount_rate(discount, self.unit)
        return self._expected(histories, lambda living, x, age: discounted(living, x, age, length, rate))

    def residual_purchases(self, histories: Histories, discount: float) -> Floats:
        """Return the discounted expected purchases from T to the end of life, per history.

        Raises `NotApplicable` at a discount of zero, where a sum without end may be infinite.
        """
        if discount == 0.0:
            raise NotApplicable("residual purchases have no end to be summed to at a discount of zero")
        rate = discount_rate(discount, self.unit)
        return self._expected(histories, lambda living, x, age: residual(living, x, age, rate))

    def simulate(self, n: int, t: float | Period, seed: int) -> Purchases:
        """Return the repeat purchases of `n` new customers in the `t` after their first."""
        new = self.branches(self._new_customer())
        size = how_many("n", n, of="customers")
        return draw_purchases(new, size, length_in(self.unit, t), generator(seed))

    def _expected(self, histories: Histories, of: Callable[[Living, Floats, Floats], Floats]) -> Floats:
        """Return the expectation of what a living customer is expected to do."""
        h = self._in_unit(histories)
        total = np.zeros(len(h))
        for branch in self.branches(h):
            total += branch.weight * of(branch.living, h.frequency, h.age)
        return total

    def _new_customer(self) -> Histories:
        return Histories(frequency=0.0, recency=0.0, age=0.0, unit=self.unit)

    def _in_unit(self, histories: Histories) -> Histories:
        if histories.unit is self.unit:
            return histories
        factor = histories.unit.days / self.unit.days
        return Histories(
            frequency=histories.frequency,
            recency=histories.recency * factor,
            age=histories.age * factor,
            count=histories.count,
            unit=self.unit,
            as_of=histories.as_of,
        )


class Uncertain(Predictions):
    """Predictions from parameters that are estimates: how sure they are, and the same at other parameters.

    `covariance` is that of the logarithms of `theta`, NaN where a parameter has no standard error.
    """

    covariance: Floats

    @property
    def members(self) -> tuple[Fit, ...]:
        """The fits behind the predictions, each with its own parameters: one, or those of a pool."""
        raise NotImplementedError

    @property
    def shares(self) -> tuple[float, ...]:
        """How likely a customer follows each of the members."""
        raise NotImplementedError

    def at(self, theta: Floats) -> Uncertain:
        """Return the same predictions from other parameters."""
        raise NotImplementedError

    def with_members(self, fits: tuple[Fit, ...]) -> Predictions:
        """Return the same predictions from other fits of the same models."""
        raise NotImplementedError

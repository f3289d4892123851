"""Models of spend as the contract suite asks them: what so many purchases of a customer are worth."""

from __future__ import annotations

from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from regulars.models.ages import AgeGrid
from regulars.models.histories import Floats, Integers
from regulars.models.optimise import Objective
from regulars.models.parameter_draws import Posterior
from regulars.models.purchase_counts import Mixed, PurchaseCounts
from regulars.models.spend.base import SpendModel
from regulars.models.spend.spent import Spent
from subjects.base import Agreement, Answers, Rescaled, Subject, powers_of_ten

LEVELS: Floats = (np.arange(2000.0) + 0.5) / 2000.0
FEW_LEVELS: Floats = np.array([0.1, 0.5, 0.9])
# Of one customer's mean values a likelihood is a density, or of each single value; without one, of nothing.
DENSITIES = {"means of values": 0.0, "single values": 1.0}  # as powers of the number of values


def plain(size: int) -> Spent:
    """What a plain shop sold, whatever its customers' rates: values that differ by factors."""
    rng = np.random.default_rng(17)
    rate, age = rng.gamma(0.7, 1.0 / 60.0, size), rng.integers(60, 720, size).astype(np.float64)
    x = rng.poisson(rate * age)
    own = rng.normal(3.0, 0.5, size)
    customer = np.repeat(np.arange(size), x + 1)
    value = np.exp(own[customer] + 0.4 * rng.standard_normal(customer.size))
    return Spent.of(customer, value, frequency=x, age=age)


class OfSpend(Subject):
    """A registered model of spend; it looks a number of purchases ahead, and money is its unit."""

    model: SpendModel
    kinds = (*DENSITIES, "none")
    horizons = (1.0, 3.0, 10.0, 40.0)
    coarseness = 0.02  # of quantiles at 2,000 levels, and of sums of log-normal values

    @cached_property
    def truth(self) -> Any:
        """The fit to a plain shop."""
        return self.model.fit_to(plain(400))

    @property
    def some(self) -> Spent:
        """Few and many values, small ones and large ones."""
        columns = [np.array(column, dtype=np.float64) for column in zip(*ROWS, strict=True)]
        return Spent(*columns)

    @property
    def unlearnable(self) -> list[Spent]:
        """Nobody of whom a value is known."""
        nothing = np.zeros(2)
        return [Spent(nothing, nothing, nothing, nothing, np.ones(2), np.array([1.0, 4.0]), np.full(2, 90.0))]

    def simulated(self, size: int, seed: int) -> Spent:
        """Return what customers of the truth spend, with the histories of the plain shop over and over.

        Of a model that says nothing about how they differ, what they spend in the plain shop.
        """
        if not self.has_likelihood:
            return plain(size)
        shop = plain(400)
        x, age = (np.resize(column, size) for column in shop.histories)
        spent: Spent = self.truth.simulate(x + 1.0, seed, frequency=x, age=age)
        return spent

    def fit(self, data: Spent) -> Any:
        """Return the fit to what was spent."""
        return self.model.fit_to(data)

    def posterior(self, fit: Any, data: Spent, draws: int) -> Posterior[Any]:
        """Return draws of the parameters."""
        drawn: Posterior[Any] = fit.posterior(data, draws=draws, seed=4)
        return drawn

    def height(self, data: Spent, fit: Any) -> Objective:
        """Return the likelihood in total."""
        likelihood = fit.likelihood(data)

        def total(point: Floats) -> tuple[float, Floats]:
            _, gradient = likelihood.height(point - likelihood.origin)
            return likelihood.at(point), gradient * likelihood.customers

        return total

    def point(self, fit: Any) -> Floats:
        """Return what the fit's covariance is of."""
        point: Floats = fit.point
        return point

    def customers(self, data: Spent) -> float:
        """Return how many customers there are of whom a value is known."""
        return float(data.count[data.n_obs > 0.0].sum())

    def rows(self, data: Spent) -> int:
        """Return the number of rows."""
        return data.n_obs.size

    def take(self, data: Spent, rows: Integers) -> Spent:
        """Return some rows."""
        columns = (data.n_obs, data.mean, data.mean_log, data.squares, data.count, *data.histories)
        return Spent(*(column[rows] for column in columns))

    def one_by_one(self, data: Spent) -> Spent:
        """Return a row for each customer."""
        rows = np.repeat(np.arange(self.rows(data)), data.count.astype(np.int64))
        return self.take(data, rows).counted(np.ones(rows.size))

    def in_other_units(self, data: Spent) -> Rescaled:
        """Return the same in cents."""
        seen = data.n_obs > 0.0
        power = DENSITIES.get(self.model.likelihood_kind)
        densities = 0.0 if power is None else float(data.count[seen] @ data.n_obs[seen] ** power)
        cents = Spent(
            data.n_obs, 100.0 * data.mean, data.mean_log + np.log(100.0), data.squares, data.count, *data.histories
        )
        return Rescaled(cents, -densities * float(np.log(100.0)), outcome=100.0)

    def answers(self, fit: Any, data: Spent) -> Answers:
        """Return what a purchase and what three purchases are worth."""
        few = self._scale(fit, data)[:, None] * self._multiples(fit, data, 3.0, FEW_LEVELS)
        return {"expected": self.expected(fit, data, 1.0), "quantiles": few}

    def probabilities(self, fit: Any, data: Spent) -> Answers:
        """Return none: spend is certain, its size is not."""
        return {}

    def expected(self, fit: Any, data: Spent, ahead: float) -> Floats:
        """Return what `ahead` purchases are expected to be worth."""
        expected: Floats = ahead * self._scale(fit, data) * fit.mean_factor(data.n_obs)
        return expected

    def law(self, fit: Any, data: Spent, ahead: float) -> tuple[Floats, Floats]:
        """Return the quantiles at many levels, each as likely."""
        if ahead == 0.0:
            multiples = fit.draw(np.zeros((1, data.n_obs.size)), data.n_obs, np.random.default_rng(0)).T
        else:
            multiples = self._multiples(fit, data, ahead, LEVELS)
        worth: Floats = self._scale(fit, data)[:, None] * multiples
        return worth, np.full(worth.shape, 1.0 / worth.shape[1])

    def drawn(self, fit: Any, size: int, seed: int) -> tuple[Floats, Floats, Floats]:
        """Return the first value of new customers, and the quantiles of its law."""
        x, age = (np.full(size, number) for number in (2.0, 120.0))
        values: Spent = fit.simulate(np.ones(size), seed, frequency=x, age=age)
        one = np.ones(1)
        new = Spent(0.0 * one, 0.0 * one, 0.0 * one, 0.0 * one, one, 2.0 * one, 120.0 * one)
        worth, chance = self.law(fit, new, 1.0)
        return values.mean, worth[0], chance[0]

    def _scale(self, fit: Any, data: Spent) -> Floats:
        seen = data.mean_log if self.model.likelihood_kind == "single values" else data.mean
        scale: Floats = fit.intercept(*data.histories) + fit.slope * fit.statistic(data.n_obs, seen)
        return scale

    def _multiples(self, fit: Any, data: Spent, number: float, levels: Floats) -> Floats:
        """Return quantiles of what `number` purchases are worth over the scale, shape (rows, levels)."""
        counts = PurchaseCounts(np.array([number]), np.zeros(1), np.ones((1, 1)), AgeGrid(np.zeros(1), None))
        alike = Mixed.single(np.zeros(levels.size, dtype=np.int64))
        return np.stack([fit.quantiles(counts, float(n), alike, levels) for n in data.n_obs])

    def extremes(self) -> st.SearchStrategy[tuple[Any, Spent]]:
        """Parameters over three decades, customers with up to 10,000 values over seven."""
        row = st.tuples(
            st.one_of(st.integers(2, 5), st.integers(6, 10_000)),
            powers_of_ten(-2, 5),
            st.floats(-4.0, 11.0),
            powers_of_ten(-3, 4),
            st.just(1.0),
            st.integers(0, 300),
            st.integers(1, 900),
        )
        rows = st.lists(row, min_size=3, max_size=5, unique_by=lambda row: row[1])
        theta = st.lists(
            powers_of_ten(-2, 1.3), min_size=len(self.model.parameters), max_size=len(self.model.parameters)
        )

        def case(theta: list[float], rows: list[tuple[float, ...]]) -> tuple[Any, Spent]:
            columns = [np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)]
            return self.truth.at(np.array(theta)), Spent(*columns)

        return st.builds(case, theta, rows)

    @property
    def agreements(self) -> dict[str, Agreement]:
        """The likelihood, where there is one, and what the next purchase is worth."""

        def exact(reference: ModuleType, fit: Any, spent: Spent) -> list[Any]:
            of = [reference.spend_of(fit, *row) for row in zip(*spent.histories, strict=True)]
            rows = zip(spent.n_obs.astype(int).tolist(), spent.mean, spent.mean_log, spent.squares, strict=True)
            return list(zip(of, rows, strict=True))

        spend = Agreement(
            10,
            lambda case: self.expected(case[0], case[1], 1.0).tolist(),
            lambda reference, case: [model.expected_spend(row) for model, row in exact(reference, *case)],
        )
        likelihood = Agreement(
            10,
            lambda case: [case[0].likelihood(case[1]).at(case[0].point)],
            lambda reference, case: [
                reference.mp.fsum(model.log_likelihood(row) for model, row in exact(reference, *case))
            ],
        )
        return {"likelihood": likelihood, "spend": spend} if self.has_likelihood else {"spend": spend}


# n_obs, mean, mean of logarithms, squares, count, repeat purchases, age in days.
ROWS = [
    (1, 11.0, np.log(11.0), 0.0, 9, 0, 200),
    (1, 64.0, np.log(64.0), 0.0, 4, 0, 31),
    (2, 25.0, 3.1, 0.2, 6, 1, 270),
    (3, 18.0, 2.8, 0.3, 3, 2, 90),
    (5, 33.0, 3.3, 1.1, 2, 4, 400),
    (40, 21.0, 2.9, 8.0, 1, 39, 700),
]

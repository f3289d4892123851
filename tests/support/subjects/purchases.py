"""Models of purchases as the contract suite asks them: at any time, or at given opportunities."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.likelihood import Likelihood
from regulars.models.optimise import Objective
from regulars.models.parameter_draws import Posterior
from regulars.models.transaction_model import TransactionModel
from regulars.periods import DAYS_PER_YEAR, Unit
from subjects.base import Agreement, Answers, Lasting, Rescaled, middle_of, powers_of_ten

MOST = 400  # purchases in the longest horizon: the rest of the law is below rounding


def fit_at(model: TransactionModel, theta: Floats, unit: Unit) -> Fit:
    """Return a fit without data."""
    return Fit(model, theta, unit, 0.0, 1.0, np.zeros((theta.size, theta.size)), Certificate(()))


@dataclass(frozen=True)
class Case:
    """Parameters in the order of the paper, one history, a time ahead; a model takes as many as it has."""

    theta: tuple[float, ...]
    x: int
    recency: float
    age: float
    ahead: float

    def columns(self) -> tuple[Floats, Floats, Floats]:
        """Return the history as a likelihood takes it."""
        return np.array([float(self.x)]), np.array([self.recency]), np.array([self.age])

    def histories(self) -> Histories:
        """Return the history, in days."""
        return Histories(frequency=[self.x], recency=[self.recency], age=[self.age], unit="day")


class OfPurchases(Lasting):
    """What both kinds have in common: histories."""

    model: TransactionModel
    unit: Unit
    rate: float
    ages: tuple[float, float]
    asked: tuple[int, ...] = (0, 1, 2, 30)
    heavy_buyer: Case

    @cached_property
    def truth(self) -> Fit:
        """A fit at the middle of the starts for `rate` purchases per unit."""
        starts = self.model.starts(self.rate, self.ages[1])
        return fit_at(self.model, middle_of(starts), self.unit)

    def fit(self, data: Histories) -> Fit:
        """Return the fit to histories."""
        return self.model.fit(data)

    def posterior(self, fit: Fit, data: Histories, draws: int) -> Posterior[Fit]:
        """Return draws of the parameters."""
        return fit.posterior(draws=draws, seed=4, histories=data)

    def height(self, data: Histories, fit: Fit) -> Objective:
        """Return the likelihood in total."""
        likelihood = Likelihood(self.model, data)

        def total(point: Floats) -> tuple[float, Floats]:
            value, gradient = likelihood(point)
            return value * data.customers_total, gradient * data.customers_total

        return total

    def point(self, fit: Fit) -> Floats:
        """Return the logarithms of the parameters."""
        return np.log(fit.theta)

    def customers(self, data: Histories) -> float:
        """Return how many customers there are."""
        return data.customers_total

    def rows(self, data: Histories) -> int:
        """Return the number of histories."""
        return len(data)

    def take(self, data: Histories, rows: Integers) -> Histories:
        """Return some histories; the gaps, which are those of all, stay."""
        some = data.take(rows)
        return some if data.log_gaps is None else some.with_gaps(data.log_gaps)

    def one_by_one(self, data: Histories) -> Histories:
        """Return a history for each customer."""
        rows = np.repeat(np.arange(len(data)), data.count.astype(np.int64))
        each = data.take(rows, np.ones(rows.size))
        return each if data.log_gaps is None else each.with_gaps(data.log_gaps)

    def simulated(self, size: int, seed: int) -> Histories:
        """Return customers who joined evenly over the first two thirds of the time."""
        low, high = self.ages
        age = self.joined(np.random.default_rng(1000 + seed).uniform(low, high, size))
        bought = self.truth.simulate(size, high, seed)
        seen = bought.time <= age[bought.customer]
        customer, time = bought.customer[seen], bought.time[seen]
        recency = np.zeros(size)
        np.maximum.at(recency, customer, time)
        same = np.diff(customer, prepend=-1) == 0
        gaps = np.where(same, np.diff(time, prepend=0.0), time)
        return self.histories(np.bincount(customer, minlength=size), recency, age, gaps)

    def joined(self, age: Floats) -> Floats:
        """Return ages as this kind counts them."""
        return age

    @abstractmethod
    def legal(self, rng: np.random.Generator, size: int) -> Histories:
        """Return as many histories of any size, new customers and those last seen at the last moment among them."""

    def histories(self, x: Integers, recency: Floats, age: Floats, gaps: Floats) -> Histories:
        """Return histories as this kind counts them."""
        return Histories(frequency=x, recency=recency, age=age, unit=self.unit, log_gaps=np.log(gaps))

    def answers(self, fit: Fit, data: Histories) -> Answers:
        """Return every prediction per history."""
        near, far = self.horizons[1:3]
        return {
            **self.probabilities(fit, data),
            "expected": fit.expected_purchases(data, near),
            "discounted": fit.discounted_purchases(data, far, 0.1),
            "residual": fit.residual_purchases(data, 0.1),
        }

    def probabilities(self, fit: Fit, data: Histories) -> Answers:
        """Return P(alive) and the chances of a few purchases."""
        return {
            "alive": fit.probability_alive(data),
            "mass": fit.purchases_pmf(data, self.horizons[1], range(6)),
        }

    def expected(self, fit: Fit, data: Histories, ahead: float) -> Floats:
        """Return the expected purchases."""
        return fit.expected_purchases(data, ahead)

    def law(self, fit: Fit, data: Histories, ahead: float) -> tuple[Floats, Floats]:
        """Return numbers of purchases and their probabilities."""
        number = np.arange(float(MOST))
        return number, fit.purchases_pmf(data, ahead, number)

    def drawn(self, fit: Fit, size: int, seed: int) -> tuple[Floats, Floats, Floats]:
        """Return the numbers of purchases of new customers, and the law of these."""
        far = self.horizons[2]
        counts = np.bincount(fit.simulate(size, far, seed).customer, minlength=size).astype(np.float64)
        number = np.arange(float(MOST))
        new = self.histories(np.zeros(1, dtype=np.int64), np.zeros(1), np.zeros(1), np.ones(0))
        return counts, number, fit.purchases_pmf(new, far, number)[0]

    def discounted(self, fit: Fit, data: Histories, ahead: float, discount: float) -> Floats:
        """Return the discounted purchases."""
        return fit.discounted_purchases(data, ahead, discount)

    def residual(self, fit: Fit, data: Histories, discount: float) -> Floats:
        """Return the discounted purchases to the end of life."""
        return fit.residual_purchases(data, discount)

    def worth(self, discount: float, ahead: Floats) -> Floats:
        """Return the worth of a purchase `ahead` units from now, discounted by the year."""
        worth: Floats = (1.0 + discount) ** (-ahead * self.unit.days / DAYS_PER_YEAR)
        return worth

    @property
    def agreements(self) -> dict[str, Agreement]:
        """The likelihood, who is alive, what is expected, and a few probabilities."""

        def fit(case: Case) -> Fit:
            return fit_at(self.model, self._theta(case), Unit.DAY)

        def exact(reference: ModuleType, case: Case) -> Any:
            return reference.model_of(self.name, tuple(self._theta(case).tolist()))

        def past(reference: ModuleType, case: Case) -> Any:
            return reference.History(case.x, case.recency, case.age)

        return {
            "likelihood": Agreement(
                40,
                lambda case: [float(self.model.log_likelihood(self._theta(case), *case.columns())[0][0])],
                lambda reference, case: [exact(reference, case).log_likelihood(past(reference, case))],
                most=1e-8,
                nothing=1e-12,
            ),
            "future": Agreement(
                6,
                lambda case: [
                    float(fit(case).probability_alive(case.histories())[0]),
                    float(fit(case).expected_purchases(case.histories(), case.ahead)[0]),
                ],
                lambda reference, case: [
                    exact(reference, case).probability_alive(past(reference, case)),
                    exact(reference, case).expected_purchases(past(reference, case), case.ahead),
                ],
            ),
            "mass": Agreement(
                5,
                lambda case: fit(case).purchases_pmf(case.histories(), case.ahead, self.asked)[0].tolist(),
                lambda reference, case: [
                    exact(reference, case).purchases_pmf(past(reference, case), case.ahead, n) for n in self.asked
                ],
            ),
        }

    def _theta(self, case: Case) -> Floats:
        return np.array(case.theta[: len(self.model.parameters)])


class AtAnyTime(OfPurchases):
    """A model of purchases that may happen at any time, whose likelihood is a density of their times."""

    unit = Unit.WEEK
    rate = 0.12
    ages = (20.0, 60.0)
    kinds = ("continuous",)
    horizons = (1.0, 10.0, 52.0, 1000.0)
    heavy_buyer = Case((1.0, 1.0, 1.0, 1.0, 1.0), 10_000, 600.0, 600.0, 2400.0)

    @property
    def some(self) -> Histories:
        """New and old, idle and busy customers; one who was last seen on the last day."""
        return Histories(
            frequency=[0, 0, 1, 2, 7, 30, 1, 3],
            recency=[0, 0, 1.5, 20, 38, 29.9, 39, 0.4],
            age=[0, 39, 39, 30, 38, 30, 39, 52],
            count=[3, 10, 4, 2, 1, 1, 1, 2],
            log_gaps=19.0,
        )

    def legal(self, rng: np.random.Generator, size: int) -> Histories:
        """Return up to 10,000 purchases in up to 20,000 days."""
        age = np.where(rng.random(size) < 0.1, 0.0, 10.0 ** rng.uniform(-2.0, np.log10(20_000.0), size))
        x = np.where(age > 0.0, np.floor(10.0 ** rng.uniform(-0.5, 4.0, size)), 0.0)
        recency = np.where(x > 0.0, age * np.where(rng.random(size) < 0.2, 1.0, rng.random(size)), 0.0)
        return Histories(frequency=np.where(recency > 0.0, x, 0.0), recency=recency, age=age, unit="day")

    @property
    def unlearnable(self) -> list[Histories]:
        """Nobody observed for any time; and histories in opportunities."""
        return [
            Histories(frequency=[0], recency=[0], age=[0], count=[5], log_gaps=0.0),
            Histories(frequency=[1, 0], recency=[2, 0], opportunities=[3, 3], log_gaps=0.0),
        ]

    def beside(self, data: Histories) -> float:
        """Return Σ over gaps of log g^(k-1)/(k-1)!, of a model whose gaps take k stages."""
        stages: int = getattr(self.model, "k", 1)
        if stages == 1:
            return 0.0
        assert data.log_gaps is not None
        purchases = float(data.frequency @ data.count)
        return (stages - 1) * data.log_gaps - purchases * math.log(math.factorial(stages - 1))

    def in_other_units(self, data: Histories) -> Rescaled:
        """Return histories in days: a density of Σx times, each seven times as long."""
        purchases = float(data.frequency @ data.count)
        gaps = None if data.log_gaps is None else data.log_gaps + purchases * np.log(7.0)
        in_days = Histories(
            frequency=data.frequency,
            recency=7.0 * data.recency,
            age=7.0 * data.age,
            count=data.count,
            unit="day",
            log_gaps=gaps,
        )
        return Rescaled(in_days, -purchases * float(np.log(7.0)), horizon=7.0)

    def steps(self, ahead: float) -> Floats:
        """Return times between which discounting by the year is nothing."""
        return np.concatenate([[0.0], np.geomspace(1e-2, ahead, 700)])

    def extremes(self) -> st.SearchStrategy[Case]:
        """Parameters over eight decades, up to 10,000 purchases in up to 20,000 days, the corners included."""
        positive = powers_of_ten(-4, 4)
        # At a = 1 and s = 1 closed forms divide zero by zero; below a + b = 1 the beta law has two peaks.
        third = st.one_of(positive, st.sampled_from([1.0, 1.0 + 1e-9, 0.3]))
        fourth = st.one_of(positive, st.sampled_from([0.1, 1.0]))

        @st.composite
        def cases(draw: st.DrawFn) -> Case:
            theta = (draw(positive), draw(positive), draw(third), draw(fourth), draw(positive))
            ahead = draw(powers_of_ten(-2, 3.6))
            age = draw(st.one_of(powers_of_ten(-1, 4.3), st.sampled_from([0.0, 1.0, 20_000.0])))
            x = draw(st.one_of(st.integers(0, 4), st.integers(5, 10_000), st.just(10_000))) if age > 0.0 else 0
            share = draw(st.one_of(st.floats(1e-4, 1.0), st.just(1.0)))
            return Case(theta, x, age * share if x else 0.0, age, ahead)

        return cases()


class AtOpportunities(OfPurchases):
    """A model of purchases at opportunities, whose likelihood is a probability and has no unit."""

    unit = Unit.YEAR
    rate = 0.4
    ages = (4.0, 12.0)
    kinds = ("discrete opportunities",)
    horizons = (1.0, 5.0, 12.0, 300.0)
    heavy_buyer = Case((1.0, 1.0, 1.0, 1.0, 1.0), 1000, 1000.0, 1000.0, 40.0)

    @property
    def some(self) -> Histories:
        """Donors of the paper's kind, with one who had no opportunity yet and one of nine years."""
        return Histories(
            frequency=[0, 0, 1, 2, 6, 3, 1],
            recency=[0, 0, 1, 4, 6, 3, 6],
            opportunities=[0, 6, 6, 6, 6, 5, 9],
            count=[3, 10, 4, 2, 1, 5, 2],
        )

    def legal(self, rng: np.random.Generator, size: int) -> Histories:
        """Return purchases at any of up to 300 opportunities."""
        age = np.floor(np.where(rng.random(size) < 0.1, 0.0, 10.0 ** rng.uniform(0.0, np.log10(300.0), size)))
        recency = np.where(rng.random(size) < 0.2, age, np.floor(age * rng.random(size)))
        x = np.minimum(np.ceil(recency * rng.random(size)), recency)
        return Histories(frequency=x, recency=np.where(x > 0.0, recency, 0.0), opportunities=age, unit="month")

    @property
    def unlearnable(self) -> list[Histories]:
        """Nobody had an opportunity; and histories in continuous time."""
        return [
            Histories(frequency=[0], recency=[0], opportunities=[0], count=[5]),
            Histories(frequency=[1, 0], recency=[2, 0], age=[3, 3]),
        ]

    def joined(self, age: Floats) -> Floats:
        """Return whole numbers of opportunities."""
        return np.floor(age)

    def histories(self, x: Integers, recency: Floats, age: Floats, gaps: Floats) -> Histories:
        """Return histories in opportunities."""
        return Histories(frequency=x, recency=recency, opportunities=age, unit=self.unit).distinct()

    def in_other_units(self, data: Histories) -> Rescaled:
        """Return the same opportunities, a month each: a probability is no density, and stays."""
        monthly = Histories(
            frequency=data.frequency, recency=data.recency, opportunities=data.age, count=data.count, unit="month"
        )
        return Rescaled(monthly, 0.0)

    def steps(self, ahead: float) -> Floats:
        """Return the opportunities."""
        return np.arange(ahead + 1.0)

    def extremes(self) -> st.SearchStrategy[Case]:
        """Parameters over eight decades, up to 200 opportunities, the corners included."""
        positive = powers_of_ten(-4, 4)

        @st.composite
        def cases(draw: st.DrawFn) -> Case:
            theta = tuple(draw(positive) for _ in range(5))
            age = draw(st.one_of(st.integers(0, 8), st.integers(9, 200)))
            recency = draw(st.one_of(st.integers(0, age), st.sampled_from([0, age])))
            x = draw(st.one_of(st.integers(1, recency), st.just(recency))) if recency else 0
            return Case(theta, x, float(recency), float(age), float(draw(st.integers(1, 40))))

        return cases()

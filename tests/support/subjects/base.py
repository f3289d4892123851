"""What the contract suite asks of any registered model, whatever it is a model of."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st

from regulars.models.histories import Floats, Integers
from regulars.models.optimise import Objective

Answers = dict[str, Floats]


@dataclass(frozen=True, eq=False)
class Agreement:
    """A question asked of the model and of its reference in many digits, at as many extreme cases as it is worth.

    Both give the same numbers, None or NaN where there is none; they may be 1e-8 of them apart, but no more than
    `most`, which for the logarithm of a likelihood is 1e-8 itself, unless that is the last digit of the number. Less
    than `nothing` they may always be apart: incomplete beta functions underflow not far below, and the logarithm of
    a likelihood near 1 is as good as the likelihood.
    """

    examples: int
    ours: Callable[[Any], list[float]]
    exact: Callable[[ModuleType, Any], list[Any]]
    most: float = math.inf
    nothing: float = 1e-60

    def holds(self, ours: float, exact: Any) -> bool:
        """Whether one number is right."""
        if exact is None:
            return math.isnan(ours)
        return bool(abs(ours - exact) <= max(self.nothing, min(self.most, 1e-8 * abs(exact)), 1e-15 * abs(exact)))


@dataclass(frozen=True, eq=False)
class Rescaled:
    """The same data in another unit: by how much log L changes, and how horizons and expectations do.

    Only a density changes: by the logarithm of the units' ratio for each thing it is a density of.
    """

    data: Any
    change: float
    horizon: float = 1.0
    outcome: float = 1.0


class Subject(ABC):
    """A registered model with what its kind is fitted to and asked about.

    Its truth is a fit at the middle of its own starting points, which is all that a model has to say for it.
    """

    kinds: tuple[str, ...]  # what a likelihood of this kind of model may be of

    def __init__(self, model: Any) -> None:
        self.model = model

    @property
    def name(self) -> str:
        """The name it is registered under."""
        found: str = self.model.name
        return found

    @property
    def has_likelihood(self) -> bool:
        """Whether the model says that it has one."""
        return bool(self.model.likelihood_kind != "none")

    # How far the mean of `law` may be from what is expected, as a share of it.
    coarseness = 1e-9

    @property
    @abstractmethod
    def truth(self) -> Any:
        """A fit, without data, at plausible parameters."""

    @property
    @abstractmethod
    def some(self) -> Any:
        """A handful of data of very different kinds, some of them with counts."""

    @property
    @abstractmethod
    def unlearnable(self) -> list[Any]:
        """Data from which nothing can be learned."""

    @abstractmethod
    def simulated(self, size: int, seed: int) -> Any:
        """Return data of so many customers drawn from the truth."""

    @abstractmethod
    def fit(self, data: Any) -> Any:
        """Return the fit to data."""

    @abstractmethod
    def posterior(self, fit: Any, data: Any, draws: int) -> Any:
        """Return draws of the parameters of a fit to data."""

    @abstractmethod
    def height(self, data: Any, fit: Any) -> Objective:
        """Return log L of all customers and its gradient, by `point`; of `fit` counts what its data decided once."""

    def beside(self, data: Any) -> float:
        """Return what log L has beside its height, whatever the parameters."""
        return 0.0

    @abstractmethod
    def point(self, fit: Any) -> Floats:
        """Return where a fit stands: what its `covariance` is the covariance of."""

    @abstractmethod
    def customers(self, data: Any) -> float:
        """Return how many customers, or contracts, are behind data."""

    @abstractmethod
    def rows(self, data: Any) -> int:
        """Return the number of rows of data."""

    @abstractmethod
    def take(self, data: Any, rows: Integers) -> Any:
        """Return some rows of data in this order, with their counts."""

    @abstractmethod
    def one_by_one(self, data: Any) -> Any:
        """Return the same data with a row for each customer."""

    @abstractmethod
    def in_other_units(self, data: Any) -> Rescaled | None:
        """Return the same data in another unit; None where nothing has one."""

    @abstractmethod
    def answers(self, fit: Any, data: Any) -> Answers:
        """Return every prediction for each row of data, the rows first."""

    @abstractmethod
    def probabilities(self, fit: Any, data: Any) -> Answers:
        """Return those predictions that are probabilities."""

    @property
    @abstractmethod
    def horizons(self) -> tuple[float, ...]:
        """How far ahead to look, in what the model counts in, in rising order."""

    @abstractmethod
    def expected(self, fit: Any, data: Any, ahead: float) -> Floats:
        """Return what is expected until `ahead`, per row of data."""

    @abstractmethod
    def law(self, fit: Any, data: Any, ahead: float) -> tuple[Floats, Floats]:
        """Return the values that may come until `ahead`, shape (n,) or (rows, n), and their probabilities by row."""

    @abstractmethod
    def drawn(self, fit: Any, size: int, seed: int) -> tuple[Floats, Floats, Floats]:
        """Return what so many new customers do, simulated, and the values and probabilities of its law."""

    @abstractmethod
    def extremes(self) -> st.SearchStrategy[Any]:
        """Return the cases to ask `agreements` about: parameters over many decades, whatever data may legally hold."""

    @property
    @abstractmethod
    def agreements(self) -> dict[str, Agreement]:
        """What is compared with the reference."""


class Lasting(Subject):
    """A model of what goes on in time, which may be discounted."""

    @abstractmethod
    def discounted(self, fit: Any, data: Any, ahead: float, discount: float) -> Floats:
        """Return what is expected until `ahead`, discounted to now, per row of data."""

    @abstractmethod
    def residual(self, fit: Any, data: Any, discount: float) -> Floats:
        """Return the same to the end of life."""

    @abstractmethod
    def worth(self, discount: float, ahead: Floats) -> Floats:
        """Return what one is worth now that comes at `ahead`."""

    @abstractmethod
    def steps(self, ahead: float) -> Floats:
        """Return times from 0 to `ahead` between which `worth` changes as good as nothing, or nothing happens."""


def powers_of_ten(low: float, high: float) -> st.SearchStrategy[float]:
    """Return numbers whose logarithms are spread evenly."""
    return st.floats(low, high).map(lambda exponent: float(10.0**exponent))


def middle_of(starts: list[Floats]) -> Floats:
    """Return the geometric mean of points."""
    return np.exp(np.mean(np.log(starts), axis=0))

"""Models of renewals as the contract suite asks them: single contracts, each renewed so often and lapsed or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from regulars.models.certificate import Certificate
from regulars.models.histories import Floats, Integers
from regulars.models.optimise import Objective
from regulars.models.parameter_draws import Posterior
from regulars.models.renewals.cohorts import Renewals
from regulars.models.renewals.fit import RenewalFit
from regulars.models.renewals.fitting import Likelihood
from regulars.models.renewals.powers import MOST
from regulars.models.renewals.renewal_model import RenewalModel
from subjects.base import Agreement, Answers, Lasting, middle_of

LAPSE = 0.25
FOLLOWED = 12
# Beyond e^-700 no chance to be renewed is told from another.
LEAST = -700.0
SURVIVORS = (1000, 869, 743, 653, 593, 551, 517, 491)
TIMES = np.array([1.0, 2.0, 7.0, 400.0])


@dataclass(frozen=True, eq=False)
class Contracts:
    """Single contracts: how often each was renewed, whether it lapsed the next time, and how many are alike."""

    renewed: Integers
    lapsed: NDArray[np.bool_]
    count: Floats

    @property
    def table(self) -> Renewals:
        """The renewals that a model is fitted to."""
        return Renewals.from_contracts(renewed=self.renewed, lapsed=self.lapsed, count=self.count)


class OfRenewals(Lasting):
    """A registered model of renewals; time is counted in them, so nothing has a unit."""

    model: RenewalModel
    kinds = ("renewals",)
    horizons = (1.0, 4.0, 12.0, 60.0)

    @cached_property
    def truth(self) -> RenewalFit:
        """A fit at the middle of the starts for a quarter of lapses."""
        theta = middle_of([self.model.climbed(start) for start in self.model.starts(LAPSE)])
        return self._at(theta)

    def _at(self, theta: Floats) -> RenewalFit:
        nothing = np.full((theta.size, theta.size), np.nan)
        return RenewalFit(self.model, theta, 0.0, 1.0, 1, nothing, Certificate(()))

    @property
    def some(self) -> Contracts:
        """Contracts that lapsed at once, late, and not yet."""
        return Contracts(
            renewed=np.array([0, 0, 1, 2, 2, 3, 5, 7, 1]),
            lapsed=np.array([True, False, True, True, False, True, True, False, False]),
            count=np.array([30.0, 4.0, 17.0, 9.0, 3.0, 5.0, 2.0, 21.0, 1.0]),
        )

    @property
    def unlearnable(self) -> list[Contracts]:
        """Contracts not yet at a renewal, all of them renewed, all of them lapsed."""
        few = np.array([5.0])
        return [
            Contracts(np.array([number]), np.array([lapsed]), few)
            for number, lapsed in ((0, False), (3, False), (0, True))
        ]

    def simulated(self, size: int, seed: int) -> Contracts:
        """Return contracts followed for as many renewals."""
        table = self.truth.simulate(size, FOLLOWED, seed)
        lapses = table.risk_by_renewal - table.renewed_by_renewal
        return Contracts(
            renewed=np.arange(FOLLOWED + 1),
            lapsed=np.arange(FOLLOWED + 1) < FOLLOWED,
            count=np.append(lapses, table.renewed_by_renewal[-1]),
        )

    def fit(self, data: Contracts) -> RenewalFit:
        """Return the fit to contracts."""
        return self.model.fit(data.table)

    def posterior(self, fit: RenewalFit, data: Contracts, draws: int) -> Posterior[RenewalFit]:
        """Return draws of the parameters."""
        return fit.posterior(draws=draws, seed=4, renewals=data.table)

    def height(self, data: Contracts, fit: RenewalFit) -> Objective:
        """Return the likelihood in total."""
        table = data.table
        likelihood = Likelihood(self.model, table)

        def total(point: Floats) -> tuple[float, Floats]:
            value, gradient = likelihood(point)
            return value * table.contracts, gradient * table.contracts

        return total

    def point(self, fit: RenewalFit) -> Floats:
        """Return the logarithms of the numbers that the climb works on."""
        return np.log(fit.theta)

    def customers(self, data: Contracts) -> float:
        """Return how many contracts there are that came to a renewal."""
        return data.table.contracts

    def rows(self, data: Contracts) -> int:
        """Return the number of rows."""
        return data.renewed.size

    def take(self, data: Contracts, rows: Integers) -> Contracts:
        """Return some contracts."""
        return Contracts(data.renewed[rows], data.lapsed[rows], data.count[rows])

    def one_by_one(self, data: Contracts) -> Contracts:
        """Return each contract by itself."""
        number = data.count.astype(np.int64)
        return Contracts(np.repeat(data.renewed, number), np.repeat(data.lapsed, number), np.ones(int(number.sum())))

    def in_other_units(self, data: Contracts) -> None:
        """Return None: renewals are counted."""

    def answers(self, fit: RenewalFit, data: Contracts) -> Answers:
        """Return every prediction for running contracts that were renewed as often."""
        return {
            **self.probabilities(fit, data),
            "expected": fit.expected_renewals(data.renewed, 4),
            "discounted": fit.expected_renewals(data.renewed, 12, 0.1),
            "residual": fit.residual_renewals(data.renewed, 0.1),
        }

    def probabilities(self, fit: RenewalFit, data: Contracts) -> Answers:
        """Return the chances of the next renewals."""
        return {
            "retention": fit.retention(data.renewed + 1),
            "survival": fit.survival(data.renewed),
            "mass": fit.renewals_pmf(data.renewed, 5),
        }

    def expected(self, fit: RenewalFit, data: Contracts, ahead: float) -> Floats:
        """Return the expected renewals."""
        return fit.expected_renewals(data.renewed, int(ahead))

    def law(self, fit: RenewalFit, data: Contracts, ahead: float) -> tuple[Floats, Floats]:
        """Return numbers of renewals and their probabilities."""
        return np.arange(ahead + 1.0), fit.renewals_pmf(data.renewed, int(ahead))

    def drawn(self, fit: RenewalFit, size: int, seed: int) -> tuple[Floats, Floats, Floats]:
        """Return how often new contracts were renewed in as many times, and the law of it."""
        table = fit.simulate(size, FOLLOWED, seed)
        lapses = np.append(table.risk_by_renewal - table.renewed_by_renewal, table.renewed_by_renewal[-1])
        number = np.arange(FOLLOWED + 1.0)
        return np.repeat(number, lapses.astype(np.int64)), number, fit.renewals_pmf([0], FOLLOWED)[0]

    def discounted(self, fit: RenewalFit, data: Contracts, ahead: float, discount: float) -> Floats:
        """Return the discounted renewals."""
        return fit.expected_renewals(data.renewed, int(ahead), discount)

    def residual(self, fit: RenewalFit, data: Contracts, discount: float) -> Floats:
        """Return the discounted renewals to the end."""
        return fit.residual_renewals(data.renewed, discount)

    def worth(self, discount: float, ahead: Floats) -> Floats:
        """Return the worth of a renewal, discounted by the period."""
        worth: Floats = (1.0 + discount) ** -ahead
        return worth

    def steps(self, ahead: float) -> Floats:
        """Return the renewals."""
        return np.arange(ahead + 1.0)

    def extremes(self) -> st.SearchStrategy[tuple[float, ...]]:
        """Parameters of the paper over twelve decades around the truth, where some chance to be renewed is left."""
        size, far = len(self.model.climbs), st.sampled_from([-6.0, 6.0])
        exponents = st.lists(st.one_of(st.floats(-6.0, 6.0), far), min_size=size, max_size=size)
        return exponents.map(self._moved).filter(self._renews)

    def _moved(self, exponents: list[float]) -> tuple[float, ...]:
        theta = self.truth.theta * 10.0 ** np.array(exponents)
        return tuple(self.model.shown(np.minimum(theta, 30.0 if theta.size == 1 else np.inf))[0].tolist())

    def _renews(self, parameters: tuple[float, ...]) -> bool:
        with np.errstate(divide="ignore"):  # a chance of 1 to lapse
            theta = self.model.climbed(np.array(parameters))
        if not np.isfinite(theta).all():
            return False
        # Where age is a power of the renewals, it ends at e^600.
        power = dict(zip(self.model.climbs, theta.tolist(), strict=True)).get("c", 1.0)
        within = power * np.log(TIMES[-1]) < MOST
        return bool(within and self.model.log_retention(theta, TIMES)[0].min() > 10.0 * LEAST)

    @property
    def agreements(self) -> dict[str, Agreement]:
        """Retention, the likelihood of a published cohort, and what is to be expected."""
        cohort = Renewals.from_survivors(SURVIVORS)

        def at(parameters: tuple[float, ...]) -> RenewalFit:
            return self._at(self.model.climbed(np.array(parameters)))

        def exact(reference: ModuleType, parameters: tuple[float, ...]) -> Any:
            return reference.model_of(self.name, parameters)

        def height(parameters: tuple[float, ...]) -> list[float]:
            value, _ = Likelihood(self.model, cohort)(np.log(at(parameters).theta))
            return [value * cohort.contracts]

        return {
            "retention": Agreement(
                40,
                lambda parameters: self.model.log_retention(at(parameters).theta, TIMES)[0].tolist(),
                lambda reference, parameters: [exact(reference, parameters).log_retention(int(n)) for n in TIMES],
            ),
            "likelihood": Agreement(
                15, height, lambda reference, parameters: [exact(reference, parameters).log_likelihood(SURVIVORS)]
            ),
            "future": Agreement(
                15,
                lambda parameters: [
                    *at(parameters).survival([1, 9]).tolist(),
                    float(at(parameters).expected_renewals(2, 12)),
                ],
                lambda reference, parameters: [
                    *(exact(reference, parameters).survival(n) for n in (1, 9)),
                    exact(reference, parameters).expected_renewals(2, 12),
                ],
            ),
        }

"""The total of a group of customers, drawn: chance, the doubt about parameters, and the shocks that the past showed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from regulars.models.histories import Floats, Histories
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Scores
from regulars.models.spend.base import SpendFit
from regulars.models.totals import (
    EVERYTHING,
    FARTHEST,
    Base,
    Looks,
    SimulatedTotals,
    allowed_parameters,
    simulate_totals,
)
from regulars.valuation.corrections import Corrections, Kind, question_of
from regulars.valuation.valuation import Settings

# Set the streams of the shocks apart from that of the outcomes.
SHARED = 1
OWN: dict[Kind, int] = {"cohort": 2, "segment": 4}
# The chance of one group is the smaller part of its doubt: a quarter of the histories tells it to a twentieth.
OF_A_GROUP = Looks(100, 1000)


@dataclass(frozen=True)
class Way:
    """How the totals of customers are drawn: the fits, all customers, the settings, and what the past says of them."""

    fit: Uncertain
    everyone: Histories
    spend: SpendFit
    settings: Settings
    corrections: Corrections

    def totals(self, base: Base, scores: Scores, *, group: int | None = None, kind: Kind = "cohort") -> SimulatedTotals:
        """Return draws of the totals of some customers, without the margin.

        Where windows of the past were tested, the shocks seen between them widen the draws: each is multiplied by
        exp(shock · t), t by Student's law, the same for purchases and for value and for every group. A single `group`,
        by its number, has a normal shock of its own on top, as large as groups of its `kind` had; all customers
        together have none.
        """
        seed, past = self.settings.seed, self.corrections
        question, looks = question_of(self.settings, past), EVERYTHING if group is None else OF_A_GROUP
        drawn = simulate_totals(
            past.ahead(self.fit),
            self.spend,
            base,
            scores,
            question,
            seed=seed,
            allowed=lambda: self._allowed,
            looks=looks,
        )
        shared = special.stdtrit(past.degrees, _chances(drawn, seed, SHARED))
        bought, worth = (past.purchase_shock or 0.0) * shared, (past.value_shock or 0.0) * shared
        if group is not None:
            own = special.ndtri(_chances(drawn, seed, OWN[kind], group))
            bought_shock, worth_shock = past.own_shocks(kind)
            bought += bought_shock * own
            worth += worth_shock * own
        return SimulatedTotals(drawn.purchases * factors(bought), drawn.value * past.spend * factors(worth))

    @cached_property
    def _allowed(self) -> Floats:
        """The parameters that the data allow, drawn once for all groups."""
        return allowed_parameters(self.fit, self.everyone, seed=self.settings.seed)


def factors(shocks: Floats) -> Floats:
    """Return what shocks of the logarithm multiply a total by; it stays finite where windows were off by e^20."""
    return np.exp(np.clip(shocks, -FARTHEST, FARTHEST))


def _chances(drawn: SimulatedTotals, *seed: int) -> Floats:
    """Return a chance per draw, in even steps: no interval is wide or narrow by accident."""
    size = drawn.purchases.size
    return (np.random.default_rng(seed).permutation(size) + 0.5) / size

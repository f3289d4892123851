"""What a model of purchases and one of spend expect, as features and as the start that a learner goes on from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from regulars.models.histories import Floats
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.contenders import spends_at
from regulars.valuation.spend_way import ALL

# An entry per customer: expected purchases, the probability of any, expected value, and what else a model says.
Outlook = Callable[[AsKnown], Mapping[str, Floats]]

PURCHASES, ANY, VALUE, ALIVE = "expected purchases", "probability of a purchase", "expected value", "probability alive"


def outlook_of(unit: Unit, *, has_money: bool, threads: int, model: TransactionModel | None = None) -> Outlook:
    """Return what `model` (by default MBG/NBD) and the spend on all days expect of customers as known at an origin.

    Calling it raises `NotApplicable` where the model cannot be fitted.
    """

    def seen(known: AsKnown) -> dict[str, Floats]:
        chosen = model or MODELS.get("mbg-nbd")
        histories, _, row = known.histories(unit)
        fit = chosen.fit(histories.distinct(), threads=threads)
        ahead = days(known.window)
        bought = np.asarray(fit.expected_purchases(histories, t=ahead))[row]
        none = np.asarray(fit.purchases_pmf(histories, t=ahead, n=[0])).reshape(-1)[row]
        found = {PURCHASES: bought, ANY: 1.0 - none, ALIVE: np.asarray(fit.probability_alive(histories))[row]}
        return found | ({VALUE: bought * _spend(known)} if has_money else {})

    return seen


def _spend(known: AsKnown) -> Floats:
    """Return what each customer is expected to spend on a purchase day; NaN where the mean does not exist."""
    seen = spends_at(known, has_money=True)[ALL]
    intercept = seen.spend.intercept(known.frequency.astype(np.float64), known.age.astype(np.float64))
    factor: Floats = seen.spend.mean_factor(seen.n_obs.astype(np.float64))
    return (intercept + seen.spend.slope * seen.total) * factor

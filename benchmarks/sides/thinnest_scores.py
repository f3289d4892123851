"""The mathematics of the thinnest programs: both fits and every prediction of a default run, by regulars itself."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from regulars.models.histories import Histories
from regulars.models.scoring import Question, score
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.periods import days

Arrays = dict[str, NDArray[Any]]

THREADS = 2


def predict(histories: Arrays, spent: Arrays) -> tuple[Arrays, float]:
    """Return predictions per distinct history (values as multiples of a customer's scale), and γ of that scale.

    `histories` has frequency, recency and age in days, and customers; `spent` has frequency, total and customers.
    """
    frequency, recency, age = (histories[name].astype(float) for name in ("frequency", "recency", "age"))
    known = Histories(frequency=frequency, recency=recency / 7.0, age=age / 7.0, count=histories["customers"])
    number, total, customers = (spent[name].astype(float) for name in ("frequency", "total", "customers"))
    fit, spend = BGNBD().fit(known), GammaGamma().fit(number, total / number, customers)
    found = score(fit, spend, known, frequency, Question(days(365), (0.1, 0.5, 0.9), 0.1), threads=THREADS)
    low, median, high = found.quantile
    mean = spend.mean_factor(frequency)
    predictions = {
        "alive": found.probability_alive, "purchases": found.purchases, "buys": found.probability_purchase,
        "expected": mean * found.purchases, "low": low, "median": median, "high": high,
        "soon": mean * found.discounted, "ever": mean * found.residual,
    }  # fmt: skip
    return predictions, spend.gamma

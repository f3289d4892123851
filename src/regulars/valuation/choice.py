"""Which model of purchases speaks for these customers: for now the best of three by BIC."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.transactions import MODELS
from regulars.valuation.valuation import Candidate

AUTO = ("bg-nbd", "mbg-nbd", "pareto-nbd")


@dataclass(frozen=True, eq=False)
class Choice:
    """The fit that was chosen, all that were tried, and why."""

    fit: Fit
    candidates: tuple[Candidate, ...]
    because: str


def choose(histories: Histories, model: str) -> Choice:
    """Fit `model`, or with "auto" the three candidates, and return the best by BIC.

    All three are continuous-time likelihoods of the same data, so their BIC may be compared.
    """
    names = AUTO if model == "auto" else (model,)
    fits = [MODELS.get(name).fit(histories) for name in names]
    ranked = sorted(fits, key=lambda fit: fit.bic)
    candidates = tuple(Candidate(fit.model.name, fit.log_likelihood, fit.bic, "") for fit in fits)
    return Choice(ranked[0], candidates, _because(ranked, model))


def _because(ranked: list[Fit], model: str) -> str:
    best = ranked[0]
    if model != "auto":
        return f"{best.model.title} was asked for."
    second = ranked[1]
    margin = second.bic - best.bic
    # Kass & Raftery (1995) call a difference of 10 very strong.
    clearly = "clearly" if margin > 10.0 else "narrowly"
    return (
        f"{best.model.title} has the lowest BIC of the {len(ranked)} models tried, {clearly} ahead of "
        f"{second.model.title} ({margin:,.1f} apart). How well it forecasts has not been tested on the past yet."
    )

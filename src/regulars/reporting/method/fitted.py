"""What was fitted: the models with their parameters and standard errors, and the candidates beside them."""

from __future__ import annotations

import math

from regulars.reporting import formats
from regulars.reporting.document import Block, Column, Paragraph, Row, Table
from regulars.valuation.valuation import Candidate, FittedModel, Valuation


def fitted(valuation: Valuation) -> list[Block]:
    """Return the choice of the model, the parameters of each fit, and what was tried."""
    blocks: list[Block] = [
        Paragraph(_choice(valuation)),
        _parameters(valuation.transactions, f"time in {valuation.settings.unit}s"),
    ]
    if valuation.spend is not None:
        blocks.append(_parameters(valuation.spend, "spend per purchase"))
    return [*blocks, _candidates(valuation)]


def _choice(valuation: Valuation) -> str:
    fit = valuation.transactions
    sentences = [f"The purchases are described by {fit.title}.", valuation.chosen_because]
    sentences.append(
        f"The {formats.counted(fit.customers, 'customer')} have "
        f"{formats.counted(valuation.histories, 'distinct history').replace('historys', 'histories')}."
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _parameters(fit: FittedModel, unit: str) -> Table:
    rows = tuple(
        Row((name, estimate, fit.standard_errors.get(name, math.nan))) for name, estimate in fit.parameters.items()
    )
    undefined = any(not formats.known(fit.standard_errors.get(name)) for name in fit.parameters)
    missing = " A dash: this standard error does not exist; the certificate says why." if undefined else ""
    return Table(
        title=f"{fit.title}, {unit}",
        columns=(
            Column("Parameter", numeric=False),
            Column("Estimate", formats.significant),
            Column("Standard error", lambda error: formats.significant(error, 2)),
        ),
        rows=rows,
        note=f"{_likelihood(fit)}, n = {formats.counted(fit.customers, 'customer')}.{missing}",
    )


def _likelihood(fit: FittedModel) -> str:
    if fit.log_likelihood is None or fit.aic is None or fit.bic is None:
        return "A blend has no likelihood of its own; those of its models stand below"
    fitted = f"log-likelihood {formats.fixed(fit.log_likelihood, 2)}, AIC {formats.fixed(fit.aic, 1)}"
    return f"{fitted}, BIC {formats.fixed(fit.bic, 1)}"


def _candidates(valuation: Valuation) -> Table:
    best = min((one.bic for one in valuation.candidates if one.bic is not None), default=0.0)
    return Table(
        title="Models that were tried",
        columns=(
            Column("Model", numeric=False),
            Column("Log-likelihood", lambda number: formats.fixed(number, 2)),
            Column("BIC", lambda number: formats.fixed(number, 1)),
            Column("BIC above the best", lambda number: formats.fixed(number, 1)),
            Column("Remark", numeric=False),
        ),
        rows=tuple(Row(_candidate(one, best, valuation.transactions.name)) for one in valuation.candidates),
        note="BIC: the lower, the better the model explains the record for its number of parameters.",
        wide=True,
    )


def _candidate(one: Candidate, best: float, taken: str) -> tuple[str, float | None, float | None, float | None, str]:
    above = None if one.bic is None else one.bic - best
    remarks = ("taken" if one.model == taken else "", one.reason)
    return one.model, one.log_likelihood, one.bic, above, "; ".join(remark for remark in remarks if remark)

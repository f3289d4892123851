"""Can these numbers be believed, and how were they made?"""

from __future__ import annotations

import math

from regulars.models.certificate import Standing
from regulars.models.renewals.fit import RenewalFit
from regulars.reporting import formats
from regulars.reporting.document import Block, Column, Findings, Paragraph, Row, Section, Table
from regulars.reporting.subscriptions.words import forecast
from regulars.valuation.subscriptions.valuation import PeriodFit, SubscriptionValuation

_GRAVEST_FIRST: dict[Standing, int] = {"warning": 0, "note": 1, "good": 2}


def certificate(valuation: SubscriptionValuation) -> Section:
    """Return the section of what was checked, assumed and fitted, per billing period."""
    blocks = tuple(block for period in valuation.fits for block in _of_period(period))
    return Section("certificate", "Certificate and method", forecast(valuation), blocks)


def _of_period(period: PeriodFit) -> list[Block]:
    name = period.period.name
    if period.fit is None:
        return [Paragraph(f"Contracts renewed every {name}: {period.because}.", standing="warning")]
    fit = period.fit
    found = tuple(sorted(fit.certificate.findings, key=lambda finding: _GRAVEST_FIRST[finding.standing]))
    return [
        Findings(f"{fit.model.title}: contracts renewed every {name}", fit.certificate.standing, found),
        Paragraph(f"What {fit.model.title} takes for granted: {' '.join(fit.model.assumptions)}"),
        _parameters(fit, name),
        _tried(period),
    ]


def _parameters(fit: RenewalFit, name: str) -> Table:
    columns = (
        Column("Parameter", numeric=False),
        Column("Estimate", formats.significant),
        Column("Standard error", formats.significant),
    )
    errors = fit.standard_errors
    rows = tuple(
        Row((parameter, number, errors[parameter] if math.isfinite(errors[parameter]) else None))
        for parameter, number in fit.params.items()
    )
    return Table(f"{fit.model.title}, in renewals every {name}", columns, rows)


def _tried(period: PeriodFit) -> Table:
    columns = (
        Column("Model", numeric=False),
        Column("Log-likelihood", lambda number: formats.fixed(number, 2)),
        Column("BIC", lambda number: formats.fixed(number, 2)),
        Column("Why not", numeric=False),
    )
    rows = tuple(Row((one.model, one.log_likelihood, one.bic, one.reason or None)) for one in period.candidates)
    return Table(f"Models tried, contracts renewed every {period.period.name}", columns, rows, note=period.because)

"""How many contracts are renewed, time after time: what was seen and what the model says, together and by cohort."""

from __future__ import annotations

import numpy as np

from regulars.models.renewals.fit import RenewalFit
from regulars.reporting import formats
from regulars.reporting.document import Block, Column, Figure, Paragraph, Row, Section, Table
from regulars.reporting.subscriptions.survival_curve import Curve, curve_of, survival_curve
from regulars.reporting.subscriptions.words import record
from regulars.valuation.subscriptions.valuation import PeriodFit, SubscriptionValuation

MOST_RENEWALS = 60


def retention(valuation: SubscriptionValuation) -> Section:
    """Return the section of the survival curves, one per billing period."""
    blocks = tuple(block for fit in valuation.fits for block in _of_period(fit))
    return Section("retention", "Renewals", record(valuation, valuation.totals.contracts, "contract"), blocks)


def _of_period(period: PeriodFit) -> list[Block]:
    if period.fit is None:
        text = f"Contracts renewed every {period.period.name}: no model of their renewals. {period.because}."
        return [Paragraph(text, standing="warning")]
    return [_figure(period, period.fit), Paragraph(period.because), _cohorts(period, period.fit)]


def _figure(period: PeriodFit, fit: RenewalFit) -> Figure:
    curve = curve_of(period, fit, MOST_RENEWALS)
    name = f"survival-{period.period.name.replace(' ', '-')}"
    return Figure(
        name=name,
        title=f"Contracts still running, renewed every {period.period.name}",
        finding=_finding(curve, period),
        table=_table(curve, period),
        specification=lambda theme: survival_curve(curve, theme),
        wide=True,
    )


def _finding(curve: Curve, period: PeriodFit) -> str:
    last = len(curve.actual) - 1
    return (
        f"Of new contracts, {formats.share(curve.actual[1])} are renewed once and {formats.share(curve.actual[last])} "
        f"{formats.counted(last, 'time')}; the model says {formats.share(curve.expected[1])} and "
        f"{formats.share(curve.expected[last])}. The thin lines are the cohorts of {period.cohorts[0]} to "
        f"{period.cohorts[-1]}."
    )


def _table(curve: Curve, period: PeriodFit) -> Table:
    columns = (
        Column("Renewal", str, numeric=False),
        Column("Contracts at risk", formats.count),
        Column("Renewed", formats.share),
        Column("Renewed, model", formats.share),
        Column("Still running", formats.share),
        Column("Still running, model", formats.share),
    )
    risk = period.renewals.risk_by_renewal
    renewed = period.renewals.renewed_by_renewal
    rows = tuple(
        Row(
            (
                str(n),
                round(float(risk[n - 1])),
                float(renewed[n - 1] / risk[n - 1]),
                curve.expected[n] / curve.expected[n - 1],
                curve.actual[n],
                curve.expected[n],
            )
        )
        for n in range(1, len(curve.actual))
    )
    return Table(f"Renewals every {period.period.name}", columns, rows)


def _cohorts(period: PeriodFit, fit: RenewalFit) -> Table:
    """Return the lapses of each cohort beside those the model expects of its contracts at risk."""
    rates = fit.retention(np.arange(1, period.renewals.at_risk.shape[1] + 1))
    rows = []
    for cohort, risk, renewed in zip(period.cohorts, period.renewals.at_risk, period.renewals.renewed, strict=True):
        expected, lapsed = float(risk @ (1.0 - rates)), float((risk - renewed).sum())
        difference = lapsed / expected - 1.0 if expected else None
        rows.append(Row((cohort, round(float(risk[0])), round(lapsed), expected, difference)))
    columns = (
        Column("Started in", numeric=False),
        Column("Came to a renewal", formats.count),
        Column("Lapsed", formats.count),
        Column("Lapsed, model", lambda number: formats.fixed(number, 0)),
        Column("Difference", formats.signed_share),
    )
    note = "The model takes all cohorts for alike; a cohort far off says that something has changed."
    return Table(f"Cohorts, renewed every {period.period.name}", columns, tuple(rows), note=note)

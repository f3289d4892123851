"""Can the fits be believed? Everything that was checked, in plain words."""

from __future__ import annotations

from regulars.models.certificate import Standing
from regulars.reporting import captions
from regulars.reporting.document import Block, Findings, Paragraph, Section
from regulars.reporting.study import Study
from regulars.valuation.valuation import FittedModel

_GRAVEST_FIRST: dict[Standing, int] = {"warning": 0, "note": 1, "good": 2}


def certificate(study: Study) -> Section:
    """Return the section of what was checked about each fit."""
    valuation = study.valuation
    blocks: list[Block] = [_findings(valuation.transactions, "how often customers buy")]
    if valuation.spend is not None:
        blocks.append(_findings(valuation.spend, "how much they spend"))
    if valuation.spend_note:
        blocks.append(Paragraph(valuation.spend_note))
    return Section(
        name="certificate",
        title="Certificate of the fits",
        caption=captions.record(valuation, valuation.transactions.customers, "customer"),
        blocks=tuple(blocks),
    )


def _findings(fit: FittedModel, question: str) -> Findings:
    found = tuple(sorted(fit.certificate.findings, key=lambda finding: _GRAVEST_FIRST[finding.standing]))
    return Findings(f"{fit.title}: {question}", fit.certificate.standing, found)

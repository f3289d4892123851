"""Can these numbers be believed, and how were they made? When not to, what was checked, what is assumed."""

from __future__ import annotations

from regulars.models.certificate import Certificate, Standing
from regulars.reporting import captions
from regulars.reporting.document import Block, Findings, Paragraph, Section
from regulars.reporting.method.assumptions import assumptions
from regulars.reporting.method.doubts import doubts
from regulars.reporting.method.fitted import fitted
from regulars.reporting.method.glossary import glossary
from regulars.reporting.method.settings import how_it_was_made
from regulars.reporting.study import Study
from regulars.valuation.valuation import FittedModel, Valuation

_GRAVEST_FIRST: dict[Standing, int] = {"warning": 0, "note": 1, "good": 2}


def certificate(study: Study) -> Section:
    """Return the section of what to believe, and of everything the numbers rest on."""
    valuation = study.valuation
    return Section(
        name="certificate",
        title="Certificate and method",
        caption=captions.forecast(valuation, valuation.transactions.customers, "customer"),
        blocks=(
            _findings("When not to believe these numbers", Certificate(doubts(valuation))),
            *_checks(valuation),
            assumptions(valuation),
            *fitted(valuation),
            glossary(valuation),
            how_it_was_made(valuation),
        ),
    )


def _checks(valuation: Valuation) -> list[Block]:
    blocks: list[Block] = [_fit(valuation.transactions, "how often customers buy")]
    if valuation.spend is not None:
        blocks.append(_fit(valuation.spend, "how much they spend"))
    return [*blocks, Paragraph(valuation.spend_note)] if valuation.spend_note else blocks


def _fit(fit: FittedModel, question: str) -> Findings:
    return _findings(f"{fit.title}: {question}", fit.certificate)


def _findings(title: str, said: Certificate) -> Findings:
    return Findings(title, said.standing, tuple(sorted(said.findings, key=lambda one: _GRAVEST_FIRST[one.standing])))

"""The first page: five questions, each answered in a sentence with its figure."""

from __future__ import annotations

from regulars.reporting import captions
from regulars.reporting.answers import QUESTIONS
from regulars.reporting.document import Section, Sentences
from regulars.reporting.study import Study


def summary(study: Study) -> Section:
    """Return the section of the answers."""
    valuation = study.valuation
    return Section(
        name="summary",
        title="Summary",
        caption=captions.forecast(valuation, valuation.totals.customers, "customer"),
        blocks=(Sentences(tuple(question(study) for question in QUESTIONS)),),
    )

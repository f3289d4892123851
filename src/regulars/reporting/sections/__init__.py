"""The sections of the report in reading order: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable

from regulars.reporting.document import Section
from regulars.reporting.sections.backtest import backtest
from regulars.reporting.sections.certificate import certificate
from regulars.reporting.sections.cohorts import cohorts
from regulars.reporting.sections.customers import customers
from regulars.reporting.sections.economics import economics
from regulars.reporting.sections.fit import fit
from regulars.reporting.sections.receipt import receipt
from regulars.reporting.sections.segments import segments
from regulars.reporting.sections.summary import summary
from regulars.reporting.sections.value import value
from regulars.reporting.study import Study

SECTIONS: tuple[Callable[[Study], Section], ...] = (
    summary,
    receipt,
    value,
    cohorts,
    backtest,
    fit,
    customers,
    segments,
    economics,
    certificate,
)

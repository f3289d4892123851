"""What is taken for granted: by each fitted model, which brings its assumptions with it, and by every forecast here."""

from __future__ import annotations

from regulars.reporting.document import Column, Row, Table
from regulars.valuation.valuation import Valuation

ALWAYS = (
    "Customers decide without each other: nothing befalls all of them at once.",
    "The future is like the record: the same assortment, prices, advertising and rivals.",
    "A customer id is one person or company, from the first order on.",
)


def assumptions(valuation: Valuation) -> Table:
    """Return the assumptions, each with what makes it."""
    fits = [valuation.transactions, *([] if valuation.spend is None else [valuation.spend])]
    rows = [Row((sentence, fit.title)) for fit in fits for sentence in fit.assumptions]
    rows += [Row((sentence, "every forecast here")) for sentence in ALWAYS]
    columns = (Column("What is assumed", numeric=False), Column("By", numeric=False))
    return Table("What is taken for granted", columns, tuple(rows), wide=True)

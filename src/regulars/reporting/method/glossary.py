"""What the words on the page mean: one meaning each, the same in the library and in the files."""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import Column, Row, Table
from regulars.valuation.valuation import Valuation


def glossary(valuation: Valuation) -> Table:
    """Return the words with their meanings."""
    columns = (Column("Word", numeric=False), Column("What it means here", numeric=False))
    return Table("Words used on this page", columns, tuple(Row(pair) for pair in _words(valuation)), wide=True)


def _words(valuation: Valuation) -> list[tuple[str, str]]:
    settings = valuation.settings
    level = formats.rate(settings.interval)
    return [
        ("Customer", "A customer id with at least one purchase up to the as-of date."),
        ("Purchase", "A day on which a customer bought; several orders on one day are one purchase."),
        ("Repeat purchase", "Every purchase after the customer's first one."),
        ("As of", "The day the report looks from. Nothing dated later is used, refunds included."),
        ("Basis", f"What a value is made of; here: {captions.basis(valuation)}."),
        ("Historic value", "What a customer brought up to the as-of date, refunds taken off."),
        ("Expected", f"The mean over everything the model holds possible in {captions.window(settings)}."),
        (
            "Interval",
            f"Holds the outcome with a probability of {level} if the model is right.",
        ),
        ("Alive", "The customer has not left for good. Leaving is never seen, so this is a probability."),
        ("Value at risk", "The part of a customer's value that is lost if the customer has left already."),
        ("Cohort", "The customers whose first purchase fell in the same month, counted for ever at their first size."),
        ("Discounted", f"Later money counts less: {formats.rate(settings.discount)} a year."),
    ]

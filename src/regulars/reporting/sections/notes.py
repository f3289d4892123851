"""What else must be known before these numbers are used?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import Block, Column, Paragraph, Row, Section, Table
from regulars.reporting.study import Study
from regulars.valuation.valuation import Settings, Valuation


def notes(study: Study) -> Section:
    """Return the section of the notes, and of how the run was made."""
    valuation = study.valuation
    said = [_currency(valuation), *valuation.receipt.notes, *valuation.notes]
    if not valuation.left_truncation.flagged:  # otherwise a note of the valuation says more
        said.append(_left_truncation(valuation))
    blocks: list[Block] = [Paragraph(note) for note in dict.fromkeys(said)]
    blocks.append(_made_with(valuation))
    return Section(
        name="notes",
        title="Notes",
        caption=captions.forecast(valuation, valuation.totals.customers, "customer"),
        blocks=tuple(blocks),
    )


def _left_truncation(valuation: Valuation) -> str:
    start = valuation.left_truncation
    return (
        f"{formats.counted(start.customers, 'customer')} ({formats.share(start.share)}) were first seen in the first "
        f"{formats.counted(start.days, 'day')} of the record."
    )


def _currency(valuation: Valuation) -> str:
    receipt = valuation.receipt
    if not receipt.has_money:
        return "The data hold no amounts: every value in this report is a number of purchases."
    if receipt.currency:
        return f"All amounts are in {receipt.currency}."
    return "The data name no currency: amounts are shown as they were given."


def _made_with(valuation: Valuation) -> Table:
    chosen = [*_settings(valuation.settings), *valuation.versions.items()]
    columns = (Column("Setting", numeric=False), Column("Value", numeric=False))
    return Table("How this run was made", columns, tuple(Row(pair) for pair in chosen))


def _settings(settings: Settings) -> list[tuple[str, str]]:
    return [
        ("As of", formats.day(settings.as_of)),
        ("Horizon", formats.counted(settings.horizon, "day")),
        ("Unit of the parameters", settings.unit),
        ("Model asked for", settings.model),
        ("Basis", settings.basis),
        ("Margin", formats.MISSING if settings.margin is None else formats.rate(settings.margin)),
        ("Discount a year", formats.rate(settings.discount)),
        ("Interval", formats.rate(settings.interval)),
        ("Cost of acquiring a customer", formats.MISSING if settings.cac is None else formats.fixed(settings.cac, 2)),
        ("Orders of amount zero", settings.zero_amount),
        ("Time zone", settings.timezone),
        ("Seed", str(settings.seed)),
    ]

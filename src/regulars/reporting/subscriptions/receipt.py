"""What was read of contracts, what was accepted, and why was the rest refused?"""

from __future__ import annotations

from regulars.periods import date_of
from regulars.reporting import formats
from regulars.reporting.document import Block, Paragraph, Section
from regulars.reporting.sections.receipt import adding_up, columns_read, rows_and_money
from regulars.reporting.subscriptions.words import measure_of, record
from regulars.valuation.subscriptions.valuation import SubscriptionValuation


def receipt(valuation: SubscriptionValuation) -> Section:
    """Return the section of the receipt: every row read is valid, excluded by a rule, or quarantined."""
    read, measure = valuation.receipt, measure_of(valuation)
    blocks: tuple[Block, ...] = (
        Paragraph(_story(valuation)),
        rows_and_money(read, measure),
        adding_up(read, measure),
        *(Paragraph(note, standing="note") for note in read.notes),
        columns_read(read),
    )
    return Section("receipt", "Receipt of the data", record(valuation, read.rows_read, "row"), blocks)


def _story(valuation: SubscriptionValuation) -> str:
    read = valuation.receipt
    days = ""
    if read.first_day and read.last_day:
        days = f", from {formats.day(date_of(read.first_day))} to {formats.day(date_of(read.last_day))}"
    return (
        f"Read from {', '.join(read.sources) or 'the given data'}: {formats.counted(read.rows_read, 'row')}. "
        f"The valid rows belong to {formats.counted(read.customers, 'customer')}{days}. Rows of one customer that "
        "follow each other without a gap are one contract, renewed where they meet; the money of a row is what it pays "
        "per billing period."
    )

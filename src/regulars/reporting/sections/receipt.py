"""What was read, what was accepted, and why was the rest refused?"""

from __future__ import annotations

from decimal import Decimal

from regulars.contract.receipt import Receipt, Verdict
from regulars.periods import date_of
from regulars.reporting import captions, formats
from regulars.reporting.document import Block, Cell, Column, Paragraph, Row, Section, Table
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study

_VERDICTS: tuple[Verdict, ...] = ("valid", "excluded", "quarantined")
_MOST_DECIMALS = 4


def receipt(study: Study) -> Section:
    """Return the section of the receipt: every row read is valid, excluded by a rule, or quarantined."""
    valuation = study.valuation
    read, measure = valuation.receipt, Measure.of(valuation)
    blocks: list[Block] = [Paragraph(_story(read)), rows_and_money(read, measure), adding_up(read, measure)]
    if read.has_money:
        blocks.append(_gross_to_net(read, measure))
    blocks.append(columns_read(read))
    return Section(
        name="receipt",
        title="Receipt of the data",
        caption=captions.record(valuation, read.rows_read, "row"),
        blocks=tuple(blocks),
    )


def _story(read: Receipt) -> str:
    sources = ", ".join(read.sources) or "the given data"
    days = ""
    if read.first_day and read.last_day:
        days = f", from {formats.day(date_of(read.first_day))} to {formats.day(date_of(read.last_day))}"
    return (
        f"Read from {sources}: {formats.counted(read.rows_read, 'row')}. The valid rows are "
        f"{formats.counted(read.orders, 'order')} of {formats.counted(read.customers, 'customer')}{days}."
    )


def rows_and_money(read: Receipt, measure: Measure) -> Table:
    """Return the rows and the money under each rule, with their sums."""
    rows: list[Row] = []
    for verdict in _VERDICTS:
        lines = [line for line in read.lines if line.verdict == verdict]
        rows.extend(_row(read, line.rule, line.meaning, line.rows, line.amount) for line in lines)
        title = f"{verdict.capitalize()} rows"
        rows.append(_row(read, title, "", read.rows(verdict), read.amount(verdict), sums=True))
    rows.append(_row(read, "Rows read", "", read.rows_read, read.amount_read, sums=True))
    columns = [
        Column("Rule", numeric=False),
        Column("What it means", numeric=False),
        Column("Rows", formats.count),
    ]
    if read.has_money:
        columns.append(_amount_column(read, measure))
    return Table("Rows and money by rule" if read.has_money else "Rows by rule", tuple(columns), tuple(rows), wide=True)


def _row(read: Receipt, rule: str, meaning: str, rows: int, amount: Decimal | None, *, sums: bool = False) -> Row:
    cells: tuple[Cell, ...] = (rule, meaning, rows)
    return Row((*cells, amount) if read.has_money else cells, sums=sums)


def _amount_column(read: Receipt, measure: Measure) -> Column:
    decimals = _exact_decimals(read)
    return Column(measure.heading("Amount"), lambda amount: formats.fixed(amount, decimals))


def _exact_decimals(read: Receipt) -> int:
    """Return the decimals that show every amount exactly, so that the column can be added up by hand."""
    amounts = [line.amount for line in read.lines if line.amount is not None]
    exponents = [int(amount.normalize().as_tuple().exponent) for amount in amounts if amount.is_finite()]
    return min(max([2, *(-exponent for exponent in exponents)]), _MOST_DECIMALS)


def adding_up(read: Receipt, measure: Measure) -> Paragraph:
    """Return the sentence that says whether the groups add up to what was read."""
    parts = " + ".join(f"{formats.count(read.rows(verdict))} {verdict}" for verdict in _VERDICTS)
    sentence = f"{parts} = {formats.counted(sum(line.rows for line in read.lines), 'row')}"
    if read.has_money:
        decimals = _exact_decimals(read)
        amounts = [read.amount(verdict) or Decimal(0) for verdict in _VERDICTS]
        money = " + ".join(formats.fixed(amount, decimals) for amount in amounts)
        sentence += f"; {measure.heading('in money')}: {money} = {formats.fixed(sum(amounts, Decimal(0)), decimals)}"
    if read.adds_up:
        return Paragraph(f"Adds up to what was read: {sentence}.", standing="good")
    return Paragraph(f"Does not add up to what was read: {sentence}. Please report this.", standing="warning")


def _gross_to_net(read: Receipt, measure: Measure) -> Table:
    steps = (
        ("Gross sales", read.amount_of("sale")),
        ("Discounts", read.amount_of("discount")),
        ("Refunds matched to their order", read.amount_of("refund of an order")),
        ("Refunds without their order", read.amount_of("refund without its order")),
    )
    named = sum((amount for _, amount in steps if amount is not None), Decimal(0))
    net = read.amount("valid")
    other = None if net is None else net - named
    rows = [Row(step) for step in (*steps, ("Other valid amounts", other)) if step[1]]
    columns = (Column("Step", numeric=False), _amount_column(read, measure))
    return Table("From gross to net sales", columns, (*rows, Row(("Net sales", net), sums=True)))


def columns_read(read: Receipt) -> Table:
    """Return which column was read as what."""
    columns = (Column("Field", numeric=False), Column("Read from the column", numeric=False))
    return Table("Which column was read as what", columns, tuple(Row(pair) for pair in read.columns.items()))

"""Which customers carry the value that is expected of running contracts?"""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Block, Column, Paragraph, Row, Section, Table
from regulars.reporting.subscriptions.words import forecast, measure_of
from regulars.valuation.subscriptions.valuation import SubscriptionValuation


def customers(valuation: SubscriptionValuation) -> Section:
    """Return the section of the customers with the highest expected value."""
    blocks: tuple[Block, ...] = (
        Paragraph(
            "A contract is seen to run or not, so nobody's being a customer is guessed here. The interval of a "
            "customer is that of what will be paid: all renewals or none are often inside it. Contracts of one "
            "customer that run beside each other are taken to end together. All customers stand in customers.parquet."
        ),
        _table(valuation),
    )
    return Section("customers", "Most valuable customers", forecast(valuation), blocks)


def _table(valuation: SubscriptionValuation) -> Table:
    measure, listed = measure_of(valuation), valuation.top_customers
    money = measure.column(number for row in listed for number in (row.historic_value, row.expected_value))
    columns = (
        Column("Customer", formats.name, numeric=False),
        Column("Plan", formats.name, numeric=False),
        Column("Since", formats.short_day, numeric=False),
        Column("Renewals", formats.count),
        Column(measure.heading("Paid so far"), money),
        Column(measure.heading("Expected value"), money),
        Column("Low", money),
        Column("High", money),
        Column("To the end", money),
    )
    rows = tuple(
        Row(
            (
                row.customer_id,
                row.plan,
                row.first_start,
                row.renewals,
                row.historic_value,
                row.expected_value,
                row.value_low,
                row.value_high,
                row.residual_value,
            )
        )
        for row in listed
    )
    return Table("Customers by expected value", columns, rows, wide=True)

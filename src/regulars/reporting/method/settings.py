"""How the run was made: everything the numbers depend on besides the data, and the versions that computed them."""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Column, Row, Table
from regulars.valuation.valuation import Valuation


def how_it_was_made(valuation: Valuation) -> Table:
    """Return settings and versions."""
    chosen = [("Currency", _currency(valuation)), *_settings(valuation), *valuation.versions.items()]
    columns = (Column("Setting", numeric=False), Column("Value", numeric=False))
    return Table("How this run was made", columns, tuple(Row(pair) for pair in chosen))


def _currency(valuation: Valuation) -> str:
    receipt = valuation.receipt
    if not receipt.has_money:
        return "the data hold no amounts"
    return receipt.currency or "the data name none: amounts are shown as they were given"


def _settings(valuation: Valuation) -> list[tuple[str, str]]:
    settings, start = valuation.settings, valuation.left_truncation
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
        (
            f"First seen in the first {formats.counted(start.days, 'day')}",
            f"{formats.counted(start.customers, 'customer')} ({formats.share(start.share)})",
        ),
    ]

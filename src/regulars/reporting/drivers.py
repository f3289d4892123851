"""What drives value, as a table: by how much each thing known of a customer moves what is expected of the customer."""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Column, Row, Table
from regulars.valuation.learners.drivers import Driver, Drivers

MOST_SHOWN = 10


def drivers_table(found: Drivers) -> Table:
    """Return the features that move a forecast most, the first ten, with the direction where they have one."""
    days = formats.counted(found.window, "day")
    return Table(
        title=f"What drives {found.measure} in the next {days}",
        columns=(
            Column("What is known", numeric=False),
            Column("Moves the forecast by", formats.share),
            Column("Where it is high", formats.signed_share),
            Column("Where it is low", formats.signed_share),
            Column("In words", numeric=False),
        ),
        rows=tuple(_row(driver) for driver in found.drivers[:MOST_SHOWN]),
        note=(
            f"Mean factor on the expected {found.measure} of {formats.counted(found.customers, 'customer')}, up or "
            "down, as boosted trees use it (Shapley values); high is above the median. What goes along with value "
            f"need not be its cause: changing it may change nothing.{_left_out(found)}{_idle(found)}"
        ),
    )


def _left_out(found: Drivers) -> str:
    """Return the columns that were not believed, with what they explain; nothing where all were."""
    if not found.left_out:
        return ""
    each = ", ".join(f"{name} ({formats.share(share)})" for name, share in found.left_out.items())
    return (
        " Left out, because alone or together it explains a tenth or more of what the record leaves open about who "
        "bought afterwards, "
        f"as columns written later do: {each}."
    )


def _row(driver: Driver) -> Row:
    return Row((formats.capitalised(driver.name), driver.effect, driver.high, driver.low, _in_words(driver)))


def _idle(found: Drivers) -> str:
    """Return what orders hold beside that told nothing; nothing where all did."""
    if not found.idle:
        return ""
    return f" Looked at, and not used, because nothing beyond chance is told by it: {', '.join(found.idle)}."


def _kind(end: tuple[str, float]) -> str:
    name, factor = end
    return f"{name} ({formats.signed_share(factor)})"


def _in_words(driver: Driver) -> str:
    if driver.most is not None and driver.least is not None:
        return f"most: {_kind(driver.most)}; least: {_kind(driver.least)}"
    if driver.high is None or driver.low is None:
        return "depends on the kind"
    if driver.high > 0.0 > driver.low:
        return "the higher, the more"
    if driver.high < 0.0 < driver.low:
        return "the higher, the less"
    return "not one way"

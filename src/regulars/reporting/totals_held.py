"""How often totals of the last window lay in their intervals, as a table: nominal and achieved side by side."""

from __future__ import annotations

from regulars.reporting import formats
from regulars.reporting.document import Column, Row, Table
from regulars.valuation.backtest.group_shock import FEWEST
from regulars.valuation.backtest.tested import Rightness
from regulars.valuation.backtest.totals_held import NOMINAL, TotalsHeld

_TITLES = {"acquired in": "By quarter of the first purchase", "segment": "By segment"}


def totals_held_table(right: Rightness) -> Table | None:
    """Return the table of the kinds of groups that have a total to check; None without any."""
    found = [one for one in right.totals if one.totals]
    if not found:
        return None
    return Table(
        title="Totals of groups in the last window, and how many lay inside their intervals",
        columns=(
            Column("Groups", numeric=False),
            Column("Totals", formats.count),
            *(Column(f"Inside {formats.rate(nominal)}", formats.share) for nominal in NOMINAL),
        ),
        rows=tuple(Row(_row(one)) for one in found),
        note=(
            "An interval of 80\N{NO-BREAK SPACE}% is to hold 80\N{NO-BREAK SPACE}% of the totals. Each was made with "
            "the earlier windows alone. All totals of one window share its shock and are right or wrong together, so "
            f"this is one look and no rate. Groups of fewer than {FEWEST} customers are left out."
        ),
    )


def _row(one: TotalsHeld) -> tuple[str | int | float, ...]:
    return (_TITLES.get(one.title, one.title), one.totals, *(inside / one.totals for inside in one.inside))

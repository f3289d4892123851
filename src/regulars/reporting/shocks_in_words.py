"""What stands in the interval of a cohort's or a segment's total, in words."""

from __future__ import annotations

from regulars.reporting import formats
from regulars.valuation.backtest.tested import Tested
from regulars.valuation.corrections import Kind
from regulars.valuation.valuation import Valuation


def what_intervals_hold(valuation: Valuation, kind: Kind, *, money: bool) -> str:
    """Say how wide the intervals are and which shocks they hold; nothing where no forecast was tested."""
    if valuation.tested is None:
        return ""
    level, shocks = formats.rate(valuation.settings.interval), _shocks(valuation.tested, kind, money=money)
    return (
        f"Low and high: {level} intervals. Beside chance and the doubt about the parameters they hold the shocks that "
        f"the earlier windows showed: {shocks}"
    )


def _shocks(tested: Tested, kind: Kind, *, money: bool) -> str:
    rule = tested.judgement.rule
    found = rule.value if money else rule.purchases
    # A value whose drift cannot be told has the shock of purchases.
    shared = found.drift.shock or rule.purchases.drift.shock
    own = found.group_shock if kind == "cohort" else found.segment_shock
    together = f"that of all customers together, {formats.share(shared)} of a total"
    if own is None:
        return f"{together}. How far a single {kind} is off on top could not be told."
    if own == 0.0:
        return f"{together}. Single {kind}s were off no further than by chance."
    return f"{together}, and that of a single {kind} on top, {formats.share(own)}."

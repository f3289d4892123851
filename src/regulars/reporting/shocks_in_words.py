"""What stands in the interval of a total, in words: of all customers, of a cohort, of a segment."""

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


def what_was_missed(valuation: Valuation, *, money: bool) -> str:
    """Say whether the interval of the total of all customers holds what the earlier windows missed."""
    if valuation.tested is not None and shared_shock(valuation.tested, money=money) is None:
        return "by how much totals were off there cannot be told, so the interval knows nothing of it"
    return "what was missed there widens the interval"


def shared_shock(tested: Tested, *, money: bool) -> float | None:
    """Return the shock of all customers together in the intervals of totals; None where it cannot be told."""
    rule = tested.judgement.rule
    # A value whose drift cannot be told has the shock of purchases.
    return (rule.value.drift.shock if money else 0.0) or rule.purchases.drift.shock or None


def _shocks(tested: Tested, kind: Kind, *, money: bool) -> str:
    rule = tested.judgement.rule
    found = rule.value if money else rule.purchases
    shared, own = shared_shock(tested, money=money), found.group_shock if kind == "cohort" else found.segment_shock
    if shared is None:
        together = "that of all customers together cannot be told, so it is not in them"
    else:
        together = f"that of all customers together, {formats.share(shared)} of a total"
    if own is None:
        return f"{together}. How far a single {kind} is off on top could not be told."
    if own == 0.0:
        return f"{together}. Single {kind}s were off no further than by chance."
    return f"{together}, and that of a single {kind} on top, {formats.share(own)}."

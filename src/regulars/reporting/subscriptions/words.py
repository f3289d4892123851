"""What the sections of the report on contracts share: captions, the measure, the sentence that sums it up."""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import Caption
from regulars.reporting.measure import Measure
from regulars.valuation.subscriptions.valuation import SubscriptionValuation
from regulars.valuation.valuation import Interval

UNDEFINED = "not defined"


def measure_of(valuation: SubscriptionValuation) -> Measure:
    """Return the money that the contracts are counted in."""
    return Measure(money=True, currency=(valuation.receipt.currency or "")[:12] or None)


def forecast(valuation: SubscriptionValuation) -> Caption:
    """Return the caption of numbers about the horizon."""
    settings = valuation.settings
    return Caption(
        basis=basis(valuation),
        horizon=f"{formats.counted(settings.horizon, 'day')} from the as-of date",
        as_of=formats.day(settings.as_of),
        n=formats.counted(valuation.totals.active_contracts, "running contract"),
        interval=f"{formats.rate(settings.interval)} intervals, equal-tailed, {captions.NOT_BACKTESTED}",
    )


def record(valuation: SubscriptionValuation, number: int, thing: str) -> Caption:
    """Return the caption of numbers about what has happened up to the as-of date."""
    return Caption(
        basis=basis(valuation),
        horizon="none, the record up to the as-of date",
        as_of=formats.day(valuation.settings.as_of),
        n=formats.counted(number, thing),
    )


def basis(valuation: SubscriptionValuation) -> str:
    """Return what a value is made of, in words."""
    margin = valuation.settings.margin
    what = valuation.settings.basis
    return what if margin is None else f"{what}, {formats.rate(margin)} of the prices"


def headline(valuation: SubscriptionValuation) -> str:
    """Return what the contracts are worth in one sentence."""
    totals, settings = valuation.totals, valuation.settings
    running = (
        f"{formats.counted(totals.active_contracts, 'contract')} of {formats.counted(totals.customers, 'customer')}"
    )
    if totals.expected_value is None:
        return f"{running} run; what they will bring is not defined: {totals.reason}"
    expected, around = measure_of(valuation).interval(totals.expected_value, settings.interval)
    return (
        f"{running} run and are expected to bring {expected} by renewals in the next {settings.horizon:,} days "
        f"({around})."
    )


def interval_text(interval: Interval | None, valuation: SubscriptionValuation, *, money: bool) -> tuple[str, str]:
    """Return an expected number and its interval as texts."""
    if interval is None:
        return UNDEFINED, ""
    measure = measure_of(valuation) if money else Measure(money=False, currency=None)
    expected, around = measure.interval(interval, valuation.settings.interval)
    return expected.removesuffix("\N{NO-BREAK SPACE}purchases"), around

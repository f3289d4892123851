"""The line under every heading: basis, horizon, as-of date and n, always made from the settings of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.reporting import formats
from regulars.reporting.document import Caption
from regulars.valuation.valuation import Settings, Valuation

if TYPE_CHECKING:
    from regulars.valuation.backtest.tested import Tested

NOT_BACKTESTED = "model only, not yet back-tested"


def standing(valuation: Valuation) -> str:
    """Return how far the forecasts have been tested."""
    if valuation.tested is None:
        return NOT_BACKTESTED
    origins = valuation.tested.league.origins
    return (
        f"tested on {formats.counted(len(origins.days), 'earlier window')} of {formats.counted(origins.window, 'day')}"
    )


def forecast(valuation: Valuation, number: int, thing: str) -> Caption:
    """Return the caption of numbers about the horizon that rest on `number` things."""
    settings = valuation.settings
    return Caption(
        basis=basis(valuation),
        horizon=f"{formats.counted(settings.horizon, 'day')} from the as-of date",
        as_of=formats.day(settings.as_of),
        n=formats.counted(number, thing),
        interval=f"{formats.rate(settings.interval)} intervals, equal-tailed, {standing(valuation)}",
    )


def tested(valuation: Valuation, found: Tested) -> Caption:
    """Return the caption of what was forecast at earlier days and held against what came: n is that of the last."""
    origins = found.league.origins
    many = formats.counted(len(origins.days), "earlier day")
    customers = found.league.contenders[0].trials[0].judged.customers
    return Caption(
        basis=basis(valuation),
        horizon=f"{formats.counted(origins.window, 'day')} from {'each of ' if len(origins.days) > 1 else ''}{many}",
        as_of=formats.day(valuation.settings.as_of),
        n=f"{formats.counted(customers, 'customer')} in the last window",
        interval=f"{formats.rate(valuation.settings.interval)} intervals, equal-tailed",
    )


def record(valuation: Valuation, number: int, thing: str) -> Caption:
    """Return the caption of numbers about what has happened up to the as-of date."""
    return Caption(
        basis=basis(valuation),
        horizon="none, the record up to the as-of date",
        as_of=formats.day(valuation.settings.as_of),
        n=formats.counted(number, thing),
    )


def basis(valuation: Valuation) -> str:
    """Return what a value is made of, in words."""
    if not valuation.receipt.has_money:
        return "purchases (the data hold no amounts)"
    settings = valuation.settings
    return settings.basis if settings.margin is None else f"{settings.basis}, {formats.rate(settings.margin)} of sales"


def window(settings: Settings) -> str:
    """Return the horizon as it stands in a sentence: "the 365 days after 9 December 2011"."""
    days = "day" if settings.horizon == 1 else formats.counted(settings.horizon, "day")
    return f"the {days} after {formats.day(settings.as_of)}"

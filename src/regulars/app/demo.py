"""A simulated shop written as files, a normal run over its orders, and the forecast held against the known truth."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regulars.app.request import Request
from regulars.app.run import Written, run
from regulars.app.shop_folder import placed
from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress
from regulars.reporting import formats
from regulars.reporting.measure import Measure
from regulars.sources.simulated.files import FILES, write_shop
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.shop import Shop, simulated_shop
from regulars.sources.simulated.truth import Truth
from regulars.valuation.valuation import Interval

SHOP_FOLDER = "shop"
ORDERS_FILE = FILES["order_lines"]


@dataclass(frozen=True)
class Comparison:
    """The forecast of the year after the files, and what that year brings: money, times `margin`, over `days` days.

    `forecast` is None where the run has none; `reason` then says why.
    """

    forecast: Interval | None
    reason: str
    truth: float
    margin: float
    days: int

    @property
    def inside(self) -> bool | None:
        """Whether the truth lies in the forecast's interval; None without a forecast."""
        return None if self.forecast is None else self.forecast.low <= self.truth <= self.forecast.high

    @property
    def error(self) -> float | None:
        """How far the forecast lies above the truth, as a share of the truth; None where that is undefined."""
        return None if self.forecast is None or self.truth <= 0.0 else self.forecast.expected / self.truth - 1.0


@dataclass(frozen=True)
class Demo:
    """What the demo left behind: the files of the run, those of the shop, and the comparison."""

    plan: Plan
    written: Written
    shop_files: tuple[str, ...]
    comparison: Comparison


def demo(plan: Plan, out: Path, *, today: dt.date, progress: Progress) -> Demo:
    """Write the shop of `plan` into `out`/shop and the files of a run over its orders into `out`, all or none.

    The run takes margin and CAC from the shop's own books. Raises `InputError` for an `out` that cannot be
    written, and for a folder `out`/shop that no demo made.
    """
    with placed(out / SHOP_FOLDER) as folder:
        shop, files = _write(plan, folder, progress)
        request = _request(shop)
        written = run([folder / ORDERS_FILE], request, out, report=True, today=today, progress=progress)
    return Demo(plan, written, files, compared(written, shop.truth, plan.days_after))


def compared(written: Written, truth: Truth, days: int) -> Comparison:
    """Return the forecast of a run beside the truth of the same days, both on the run's margin."""
    totals, margin = written.valuation.totals, written.valuation.settings.margin or 1.0
    return Comparison(totals.expected_value, totals.reason, truth.net_sales_after * margin, margin, days)


def summary(found: Demo) -> list[tuple[str, str]]:
    """Return labels and texts: what the next year really brings, and how far off the forecast is."""
    comparison, valuation = found.comparison, found.written.valuation
    measure = Measure.of(valuation)
    label = f"Known truth, next {comparison.days:,} days"
    told = measure.amount(comparison.truth)
    if comparison.forecast is None:
        return [(label, f"{told}; there is no forecast ({comparison.reason})".replace("\N{NO-BREAK SPACE}", " "))]
    where = _where(comparison.forecast, comparison.truth)
    level = formats.rate(valuation.settings.interval)
    off = "" if comparison.error is None else f"; the forecast is {_off(comparison.error)}"
    return [
        (label, f"{told}, {where} the {level} interval{off}".replace("\N{NO-BREAK SPACE}", " ")),
        ("What the model does not know", unmodelled(found.plan)),
    ]


def unmodelled(plan: Plan) -> str:
    """Say what in the plan of a shop makes its customers other than the models assume.

    >>> unmodelled(Plan()), unmodelled(Plan(season=0.0, campaign=None))
    ('the season, the channels, the campaign', 'the channels')
    """
    there = {
        "the season": plan.season != 0.0,
        "the channels": len(plan.channels) > 1,
        "the campaign": plan.campaign is not None,
    }
    return ", ".join(name for name, is_there in there.items() if is_there) or "nothing"


def account(found: Demo, out: Path) -> bytes:
    """Return run.json with the comparison under "demo", as readable JSON."""
    content: dict[str, Any] = json.loads(found.written.account)
    comparison = found.comparison
    content["demo"] = {
        "shop": [f"{SHOP_FOLDER}/{name}" for name in found.shop_files],
        "folder": str(out),
        "truth": comparison.truth,
        "basis": found.written.valuation.settings.basis,
        "horizon_days": comparison.days,
        "as_of": found.written.valuation.settings.as_of.isoformat(),
        "n": found.written.valuation.totals.customers,
        "forecast_error": comparison.error,
        "inside_interval": comparison.inside,
        **({"reason": comparison.reason} if comparison.forecast is None else {}),
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _write(plan: Plan, folder: Path, progress: Progress) -> tuple[Shop, tuple[str, ...]]:
    with progress.step("simulate a shop") as counted:
        shop = simulated_shop(plan)
        counted.text = formats.counted(plan.customers, "customer").replace("\N{NO-BREAK SPACE}", " ")
    with progress.step("write the shop") as counted, DuckDBEngine() as engine:
        files = write_shop(engine, shop, folder)
        counted.text = f"{len(files)} files"
    return shop, files


def _request(shop: Shop) -> Request:
    plan, truth = shop.plan, shop.truth
    return Request(as_of=plan.last_day, horizon=plan.days_after, margin=truth.margin, cac=truth.cac, seed=plan.seed)


def _where(forecast: Interval, truth: float) -> str:
    return "below" if truth < forecast.low else "above" if truth > forecast.high else "inside"


def _off(error: float) -> str:
    share = formats.share(abs(error))
    return "right to the digit" if error == 0.0 else f"{share} too {'high' if error > 0.0 else 'low'}"

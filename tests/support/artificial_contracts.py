"""A file of contracts whose law is known: each has a chance to lapse of its own, drawn from a beta law."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

HEADER = "customer_id,plan,price,billing_period,start_date,end_date"
AS_OF = dt.date(2024, 12, 31)
FIRST = dt.date(2020, 1, 1)


def month_after(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(following - dt.timedelta(days=1), dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1))


def contract_lines(number: int, seed: int, *, alpha: float = 0.7, beta: float = 6.0, months: int = 1) -> list[str]:
    """Return the rows of so many contracts, begun on any day of five years; one that outlives the last has no end."""
    rng = np.random.default_rng(seed)
    period = {1: "monthly", 12: "yearly"}[months]
    lines = []
    for customer in range(number):
        start = FIRST + dt.timedelta(days=int(rng.integers((AS_OF - FIRST).days)))
        renewals = int(min(rng.geometric(rng.beta(alpha, beta)), 1200))
        end = month_after(start, months * renewals)
        last = "" if end > AS_OF else end.isoformat()
        lines.append(f"c{months}-{customer},plan {months},{10 * months},{period},{start.isoformat()},{last}")
    return lines


def write_contracts(path: Path, lines: list[str], header: str = HEADER) -> Path:
    """Write rows under a header and return the path."""
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path

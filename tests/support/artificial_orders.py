"""A shop whose customers differ in how often they buy, what they spend and how long they stay; truth by simulation."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

FIRST = dt.date(2022, 1, 3)


def artificial_orders(seed: int, customers: int, days: int, *, money: bool = True) -> pd.DataFrame:
    """Return orders of customers who join in the first half, buy at gamma rates and leave at exponential times."""
    rng = np.random.default_rng(seed)
    joined = rng.integers(0, days // 2, customers)
    gap = 1.0 / rng.gamma(1.2, 1.0 / 40.0, customers)
    leaves = joined + rng.exponential(days / 1.5, customers)
    level = np.exp(rng.normal(3.0, 0.6, customers)) * (30.0 / np.minimum(gap, 300.0)) ** 0.3
    number = np.minimum(1 + ((leaves - joined) / gap * 1.5).astype(int) + 5, 400)
    who = np.repeat(np.arange(customers), number)
    steps = rng.exponential(gap[who])
    begins = np.cumsum(number) - number
    steps[begins] = 0.0
    total = np.cumsum(steps)
    when = joined[who] + np.floor(total - total[begins][who])
    kept = (when < leaves[who]) & (when < days)
    who, when = who[kept], when[kept]
    orders = pd.DataFrame(
        {
            "customer": [f"c{each:06d}" for each in who],
            "order": np.arange(who.size).astype(str),
            "date": pd.Timestamp(FIRST) + pd.to_timedelta(when.astype(int), unit="D"),
        }
    )
    if money:
        orders["amount"] = np.round(level[who] * rng.gamma(4.0, 0.25, who.size) + 0.01, 2)
    return orders

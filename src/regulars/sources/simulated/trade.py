"""What the shop sells, to whom and at which cost, as the contract's tables: one function each, columns in its order."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.sources.simulated import goods
from regulars.sources.simulated.columns import Columns, customer_ids, repeated
from regulars.sources.simulated.export import SPOILED, Rows
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.marketing import Spending
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.points import Ledger


def order_lines(plan: Plan, rows: Rows) -> Columns:
    """Return the export of the orders; `ordered_at` is text, some of it spoiled."""
    moments = plan.moments(rows.day).astype(object)
    spoiled = np.flatnonzero(rows.group == "spoiled")
    written = np.array([str(moment) for moment in moments.tolist()], dtype=object)
    written[spoiled] = np.array(SPOILED, dtype=object)[np.arange(len(spoiled)) % len(SPOILED)]
    numbers = zip(rows.prefix.tolist(), rows.order.tolist(), strict=True)
    statuses = {"refund": "refunded", "cancelled": "cancelled"}
    return {
        "order_id": np.array([f"{prefix}{number}" for prefix, number in numbers], dtype=object),
        "ordered_at": written,
        "customer_id": customer_ids(rows.customer),
        "product_id": _product_ids()[rows.product],
        "product_name": _names()[rows.product],
        "quantity": rows.quantity,
        "unit_price": rows.price / 100.0,
        "amount": rows.cents / 100.0,
        "currency": repeated(plan.currency, len(rows.order)),
        "status": np.array([statuses.get(group, "paid") for group in rows.group.tolist()], dtype=object),
    }


def customers(plan: Plan, lives: Lives, ledger: Ledger) -> Columns:
    """Return who the customers are."""
    names = np.array([channel.name for channel in plan.channels], dtype=object)
    acquired = plan.moments(lives.arrival).astype("datetime64[D]")
    since = np.where(ledger.member, acquired, np.datetime64("NaT"))
    levels = np.searchsorted([plan.loyalty.silver, plan.loyalty.gold], ledger.window, side="right")
    tiers = np.array(["none", "silver", "gold"], dtype=object)[levels]
    tiers[~ledger.member] = None
    return {
        "customer_id": customer_ids(np.arange(len(lives))),
        "acquired_on": acquired,
        "channel": names[lives.channel],
        "loyalty_since": since,
        "tier": tiers,
    }


def products(plan: Plan) -> Columns:
    """Return what is sold, a row per product and price."""
    prices, cost = goods.price_table(changes=plan.price_changes), goods.costs()
    changed = np.concatenate([np.ones((len(prices), 1), dtype=np.bool_), np.diff(prices, axis=1) != 0], axis=1)
    product, period = np.nonzero(changed)
    categories = np.array([one.category for one in (*goods.PRODUCTS, goods.GIFT)], dtype=object)
    return {
        "product_id": _product_ids()[product],
        "product_name": _names()[product],
        "category": categories[product],
        "valid_from": plan.moments(np.array(goods.CHANGE_DAYS, dtype=np.float64)[period]).astype("datetime64[D]"),
        "unit_price": prices[product, period] / 100.0,
        "unit_cost": cost[product] / 100.0,
        "currency": repeated(plan.currency, len(product)),
    }


def spend(plan: Plan, spending: Spending) -> Columns:
    """Return what marketing cost."""
    names = np.array([channel.name for channel in plan.channels], dtype=object)
    next_month = (spending.month.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return {
        "period_start": spending.month,
        "period_end": next_month - 1,
        "channel": names[spending.channel],
        "kind": repeated("media", len(spending.cents)),
        "amount": spending.cents / 100.0,
        "currency": repeated(plan.currency, len(spending.cents)),
    }


def _product_ids() -> NDArray[Any]:
    return np.array([goods.product_id(number) for number in range(len(goods.PRODUCTS) + 1)], dtype=object)


def _names() -> NDArray[Any]:
    return np.array([product.name for product in (*goods.PRODUCTS, goods.GIFT)], dtype=object)

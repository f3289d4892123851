"""The orders as a shop exports them: lines of orders, lines taken back, and some rows as they are in life.

Every group of rows is known by name, so that the receipt of an intake can be held against it:
sales; refunds with a negative quantity, under the number of their order or one of their own; gifts for
points at price 0; orders of guests whom nobody knows; orders cancelled; dates that no longer can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.sources.simulated.baskets import Lines
from regulars.sources.simulated.goods import GIFT_NUMBER
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Floats, Integers, Mask, Plan
from regulars.sources.simulated.returns import Returns

NOBODY = -1
FIRST_ORDER = 100_001
SPOILED = ("0000-00-00", "see invoice", "2024-02-30 10:15:00", "31 Jan")
# The receipt's rule for each group of rows.
RULES = {
    "sale": "sale",
    "refund": "refund of an order",
    "gift": "zero amount",
    "guest": "no customer",
    "cancelled": "cancelled",
    "spoiled": "unreadable date",
}


@dataclass(frozen=True)
class Rows:
    """Rows of the export: prefix and number of the order, customer or `NOBODY`, day, product, pieces, cents each."""

    group: NDArray[np.object_]
    prefix: NDArray[np.object_]
    order: Integers
    customer: Integers
    day: Floats
    product: Integers
    quantity: Integers
    price: Integers

    @property
    def cents(self) -> Integers:
        """What each row is worth."""
        return self.quantity * self.price


def exported(plan: Plan, orders: Orders, lines: Lines, returns: Returns, gift_orders: Integers) -> Rows:
    """Return the rows that the shop's export holds, by time; nothing dated after the last day of the files."""
    rng = plan.draws(12)
    in_files = orders.day < plan.days
    sold = np.flatnonzero(in_files[lines.order])
    parts = [
        _sales(orders, lines, sold, _spoiled(plan, lines, sold, returns, rng)),
        _refunds(plan, orders, lines, returns),
        _gifts(orders, gift_orders),
        _copied(orders, lines, _some_orders(in_files, plan.dirt.guest_orders, rng), "guest", "G"),
        _copied(orders, lines, _some_orders(in_files, plan.dirt.cancelled_orders, rng), "cancelled", "X"),
    ]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in Rows.__dataclass_fields__}
    by_time = np.lexsort((joined["product"], joined["order"], joined["day"]))
    return Rows(**{name: column[by_time] for name, column in joined.items()})


def counts(rows: Rows) -> dict[str, dict[str, float | int]]:
    """Return rows and money of each group, under the rule that an intake gives them."""
    found = {}
    for group, rule in RULES.items():
        of_group = rows.group == group
        if of_group.any():
            found[rule] = {"rows": int(of_group.sum()), "amount": int(rows.cents[of_group].sum()) / 100.0}
    return found


Columns = Mapping[str, NDArray[np.generic]]


def _rows(group: str, prefix: str, order: Integers, **columns: NDArray[np.generic]) -> Columns:
    size = len(order)
    return {
        "group": np.full(size, group, dtype=object),
        "prefix": np.full(size, prefix, dtype=object),
        "order": order + FIRST_ORDER,
        **columns,
    }


def _of_lines(orders: Orders, lines: Lines, line: Integers) -> dict[str, NDArray[np.generic]]:
    order = lines.order[line]
    return {
        "customer": orders.customer[order],
        "day": orders.day[order],
        "product": lines.product[line],
        "quantity": lines.quantity[line],
        "price": lines.price[line],
    }


def _spoiled(plan: Plan, lines: Lines, sold: Integers, returns: Returns, rng: np.random.Generator) -> Integers:
    """Return the lines whose date is spoiled: of orders with other lines, and of which nothing came back."""
    per_order = np.bincount(lines.order)
    untouched = ~np.isin(lines.order[sold], lines.order[returns.line])
    fit = sold[(per_order[lines.order[sold]] > 1) & untouched]
    # One line of an order at most, so that every order keeps its day.
    chosen = fit[np.unique(lines.order[fit], return_index=True)[1]]
    wanted = int(np.ceil(plan.dirt.unreadable_dates * len(sold)))
    return rng.choice(chosen, size=min(wanted, len(chosen)), replace=False)


def _sales(orders: Orders, lines: Lines, sold: Integers, spoiled: Integers) -> Columns:
    columns = dict(_rows("sale", "", lines.order[sold], **_of_lines(orders, lines, sold)))
    columns["group"] = np.where(np.isin(sold, spoiled), "spoiled", columns["group"])
    return columns


def _refunds(plan: Plan, orders: Orders, lines: Lines, returns: Returns) -> Columns:
    seen = np.flatnonzero(returns.day < plan.days)
    line = returns.line[seen]
    columns = _of_lines(orders, lines, line)
    columns["day"], columns["quantity"] = returns.day[seen], -returns.quantity[seen]
    linked = returns.linked[seen]
    order = np.where(linked, lines.order[line], seen)
    rows = dict(_rows("refund", "", order, **columns))
    rows["prefix"] = np.where(linked, "", "R")
    return rows


def _gifts(orders: Orders, order: Integers) -> Columns:
    return _rows(
        "gift",
        "",
        order,
        customer=orders.customer[order],
        day=orders.day[order],
        product=np.full(len(order), GIFT_NUMBER),
        quantity=np.ones(len(order), dtype=np.int64),
        price=np.zeros(len(order), dtype=np.int64),
    )


def _some_orders(in_files: Mask, share: float, rng: np.random.Generator) -> Mask:
    return in_files & (rng.random(len(in_files)) < share)


def _copied(orders: Orders, lines: Lines, copied: Mask, group: str, prefix: str) -> Columns:
    """Return rows like those of some orders, minutes later, under numbers of their own."""
    line = np.flatnonzero(copied[lines.order])
    columns = _of_lines(orders, lines, line)
    columns["day"] = np.minimum(orders.day[lines.order[line]] + 0.01, np.floor(orders.day[lines.order[line]]) + 0.9999)
    if group == "guest":
        columns["customer"] = np.full(len(line), NOBODY)
    return _rows(group, prefix, lines.order[line], **columns)

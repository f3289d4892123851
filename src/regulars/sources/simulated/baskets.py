"""What is in each order: which products, bought together with which, and how many pieces.

The first product is drawn by popularity; each further one (1 + Poisson(1.3) in all) is with probability
one half the companion of the first, else again by popularity. The sum z that the customer means to spend
is split over the products by random weights w_j, and of product j at price c_j the customer takes

    n_j = ⌊z w_j / c_j + U⌋,   U ~ Uniform(0, 1),   so that E[n_j c_j] = z w_j:

whole pieces, the sum right on average (an order that would be empty takes one piece of one product).
So a price that rises by a tenth lets people buy a tenth fewer pieces for the same money: elasticity -1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.goods import PRODUCTS, period_of, price_table
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Integers, Plan

FURTHER = 1.3
COMPANION = 0.5


@dataclass(frozen=True)
class Lines:
    """One entry per order and product, in the order of the orders; `price` is of one piece, in cents."""

    order: Integers
    product: Integers
    quantity: Integers
    price: Integers

    def __len__(self) -> int:
        return len(self.order)

    @property
    def cents(self) -> Integers:
        """What each line is worth, in cents."""
        return self.quantity * self.price


def lines_of(plan: Plan, orders: Orders) -> Lines:
    """Fill every order."""
    rng = plan.draws(6)
    order, product = _chosen(rng, len(orders))
    price = price_table(changes=plan.price_changes)[product, period_of(orders.day[order])]
    weight = rng.gamma(2.0, size=len(order))
    weight /= np.bincount(order, weights=weight, minlength=len(orders))[order]
    wanted = 100.0 * orders.intended[order] * weight / price
    quantity = np.floor(wanted + rng.random(len(order))).astype(np.int64)
    first = np.flatnonzero(np.diff(order, prepend=-1))
    empty = np.bincount(order, weights=quantity, minlength=len(orders)) == 0
    quantity[first[empty]] = 1
    taken = quantity > 0
    return Lines(order[taken], product[taken], quantity[taken], price[taken])


def _chosen(rng: np.random.Generator, orders: int) -> tuple[Integers, Integers]:
    """Return orders and their products, each product once per order, both ascending."""
    popularity = np.array([product.popularity for product in PRODUCTS])
    popularity /= popularity.sum()
    companion = np.array([product.companion for product in PRODUCTS])
    first = rng.choice(len(PRODUCTS), size=orders, p=popularity)
    further = np.repeat(np.arange(orders), rng.poisson(FURTHER, size=orders))
    other = rng.choice(len(PRODUCTS), size=len(further), p=popularity)
    together = rng.random(len(further)) < COMPANION
    product = np.concatenate([first, np.where(together, companion[first[further]], other)])
    pairs = np.unique(np.concatenate([np.arange(orders), further]) * len(PRODUCTS) + product)
    return np.divmod(pairs, len(PRODUCTS))

"""What the shop sells: coffee, tea and what goes with them, with prices that change twice.

Prices and costs are in cents. Each product has one companion that it is often bought with. From day 500
on all coffee costs a tenth more, from day 800 on the green tea a fifth less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.plan import Floats, Integers


@dataclass(frozen=True)
class Product:
    """One product: price and cost of a piece in cents, how popular it is, the number of its companion from 0."""

    name: str
    category: str
    price: int
    cost: int
    popularity: float
    companion: int


PRODUCTS: tuple[Product, ...] = (
    Product("Espresso beans 250 g", "coffee", 690, 380, 9.0, 12),
    Product("Filter coffee 250 g", "coffee", 590, 330, 8.0, 13),
    Product("Decaf beans 250 g", "coffee", 720, 430, 3.0, 12),
    Product("Single origin Ethiopia 250 g", "coffee", 890, 520, 4.0, 13),
    Product("House blend 250 g", "coffee", 540, 290, 7.0, 15),
    Product("Cold brew bag", "coffee", 250, 120, 4.0, 17),
    Product("Earl Grey 100 g", "tea", 480, 210, 6.0, 14),
    Product("Green tea 100 g", "tea", 560, 250, 5.0, 14),
    Product("Rooibos 100 g", "tea", 430, 190, 4.0, 16),
    Product("Peppermint 50 g", "tea", 290, 120, 5.0, 16),
    Product("Chai 100 g", "tea", 520, 230, 3.0, 15),
    Product("Matcha 30 g", "tea", 1190, 640, 2.0, 18),
    Product("Descaler", "accessories", 390, 150, 2.0, 0),
    Product("Paper filters, 100 pieces", "accessories", 280, 110, 4.0, 1),
    Product("Tea filters, 100 pieces", "accessories", 260, 100, 3.0, 6),
    Product("Almond biscuits", "treats", 350, 170, 5.0, 4),
    Product("Acacia honey 250 g", "treats", 640, 360, 3.0, 8),
    Product("Oat drink 1 l", "treats", 230, 140, 4.0, 5),
    Product("Bamboo whisk", "accessories", 990, 450, 1.0, 11),
    Product("Dark chocolate 100 g", "treats", 320, 160, 5.0, 0),
)
GIFT = Product("Reward mug", "gifts", 0, 310, 0.0, 0)
GIFT_NUMBER = len(PRODUCTS)
CHANGE_DAYS = (0, 500, 800)
COFFEE_FACTOR, GREEN_TEA_FACTOR = 1.10, 0.80
_GREEN_TEA = 7


def product_id(number: int) -> str:
    """Return the id of the product with this number, from 0.

    >>> product_id(7)
    'P108'
    """
    return f"P{101 + number}"


def price_table(*, changes: bool) -> Integers:
    """Return the prices in cents: a row per product, a column per period that begins on a day of `CHANGE_DAYS`."""
    first = np.array([product.price for product in (*PRODUCTS, GIFT)], dtype=np.float64)
    if not changes:
        return np.tile(first.astype(np.int64)[:, None], (1, len(CHANGE_DAYS)))
    coffee = np.array([product.category == "coffee" for product in (*PRODUCTS, GIFT)])
    second = np.where(coffee, first * COFFEE_FACTOR, first)
    third = second.copy()
    third[_GREEN_TEA] *= GREEN_TEA_FACTOR
    return np.rint(np.stack([first, second, third], axis=1)).astype(np.int64)


def period_of(day: Floats) -> Integers:
    """Return which period of prices a day falls in."""
    return np.searchsorted(CHANGE_DAYS, day, side="right") - 1


def costs() -> Integers:
    """Return what a piece of each product costs the shop, in cents."""
    return np.array([product.cost for product in (*PRODUCTS, GIFT)], dtype=np.int64)

"""A simulated shop of any size, with a known truth: the orders behind the benchmarks.

Customers arrive evenly over one year and are watched until half a year after it. Who buys
when follows BG/NBD (a customer may leave after each repeat purchase) or Pareto/NBD (a
customer may leave at any time); what an order is worth follows Gamma-Gamma. The parameters
are those published for the CDNOW sample, per week and per dollar (for MBG/NBD this project's fit
to it, for BG/BB the published donors with six yearly opportunities), so that a million
customers place about 2.4 million orders.

Fader, Hardie & Lee (2005), Marketing Science 24(2), section 3 (BG/NBD);
Schmittlein, Morrison & Colombo (1987), Management Science 33(1) (Pareto/NBD);
Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4) (Gamma-Gamma).
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
# Customer numbers from 0, days from 0 and amounts, one of each per order.
Chunk = tuple[npt.NDArray[np.int32], npt.NDArray[np.int16], Floats]

FIRST_DAY = dt.date(2024, 1, 1)
ARRIVAL_DAYS = 365
OBSERVED_DAYS = 365 + 182
CHUNK = 250_000
HEADER = "order_id,customer_id,order_date,amount\n"


@dataclass(frozen=True)
class BuyingByBGNBD:
    """Rates per week ~ Gamma(r, alpha); dropout after each repeat purchase ~ Beta(a, b)."""

    r: float = 0.2426
    alpha: float = 4.4136
    a: float = 0.7929
    b: float = 2.4259

    def stays(self, rng: np.random.Generator, customer: Integers, rank: Integers, _weeks: Floats) -> Mask:
        """Say which would-be purchases (by customer, rank from 0 and weeks of age) still happen."""
        dropout = rng.beta(self.a, self.b, size=customer[-1] + 1 if len(customer) else 0)
        # A dropout of exactly 0 is outside the range of NumPy's geometric law.
        purchases = rng.geometric(np.maximum(dropout, 1e-12))
        return np.asarray(rank < purchases[customer])


@dataclass(frozen=True)
class BuyingByMBGNBD:
    """Rates per week ~ Gamma(r, alpha); dropout after each purchase, also the first, ~ Beta(a, b)."""

    r: float = 0.5248
    alpha: float = 6.1831
    a: float = 0.8914
    b: float = 1.6140

    def stays(self, rng: np.random.Generator, customer: Integers, rank: Integers, _weeks: Floats) -> Mask:
        """Say which would-be purchases (by customer, rank from 0 and weeks of age) still happen."""
        dropout = rng.beta(self.a, self.b, size=customer[-1] + 1 if len(customer) else 0)
        purchases = rng.geometric(np.maximum(dropout, 1e-12)) - 1
        return np.asarray(rank < purchases[customer])


@dataclass(frozen=True)
class BuyingByParetoNBD:
    """Rates per week ~ Gamma(r, alpha); death rates per week ~ Gamma(s, beta)."""

    r: float = 0.5533
    alpha: float = 10.5777
    s: float = 0.6062
    beta: float = 11.6687

    def stays(self, rng: np.random.Generator, customer: Integers, _rank: Integers, weeks: Floats) -> Mask:
        """Say which would-be purchases (by customer, rank from 0 and weeks of age) still happen."""
        death_rate = rng.gamma(self.s, size=customer[-1] + 1 if len(customer) else 0) / self.beta
        # Gamma draws of a small shape can underflow to 0: such a customer lives forever.
        lifetime = rng.exponential(size=len(death_rate)) / np.maximum(death_rate, 1e-300)
        return np.asarray(weeks < lifetime[customer])


@dataclass(frozen=True)
class SpendingByGammaGamma:
    """Order values ~ Gamma(p, nu) with nu ~ Gamma(q, gamma), by customer; mean p gamma / (q - 1)."""

    p: float = 6.2497
    q: float = 3.7442
    gamma: float = 15.4430

    def amounts(self, rng: np.random.Generator, customer: Integers, customers: int) -> Floats:
        """Draw the value of each order, to the cent and at least one cent."""
        scale = self.gamma / rng.gamma(self.q, size=customers)
        return np.maximum(np.round(rng.gamma(self.p, size=len(customer)) * scale[customer], 2), 0.01)


Buying = BuyingByBGNBD | BuyingByMBGNBD | BuyingByParetoNBD


@dataclass(frozen=True)
class Shop:
    """How customers buy, what they spend, and how many days the shop is watched."""

    buying: Buying = BuyingByBGNBD()
    spending: SpendingByGammaGamma = SpendingByGammaGamma()
    watched: int = OBSERVED_DAYS


BUYING: dict[str, Callable[[], Buying]] = {
    "bg-nbd": BuyingByBGNBD,
    "mbg-nbd": BuyingByMBGNBD,
    "pareto-nbd": BuyingByParetoNBD,
}
SEASONS = "bg-bb"
OPPORTUNITIES = 6


@dataclass(frozen=True)
class Orders:
    """Orders sorted by day: customer numbers from 0, days from 0 and amounts, one of each per order."""

    customer: npt.NDArray[np.int32]
    day: npt.NDArray[np.int16]
    amount: Floats

    def __len__(self) -> int:
        """Count the orders."""
        return len(self.customer)


def simulate(customers: int, seed: int, *, buying: Buying | None = None) -> Orders:
    """Simulate all orders of `customers` customers; the same seed gives the same orders.

    >>> orders = simulate(1_000, seed=7)
    >>> len(set(orders.customer.tolist()))
    1000
    >>> 2_000 < len(orders) < 2_900
    True
    """
    parts = list(chunks(customers, seed, Shop() if buying is None else Shop(buying)))
    customer, day, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    by_day = np.argsort(day, kind="stable")
    return Orders(customer[by_day], day[by_day], amount[by_day])


def chunks(customers: int, seed: int, shop: Shop) -> Iterator[Chunk]:
    """Yield the orders of so many customers at a time that memory does not grow with them, in no order of days."""
    seeds = np.random.SeedSequence(seed).spawn(-(-customers // CHUNK))
    for child, start in zip(seeds, range(0, customers, CHUNK), strict=True):
        count = min(CHUNK, customers - start)
        yield _chunk(np.random.default_rng(child), start, count, shop)


def _chunk(rng: np.random.Generator, start: int, count: int, shop: Shop) -> Chunk:
    """Simulate the customers from number `start` on: their customer numbers, days and amounts."""
    arrival = rng.integers(ARRIVAL_DAYS, size=count)
    rate = rng.gamma(shop.buying.r, size=count) / (7 * shop.buying.alpha)
    wanted = rng.poisson(rate * (shop.watched - arrival))
    repeat = np.repeat(np.arange(count), wanted)
    # Given their number, the purchases of a Poisson process are uniform over the time watched.
    age = rng.random(len(repeat)) * (shop.watched - arrival)[repeat]
    age = age[np.lexsort((age, repeat))]
    rank = np.arange(len(repeat)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    happens = shop.buying.stays(rng, repeat, rank, age / 7)
    customer = np.concatenate([np.arange(count), repeat[happens]])
    day = np.concatenate([arrival, (arrival[repeat] + age)[happens].astype(np.int64)])
    return (
        (customer + start).astype(np.int32),
        day.astype(np.int16),
        shop.spending.amounts(rng, customer, count),
    )


def histories(orders: Orders) -> tuple[Floats, Floats, Floats]:
    """Return each customer's repeat days, and weeks to the last of them and to the end of the orders.

    >>> frequency, recency, age = histories(simulate(1_000, seed=7))
    >>> bool(((recency <= age) & ((frequency > 0) == (recency > 0))).all())
    True
    """
    width = OBSERVED_DAYS + 1
    visits = np.unique(orders.customer.astype(np.int64) * width + orders.day)
    customer, day = np.divmod(visits, width)
    edges = np.concatenate([[True], customer[1:] != customer[:-1], [True]])
    first, last = day[edges[:-1]], day[edges[1:]]
    frequency = np.diff(np.flatnonzero(edges)) - 1
    return frequency.astype(np.float64), (last - first) / 7, (int(orders.day[-1]) - first) / 7


def seasons(customers: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Return x, the last opportunity taken and the number of opportunities by BG/BB at the published parameters.

    >>> frequency, recency, opportunities = seasons(1_000, seed=7)
    >>> bool(((recency <= opportunities) & (frequency <= recency)).all())
    True
    """
    rng = np.random.default_rng(seed)
    buys, leaves = rng.beta(1.2035, 0.7497, customers), rng.beta(0.6568, 2.7838, customers)
    # Dropout comes before an opportunity: alive at the j-th with probability (1 - leaves)^j.
    survived = rng.geometric(np.maximum(leaves, 1e-12)) - 1
    turn = np.arange(1, OPPORTUNITIES + 1)
    taken = (rng.random((customers, OPPORTUNITIES)) < buys[:, None]) & (turn <= survived[:, None])
    recency = (taken * turn).max(axis=1)
    return taken.sum(axis=1).astype(float), recency.astype(float), np.full(customers, float(OPPORTUNITIES))


def lines(orders: Orders) -> Iterator[str]:
    """Yield the orders as CSV text, a day at a time, numbered from 1 as a shop's export is."""
    ends = np.searchsorted(orders.day, np.arange(OBSERVED_DAYS + 1), side="right")
    for day, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
        date = FIRST_DAY + dt.timedelta(days=day)
        rows = zip(
            range(start + 1, end + 1),
            (orders.customer[start:end] + 1).tolist(),
            orders.amount[start:end].tolist(),
            strict=True,
        )
        yield "".join([f"{order},{customer},{date},{amount:.2f}\n" for order, customer, amount in rows])


def write_csv(orders: Orders, file: TextIO) -> None:
    """Write the orders with a header: order_id, customer_id, order_date, amount."""
    file.write(HEADER)
    file.writelines(lines(orders))


def main() -> None:
    """Write one simulated shop: orders as CSV, or the histories alone as compressed arrays (.npz)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path, help="where to write; .csv for orders, .npz for histories")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--buying", choices=[*sorted(BUYING), SEASONS], default="bg-nbd")
    options = parser.parse_args()
    part = options.file.with_name(options.file.name + ".part")
    if options.buying == SEASONS:
        frequency, recency, age = seasons(options.customers, options.seed)
        with part.open("wb") as binary:
            np.savez(binary, frequency=frequency, recency=recency, age=age)
        part.replace(options.file)
        return
    orders = simulate(options.customers, options.seed, buying=BUYING[options.buying]())
    if options.file.suffix == ".npz":
        frequency, recency, age = histories(orders)
        with part.open("wb") as binary:
            np.savez(binary, frequency=frequency, recency=recency, age=age)
    else:
        with part.open("w", encoding="utf-8", newline="") as text:
            write_csv(orders, text)
    part.replace(options.file)


if __name__ == "__main__":
    main()

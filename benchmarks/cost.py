"""What a fit costs by the number of customers, 10^3 to 10^7: it follows the distinct histories, not the customers.

    python benchmarks/cost.py [--largest CUSTOMERS] [--page FILE.md]

Customers of a BG/NBD shop are first seen on any day of three quarters of a year and followed to its end, in whole days,
with a seed. Processor seconds of a fit and of expected purchases in a year, for every model in continuous time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import vl_convert

import regulars as rg
from environment import HERE
from panel import CONFIG, panel
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.periods import Unit
from run import processor, table

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
MODELS = {"BG/NBD": rg.BGNBD(), "MBG/NBD": rg.MBGNBD(), "Pareto/NBD": rg.ParetoNBD()}
# CDNOW's parameters (Fader, Hardie & Lee 2005) in days.
TRUTH = np.array([0.243, 4.414 * 7.0, 0.793, 2.426])
DAYS, SEED, CHUNK = 273, 2, 1_000_000


@dataclass(frozen=True)
class Cost:
    """One size: customers, distinct histories, and processor seconds by model."""

    customers: int
    histories: int
    seconds: dict[str, float]


def main() -> None:
    """Measure each size once, write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="leave out more customers than this")
    parser.add_argument("--page", type=Path, default=HERE.parent / "docs" / "cost.md")
    options = parser.parse_args()
    found = [measured(customers) for customers in SIZES if customers <= options.largest]
    drawn = vl_convert.vegalite_to_svg(picture(found), allowed_base_urls=[])
    options.page.with_suffix(".svg").write_text(drawn + "\n", encoding="utf-8")
    options.page.write_text(page(found, options.page.with_suffix(".svg").name), encoding="utf-8")
    print(table(rows(found)))


def measured(customers: int) -> Cost:
    """Simulate so many customers and fit every model to them."""
    h = simulated(customers)
    return Cost(customers, len(h), {title: fit_and_predict(model, h) for title, model in MODELS.items()})


def fit_and_predict(model: Any, h: Histories) -> float:
    """Return the processor seconds of a fit and of the expected purchases in a year."""
    begun = time.process_time()
    model.fit(h).expected_purchases(h, rg.days(365))
    return time.process_time() - begun


def simulated(customers: int) -> Histories:
    """Return the distinct histories of a simulated shop."""
    columns = np.concatenate([*_chunks(customers)], axis=1)
    _, first, count = np.unique(_key(columns), return_index=True, return_counts=True)
    frequency, recency, age = columns[:, first]
    return Histories(frequency=frequency, recency=recency, age=age, count=count.astype(float), unit=Unit.DAY)


def _key(columns: np.ndarray) -> np.ndarray:
    frequency, recency, age = columns
    return (frequency * DAYS + recency) * DAYS + age


def _chunks(customers: int) -> Iterator[np.ndarray]:
    fit = Fit(rg.BGNBD(), TRUTH, Unit.DAY, 0.0, 1.0, np.eye(TRUTH.size), Certificate(()))
    for place, start in enumerate(range(0, customers, CHUNK)):
        size = min(CHUNK, customers - start)
        age = np.random.default_rng([SEED, place]).integers(0, DAYS, size)
        bought = fit.simulate(size, DAYS, seed=SEED + place)
        day = np.floor(bought.time).astype(np.int64)
        kept = (day > 0) & (day <= age[bought.customer])
        days = np.unique(bought.customer[kept] * DAYS + day[kept])  # one purchase a day
        customer, on = np.divmod(days, DAYS)
        recency = np.zeros(size, dtype=np.int64)
        np.maximum.at(recency, customer, on)
        yield np.stack([np.bincount(customer, minlength=size), recency, age])


def rows(found: list[Cost]) -> list[tuple[str, ...]]:
    """Return the rows of the table, one size each."""
    heading = ("customers", "distinct histories", *(f"{title}, CPU seconds" for title in MODELS))
    return [
        heading,
        *(
            (f"{one.customers:,}", f"{one.histories:,}", *(f"{seconds:.3f}" for seconds in one.seconds.values()))
            for one in found
        ),
    ]


WHAT = (
    "`python benchmarks/cost.py` writes this page. Customers with the same history are one to every model, so a fit "
    "and its predictions cost what the distinct histories cost: ten times the customers are far less than ten times "
    f"the work. The customers are simulated (BG/NBD at CDNOW's published parameters, 273 days, seed {SEED}); a cell is "
    "the processor time of one fit and of the expected purchases in a year."
)


def page(found: list[Cost], picture_file: str) -> str:
    """Return the page: what was measured, the table and the picture."""
    shown = f"![Distinct histories and processor seconds by customers, both axes logarithmic]({picture_file})"
    return "\n\n".join(("# What a fit costs", WHAT, f"Measured on {processor()}.", table(rows(found)), shown)) + "\n"


def picture(found: list[Cost]) -> dict[str, Any]:
    """Return the Vega-Lite specification: distinct histories and seconds by customers, on logarithmic axes."""
    histories = [{"customers": one.customers, "figure": one.histories, "what": "distinct histories"} for one in found]
    seconds = [
        {"customers": one.customers, "figure": cost, "what": title}
        for one in found
        for title, cost in one.seconds.items()
    ]
    return {
        "config": CONFIG,
        "hconcat": [
            panel("Distinct histories", histories, "customers", ticks=5),
            panel("CPU seconds of a fit", seconds, "customers", ticks=5),
        ],
        "resolve": {"scale": {"color": "independent"}},
    }


if __name__ == "__main__":
    main()

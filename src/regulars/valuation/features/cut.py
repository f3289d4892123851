"""A feature that knows the future is refused: it is computed on the whole record, and on the record cut at its day.

What a feature may know does not change when everything after the origin is deleted. So both are computed and
compared; a difference names the feature. The cut is made in a transaction that is taken back: orders and refunds
after the origin are deleted, and every table that is made of them is made anew, as it would have been on that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.engines.base import Engine, quoted
from regulars.errors import InputError, RegularsError
from regulars.periods import Unit
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.histories import summarise

# Made of the whole record by later steps of a run; nobody had them at the origin.
LATER = ("customer_values", "days_known_then", "days_known_later")


def computed_on_the_past(engine: Engine, feature: Feature, as_of: AsOf) -> Columns:
    """Return the columns of a feature; raises `InputError` where they depend on what came after the origin."""
    with the_record_cut(engine, as_of):
        past = _computed(engine, feature, as_of)
    whole = _computed(engine, feature, as_of)
    changed = sorted({*past} ^ {*whole}) or [name for name in past if not _same(past[name], whole[name])]
    if changed:
        raise InputError(
            f"the feature {feature.name!r} knows the future: its column {changed[0]!r} as of {as_of.origin} changes "
            "when what came later is deleted; use only what is dated up to the origin"
        )
    return past


@contextmanager
def the_record_cut(engine: Engine, as_of: AsOf) -> Iterator[None]:
    """Let the record of the block be what it was at the origin; afterwards it is whole again."""
    engine.execute("begin transaction")
    try:
        engine.execute("delete from orders where order_date > $origin", {"origin": as_of.origin})
        engine.execute("delete from refunds where refund_date > $origin", {"origin": as_of.origin})
        for table in LATER:
            engine.execute(f"drop table if exists {quoted(table)}")
        summarise(engine, as_of.origin, Unit.DAY, keep_zero=as_of.keep_zero)
        yield
    finally:
        engine.execute("rollback")


def _computed(engine: Engine, feature: Feature, as_of: AsOf) -> Columns:
    try:
        return feature.compute(engine, as_of)
    except RegularsError:
        raise
    except Exception as error:
        raise InputError(
            f"the feature {feature.name!r} cannot be computed as of {as_of.origin}: {error}; it may read orders, "
            "refunds and what a run makes of them up to that day"
        ) from error


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Return whether both hold the same entries; undefined ones are alike."""
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f" and other.dtype.kind == "f")

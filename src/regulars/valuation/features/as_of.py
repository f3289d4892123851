"""The features of every customer known at an origin, side by side; those of others are checked for the future."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.valuation.features.cut import computed_on_the_past
from regulars.valuation.features.details import details_as_of
from regulars.valuation.features.feature import AsOf, Columns, Feature
from regulars.valuation.features.purchases import PURCHASES


def features_as_of(engine: Engine, as_of: AsOf, *, others: Sequence[Feature] = ()) -> Columns:
    """Return the columns of `PURCHASES`, of the details a run keeps and of `others`, in the order of `customer_id`.

    Raises `InputError` for one of `others` that knows what came after the origin, has not one entry for every customer,
    or takes the name of another column.
    """
    found = {**PURCHASES.compute(engine, as_of), **details_as_of(engine, as_of)}
    customers = len(found["age"])
    for feature in others:
        columns = computed_on_the_past(engine, feature, as_of)
        for name, values in columns.items():
            if len(values) != customers:
                raise InputError(
                    f"the feature {feature.name!r} has {len(values):,} entries in {name!r}, not one for each of the "
                    f"{customers:,} customers as of {as_of.origin}"
                )
            if name in found:
                raise InputError(f"two features have a column {name!r}")
        found |= columns
    return found

"""Which parts hold contracts, and which column each of their fields is read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.contract.subscriptions import SUBSCRIPTION_FIELDS, look_like_subscriptions
from regulars.errors import HoldsSubscriptions, InputError
from regulars.sources.columns import Layout, layout_of
from regulars.sources.parts import Part


def refuse_subscriptions(parts: Sequence[Part], mapping: Mapping[str, str]) -> None:
    """Raise `HoldsSubscriptions` if some of what was given for orders holds contracts."""
    found = [part.name for part in parts if look_like_subscriptions(part.columns, mapping)]
    if found:
        raise HoldsSubscriptions(
            f"{', '.join(found)}: these are contracts with a start and an end, not orders. Value them with regulars "
            "run or regulars.value_subscriptions; if they are orders, say which column holds the day of an order with "
            "--map ordered_at=COLUMN"
        )


def subscription_layout(part: Part, mapping: Mapping[str, str]) -> Layout:
    """Return where the fields of a contract stand; raises `InputError` where a required one has no column."""
    layout = layout_of(part.name, part.columns, mapping, SUBSCRIPTION_FIELDS)
    if "price" not in layout and "monthly_price" not in layout:
        raise InputError(
            f"{part.name} has no column for what a contract pays; say which with --map price=COLUMN (per billing "
            "period) or --map monthly_price=COLUMN"
        )
    return layout

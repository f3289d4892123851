"""The ledger of points against a queue of lots, kept by hand for one member after the other."""

from __future__ import annotations

from collections import deque

import numpy as np
import pandas as pd
import pytest

from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.shop import Shop, simulated_shop


@pytest.fixture(scope="module")
def ledgers() -> list[tuple[Shop, pd.DataFrame]]:
    """Ledgers of a usual shop, and of one whose points expire soon and whose gifts are cheap."""
    usual = Plan(customers=800, seed=4)
    brief = Plan(customers=800, seed=4, loyalty=usual.loyalty.__class__(gift=40, expires_after=60))
    shops = [simulated_shop(plan) for plan in (usual, brief)]
    return [(shop, pd.DataFrame(shop.tables["loyalty_entries"])) for shop in shops]


def test_every_entry_is_what_a_queue_of_lots_gives(ledgers: list[tuple[Shop, pd.DataFrame]]) -> None:
    for shop, entries in ledgers:
        assert {"earn", "spend", "expire"} == set(entries["kind"])
        last = np.datetime64(shop.plan.last_day) + 1
        for _, member in entries.groupby("customer_id"):
            assert expiries_by_hand(member, last) == expiries_found(member)


def expiries_found(member: pd.DataFrame) -> dict[str, int]:
    expired = member[member["kind"] == "expire"]
    return dict(zip(expired["order_id"], expired["points"], strict=True))


def expiries_by_hand(member: pd.DataFrame, last: np.datetime64) -> dict[str, int]:
    """What is left of each lot when its time is over, gifts being paid from the oldest lot first."""
    lots: deque[list[object]] = deque()
    expired: dict[str, int] = {}

    def expire(now: np.datetime64) -> None:
        while lots and lots[0][0] <= now:  # type: ignore[operator] # a lot is its end, its order, its points
            _, order, left = lots.popleft()
            expired[str(order)] = -int(left)  # type: ignore[call-overload] # as above

    moves = member[member["kind"] != "expire"].sort_values(["entered_at"], kind="stable")
    for move in moves.itertuples():
        expire(np.datetime64(move.entered_at))
        if move.kind == "earn":
            lots.append([np.datetime64(move.expires_at), move.order_id, move.points])
            continue
        wanted = -int(move.points)
        while wanted:
            taken = min(wanted, int(lots[0][2]))  # type: ignore[call-overload] # as above; an empty queue fails
            lots[0][2] = int(lots[0][2]) - taken  # type: ignore[call-overload] # as above
            wanted -= taken
            if lots[0][2] == 0:
                lots.popleft()
    expire(last - np.timedelta64(1, "s"))
    return expired


def test_points_are_earned_for_what_was_kept(ledgers: list[tuple[Shop, pd.DataFrame]]) -> None:
    shop, entries = ledgers[0]
    lines = pd.DataFrame(shop.tables["order_lines"])
    untouched = lines[(lines["status"] == "paid") & ~lines["order_id"].isin(lines[lines["amount"] < 0]["order_id"])]
    worth = untouched.groupby("order_id")["amount"].sum()
    unlinked = set(lines[lines["order_id"].str.startswith("R")]["customer_id"])
    earned = entries[(entries["kind"] == "earn") & ~entries["customer_id"].isin(unlinked)]
    earned = earned[earned["order_id"].isin(worth.index)]
    assert len(earned) > 500
    assert (earned["points"].to_numpy() == np.floor(worth[earned["order_id"]].to_numpy() + 1e-6)).all()


def test_a_gift_is_a_line_of_the_order_that_took_it(ledgers: list[tuple[Shop, pd.DataFrame]]) -> None:
    for shop, entries in ledgers:
        lines = pd.DataFrame(shop.tables["order_lines"])
        gifts = lines[lines["amount"] == 0.0]
        assert sorted(gifts["order_id"]) == sorted(entries[entries["kind"] == "spend"]["order_id"])


def test_a_tier_is_the_points_credited_within_a_year(ledgers: list[tuple[Shop, pd.DataFrame]]) -> None:
    shop, entries = ledgers[0]
    start = np.datetime64(shop.plan.last_day) + 1 - shop.plan.loyalty.expires_after
    recent = entries[(entries["kind"] == "earn") & (entries["entered_at"] >= start)]
    points = recent.groupby("customer_id")["points"].sum()
    people = pd.DataFrame(shop.tables["customers"]).set_index("customer_id")
    members = people[people["loyalty_since"].notna()]
    window = points.reindex(members.index, fill_value=0)
    expected = np.select(
        [window >= shop.plan.loyalty.gold, window >= shop.plan.loyalty.silver], ["gold", "silver"], "none"
    )
    assert members["tier"].tolist() == expected.tolist()
    assert people[people["loyalty_since"].isna()]["tier"].isna().all()
    assert set(expected) == {"none", "silver", "gold"}

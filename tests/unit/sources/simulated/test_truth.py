"""What the truth says can be found again in the files by those who know how to look."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.sources.simulated.baskets import lines_of
from regulars.sources.simulated.campaign import assignment_of
from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.lives import lives_of
from regulars.sources.simulated.orders import orders_of
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.returns import returns_of
from regulars.sources.simulated.shop import Shop, simulated_shop

Files = dict[str, pd.DataFrame]


def test_the_receipt_counts_what_was_planted(engine: DuckDBEngine, shop: Shop, folder: Path) -> None:
    intake = read_orders(engine, folder / "orders.csv", ReadOptions(), today=dt.date(2026, 11, 22), progress=Progress())
    receipt = intake.receipt
    found = {line.rule: {"rows": line.rows, "amount": float(line.amount or 0)} for line in receipt.lines}
    assert found == shop.truth.facts["receipt"]
    assert receipt.adds_up
    assert receipt.currency == shop.plan.currency
    assert receipt.last_day == shop.plan.last_day.isoformat()
    assert receipt.customers == shop.plan.customers


def test_the_year_after_adds_up() -> None:
    """By pandas, from the parts of a small shop."""
    plan = Plan(customers=300, seed=8)
    shop, clock = simulated_shop(plan), SeasonClock(plan.season, plan.all_days)
    lives = lives_of(plan, clock)
    orders = orders_of(plan, lives, clock, assignment_of(plan, lives))
    lines = lines_of(plan, orders)
    returns = returns_of(plan, lives, orders, lines)
    back = np.zeros(len(lines))
    back[returns.line] = returns.quantity
    kept = pd.DataFrame(
        {
            "customer": orders.customer[lines.order],
            "day": np.floor(orders.day[lines.order]),
            "cents": (lines.quantity - back) * lines.price,
        }
    )
    after = kept[kept["day"] >= plan.days].groupby(["customer", "day"])["cents"].sum()
    value = after.groupby("customer").sum().reindex(range(plan.customers), fill_value=0.0) / 100.0
    days = (after > 0).groupby("customer").sum().reindex(range(plan.customers), fill_value=0)
    assert shop.truth.customers["net_sales_after"] == pytest.approx(value.to_numpy())
    assert shop.truth.customers["purchase_days_after"].tolist() == days.tolist()
    assert shop.truth.net_sales_after == pytest.approx(value.sum())
    assert shop.truth.purchase_days_after == days.sum()


def test_a_customer_costs_what_was_spent_over_who_came(shop: Shop, files: Files) -> None:
    new, spent = files["customers"]["channel"].value_counts(), files["spend"].groupby("channel")["amount"].sum()
    known = shop.truth.facts["cac"]
    for channel in shop.plan.channels:
        told = known["channels"][channel.name]
        assert told["new_customers"] == new[channel.name]
        if channel.cost_per_customer:
            assert told["cac"] == pytest.approx(spent[channel.name] / new[channel.name])
            drifted = channel.cost_per_customer * np.array([1.0, 1.0 + 3.0 * shop.plan.cost_drift])
            assert drifted[0] < told["cac"] < drifted[1]
        else:
            assert told["cac"] is None
            assert channel.name not in spent
    assert known["blended"] == pytest.approx(spent.sum() / new.sum())
    january = files["spend"].query("period_start == '2023-01-01' and channel == 'search'")["amount"].item()
    came = files["customers"].query("acquired_on < '2023-02-01' and channel == 'search'")
    assert january == pytest.approx(14.0 * len(came))


def test_the_margin_is_that_of_the_books(shop: Shop, files: Files) -> None:
    cost = files["products"].groupby("product_id")["unit_cost"].first()
    # The order numbers without a letter are the shop's own; a gift costs what goods do, but is no sale.
    lines = files["order_lines"]
    sold = lines[(lines["amount"] > 0) & lines["order_id"].str.isdigit()]
    margin = 1.0 - (sold["quantity"] * cost[sold["product_id"]].to_numpy()).sum() / sold["amount"].sum()
    assert shop.truth.margin == pytest.approx(margin, abs=0.0006)


def test_the_lot_was_fair(shop: Shop, files: Files) -> None:
    drawn, people = files["campaigns"], pd.DataFrame(shop.truth.customers).set_index("customer_id")
    treated = (drawn["arm"] == "treated").to_numpy()
    assert treated.mean() == pytest.approx(0.5, abs=4.0 * np.sqrt(0.25 / len(drawn)))
    for name in ("purchases_per_week", "dropout_per_week", "mean_spend"):
        before = people.loc[drawn["customer_id"], name].to_numpy()
        assert abs(z_score(before[treated], before[~treated], 0.0)) < 4.0, name
    contacts = files["interactions"].groupby("kind")["customer_id"].agg(set)
    assert contacts["sent"] == set(drawn["customer_id"][treated])
    assert contacts["held_back"] == set(drawn["customer_id"][~treated])
    assert contacts["clicked"] < contacts["opened"] < contacts["sent"]


def test_the_difference_of_the_arms_is_the_effect() -> None:
    """Over several shops the estimate strays from the truth as its standard error says, and no further."""
    strayed = []
    for seed in range(6):
        shop = simulated_shop(Plan(customers=2_500, seed=seed))
        drawn, lines = pd.DataFrame(shop.tables["campaigns"]), pd.DataFrame(shop.tables["order_lines"])
        lines = lines[(lines["amount"] > 0) & lines["order_id"].str.isdigit()]
        moment = pd.to_datetime(lines["ordered_at"], format="%Y-%m-%dT%H:%M:%S", errors="coerce")
        moment = moment.fillna(pd.to_datetime(lines["ordered_at"], format="%Y-%m-%d %H:%M:%S", errors="coerce"))
        start = drawn["assigned_at"].iloc[0]
        window = (moment >= start) & (moment < start + pd.Timedelta(days=60))
        bought = lines[window].groupby("customer_id")["order_id"].nunique().reindex(drawn["customer_id"], fill_value=0)
        treated = (drawn["arm"] == "treated").to_numpy()
        effect = shop.truth.facts["campaign"]["extra_orders_per_customer"]
        strayed.append(z_score(bought.to_numpy()[treated], bought.to_numpy()[~treated], effect))
        assert z_score(bought.to_numpy()[treated], bought.to_numpy()[~treated], 0.0) > 3.0
    assert max(map(abs, strayed)) < 3.5
    assert np.sqrt(np.mean(np.square(strayed))) < 1.8


def z_score(treated: np.ndarray, control: np.ndarray, effect: float) -> float:
    error = np.sqrt(treated.var(ddof=1) / len(treated) + control.var(ddof=1) / len(control))
    return float((treated.mean() - control.mean() - effect) / error)


def test_the_answers_given_are_kinder_than_all_answers(shop: Shop, files: Files) -> None:
    surveys = shop.truth.facts["surveys"]
    for name, good, bad in (("nps", 9, 6), ("csat", 4, -1)):
        asked = files["feedback"][files["feedback"]["survey"] == name]
        given = asked["score"].dropna()
        told = surveys[name]
        assert (len(asked), len(given)) == (told["invited"], told["answered"])
        assert told["score_of_the_answers"] == pytest.approx(100.0 * ((given >= good).mean() - (given <= bad).mean()))
        assert told["score_of_the_answers"] > told["score_if_all_answered"]
        assert asked["answered_at"].isna().equals(asked["score"].isna())


def test_slow_answers_please_nobody(files: Files) -> None:
    tickets = files["tickets"]
    moments = {name: pd.to_datetime(tickets[name]) for name in ("opened_at", "first_reply_at", "resolved_at")}
    done = moments["resolved_at"].notna()
    assert (tickets["state"] == "resolved").equals(done)
    assert (moments["first_reply_at"] >= moments["opened_at"])[done].all()
    assert (moments["resolved_at"] >= moments["first_reply_at"])[done].all()
    hours = (moments["resolved_at"] - moments["opened_at"]).dt.total_seconds() / 3600.0
    said = tickets["satisfaction"].notna()
    assert 0.3 < said[done].mean() < 0.5
    assert not said[~done].any()
    slope = np.polyfit(np.log2(1.0 + hours[said] / 24.0), tickets["satisfaction"][said], 1)[0]
    assert slope == pytest.approx(-0.9, abs=0.25)

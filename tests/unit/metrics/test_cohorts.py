"""Cohorts against a count by hand: another way over the same record, in pandas, customer by customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.metrics.cohorts import STEP_DAYS, Cohorts, cohorts_of, merged
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, read_orders
from regulars.valuation.histories import summarise

AS_OF = dt.date(2024, 12, 31)
Order = tuple[str, str, str, float]
Refund = tuple[str, str | None, str | None, str, float]


def record(
    engine: DuckDBEngine,
    orders: list[Order],
    refunds: Sequence[Refund] = (),
    as_of: dt.date = AS_OF,
) -> None:
    kinds = "customer_id varchar, order_id varchar, order_date date"
    engine.execute(f"create or replace table orders({kinds}, amount decimal(18,4))")
    engine.execute(f"create or replace table refunds({kinds}, refund_date date, amount decimal(18,4))")
    for order in orders:
        engine.execute("insert into orders values (?, ?, ?, ?)", order)
    for refund in refunds:
        engine.execute("insert into refunds values (?, ?, ?, ?, ?)", refund)
    summarise(engine, as_of, Unit.DAY, keep_zero=False)


def random_shop(engine: DuckDBEngine) -> None:
    """A year and a half of orders, some refunded with their order and some without."""
    random = np.random.default_rng(7)
    orders: list[Order] = []
    refunds: list[Refund] = []
    for customer in range(80):
        day = dt.date(2023, 7, 5) + dt.timedelta(days=int(random.integers(0, 520)))
        for number in range(int(random.integers(1, 9))):
            orders.append((f"c{customer}", f"{number}", str(day), float(random.integers(5, 90))))
            later = day + dt.timedelta(days=int(random.integers(0, 50)))
            if random.random() < 0.15:
                refunds.append((f"c{customer}", f"{number}", str(day), str(later), -orders[-1][3]))
            elif random.random() < 0.1:
                refunds.append((f"c{customer}", None, None, str(later), -3.5))
            day += dt.timedelta(days=int(random.integers(0, 70)))
    record(engine, orders, refunds)


def by_hand(engine: DuckDBEngine, margin: float) -> dict[str, np.ndarray]:
    """Each cell from its definition, one customer after the other."""
    days = pd.DataFrame(
        engine.rows("select customer_id, purchase_day, amount, orders, purchase from record_days"),
        columns=["customer", "day", "amount", "orders", "purchase"],
    )
    firsts = days[days.purchase].groupby("customer").day.min()
    months = sorted({day.replace(day=1) for day in firsts})
    members = {month: [name for name, day in firsts.items() if day.replace(day=1) == month] for month in months}
    last = {month: max(firsts[name] for name in names) for month, names in members.items()}
    steps = max((AS_OF - day).days // STEP_DAYS for day in last.values())
    found = {name: np.full((len(months), steps), np.nan) for name in ("value", "orders", "repeat", "active")}
    for row, month in enumerate(months):
        for step in range(steps):
            end = STEP_DAYS * (step + 1)
            if last[month] + dt.timedelta(days=end) > AS_OF:
                continue
            sums = dict.fromkeys(found, 0.0)
            for name in members[month]:
                mine = days[days.customer == name]
                age = np.array([(day - firsts[name]).days for day in mine.day])
                again = mine.purchase.to_numpy() & (age > 0)
                sums["value"] += margin * mine.amount[age < end].sum()
                sums["orders"] += mine.orders[age < end].sum()
                sums["repeat"] += bool((again & (age < end)).any())
                sums["active"] += bool((again & (age < end) & (age >= end - STEP_DAYS)).any())
            for name, total in sums.items():
                found[name][row, step] = total / len(members[month])
    return found


def test_every_cell_is_what_counting_by_hand_gives(engine: DuckDBEngine) -> None:
    random_shop(engine)
    cohorts = cohorts_of(engine, 0.4)
    expected = by_hand(engine, 0.4)
    assert np.isnan(cohorts.value).any()
    assert len(cohorts.month) > 12
    for name, cells in expected.items():
        np.testing.assert_allclose(getattr(cohorts, name), cells, rtol=1e-12, err_msg=name)


def test_pooled_is_sum_by_sum_over_the_closed_cells(engine: DuckDBEngine) -> None:
    random_shop(engine)
    cohorts = cohorts_of(engine, None)
    for name in ("value", "orders", "repeat", "active"):
        cells = getattr(cohorts, name)
        for step in range(cells.shape[1]):
            total = [cell * n for cell, n in zip(cells[:, step], cohorts.customers, strict=True) if not np.isnan(cell)]
            size = sum(n for cell, n in zip(cells[:, step], cohorts.customers, strict=True) if not np.isnan(cell))
            assert cohorts.pooled_customers[step] == size
            assert getattr(cohorts, f"pooled_{name}")[step] == pytest.approx(sum(total) / size)


def test_a_cell_closes_when_the_youngest_is_as_old_as_its_end(engine: DuckDBEngine) -> None:
    orders = [("a", "1", "2024-10-01", 10.0), ("b", "1", "2024-11-01", 4.0)]
    record(engine, orders, as_of=dt.date(2024, 12, 1))
    # b is 30 days old: its ages 0 to 29 ended the day before.
    np.testing.assert_array_equal(cohorts_of(engine, None).value, [[10.0, 10.0], [4.0, np.nan]])
    record(engine, orders, as_of=dt.date(2024, 11, 30))
    np.testing.assert_array_equal(cohorts_of(engine, None).value, [[10.0, 10.0], [np.nan, np.nan]])


def test_the_thirtieth_day_belongs_to_the_second_step(engine: DuckDBEngine) -> None:
    days = ["2024-10-01", "2024-10-31"]
    record(engine, [("a", day, day, 10.0) for day in days])
    cohorts = cohorts_of(engine, None)
    assert cohorts.value[0].tolist() == [10.0, 20.0, 20.0]
    assert cohorts.repeat[0].tolist() == [0.0, 1.0, 1.0]
    assert cohorts.active[0].tolist() == [0.0, 1.0, 0.0]


def test_one_customer_too_young_opens_the_cell_of_all(engine: DuckDBEngine) -> None:
    record(engine, [("a", "1", "2024-11-01", 10.0), ("b", "1", "2024-11-30", 4.0)])
    cohorts = cohorts_of(engine, None)
    assert cohorts.customers.tolist() == [2]
    assert cohorts.value.tolist() == [[7.0]]  # thirty-one days, not two steps of sixty and thirty-one


def test_value_may_fall_and_repeat_may_not(engine: DuckDBEngine) -> None:
    record(
        engine,
        [("a", "1", "2024-08-01", 10.0), ("a", "2", "2024-08-05", 10.0)],
        [("a", None, None, "2024-09-10", -15.0)],
    )
    cohorts = cohorts_of(engine, None)
    assert cohorts.value[0].tolist() == [20.0, 5.0, 5.0, 5.0, 5.0]
    assert (np.diff(cohorts.repeat[0]) >= 0.0).all()


def test_a_refund_before_the_first_purchase_counts_in_the_first_step(engine: DuckDBEngine) -> None:
    record(engine, [("a", "1", "2024-08-10", 10.0)], [("a", None, None, "2024-08-01", -4.0)])
    assert cohorts_of(engine, None).value[0, 0] == 6.0


def test_a_record_too_short_is_one_column_of_open_cells(engine: DuckDBEngine) -> None:
    record(engine, [("a", "1", "2024-12-20", 10.0), ("a", "2", "2024-12-24", 10.0)])
    cohorts = cohorts_of(engine, None)
    assert cohorts.value.shape == (1, 1)
    assert not cohorts.closed.any()
    assert np.isnan(cohorts.pooled_value).all()
    assert cohorts.pooled_customers.tolist() == [0]


@pytest.mark.parametrize("months", [3, 12])
def test_merged_cohorts_are_the_cohorts_of_longer_periods(engine: DuckDBEngine, months: int) -> None:
    random_shop(engine)
    cohorts = cohorts_of(engine, None)
    longer = merged(cohorts, months)
    period = pd.PeriodIndex(cohorts.month, freq="Q" if months == 3 else "Y")
    for row, (start, rows) in enumerate(pd.Series(range(len(period))).groupby(period)):
        n = cohorts.customers[rows]
        assert longer.month[row] == start.start_time.date()
        assert longer.customers[row] == n.sum()
        expected = (cohorts.value[rows] * n[:, None]).sum(axis=0) / n.sum()
        np.testing.assert_allclose(longer.value[row], expected)
    assert longer.months == months


def test_two_threads_arrive_at_the_same_bytes() -> None:
    found: list[Cohorts] = []
    for threads in (1, 2):
        with DuckDBEngine(threads=threads) as engine:
            random_shop(engine)
            found.append(cohorts_of(engine, 0.37))
    for name in ("value", "orders", "repeat", "active"):
        assert getattr(found[0], name).tobytes() == getattr(found[1], name).tobytes()


@pytest.mark.parametrize("name", ["online_retail", "completejourney"])
def test_the_identities_hold_on_real_records(engine: DuckDBEngine, root: Path, shared_data: Path, name: str) -> None:
    orders, as_of = {
        "online_retail": (root / "examples" / "online_retail.parquet", dt.date(2011, 12, 9)),
        "completejourney": (shared_data / "completejourney" / "transactions.parquet", dt.date(2017, 12, 31)),
    }[name]
    read_orders(engine, str(orders), ReadOptions(as_of=as_of), today=as_of, progress=Progress())
    summarise(engine, as_of, Unit.WEEK, keep_zero=False)
    cohorts = cohorts_of(engine, None)
    engine.execute("create temp view of_cohort as select month, step, amount, orders from cohort_days")
    value, orders_, customers = engine.rows(
        "select cast(sum(historic_value) as double), sum(orders), count(*) from summaries"
    )[0]
    assert cohorts.customers.sum() == customers
    assert engine.rows("select sum(amount) from of_cohort")[0][0] == pytest.approx(value)
    assert engine.rows("select sum(orders) from of_cohort")[0][0] == orders_
    for row, month in enumerate(cohorts.month):
        for step in np.flatnonzero(cohorts.closed[row]):
            known = engine.rows("select sum(amount) from of_cohort where month = ? and step <= ?", [month, int(step)])
            assert cohorts.value[row, step] * cohorts.customers[row] == pytest.approx(known[0][0])
    rising = np.diff(cohorts.repeat, axis=1)
    assert (rising[np.isfinite(rising)] >= 0.0).all()
    assert (np.nan_to_num(cohorts.active) <= np.nan_to_num(cohorts.repeat)).all()
    assert (np.nan_to_num(cohorts.repeat) <= 1.0).all()

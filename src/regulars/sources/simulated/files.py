"""The simulated shop as the files people have: a CSV per table, and the truth in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path

from regulars.contract.record import RECORD
from regulars.contract.tables import MONEY, Column
from regulars.engines.base import Engine, quoted
from regulars.sources.simulated.columns import Columns
from regulars.sources.simulated.shop import Shop

FILES = {
    "order_lines": "orders.csv",
    "customers": "customers.csv",
    "products": "products.csv",
    "spend": "marketing_spend.csv",
    "campaigns": "campaign.csv",
    "interactions": "interactions.csv",
    "tickets": "tickets.csv",
    "feedback": "survey.csv",
    "loyalty_entries": "loyalty.csv",
}
TRUTH = "truth"
TRUTH_CUSTOMERS = "customers.parquet"
TRUTH_FACTS = "truth.json"
# Money in files has the two decimals that people write.
_WRITTEN = {MONEY: "DECIMAL(18,2)"}
_TABLE = "simulated_table"


def write_shop(engine: Engine, shop: Shop, folder: Path) -> tuple[str, ...]:
    """Write every table and the truth into the folder `folder`, which exists; return the names of the files.

    `orders.csv` is the only one whose dates may be text that is no date.
    """
    for table in RECORD:
        columns = shop.tables[table.name]
        engine.load(_TABLE, _with_seconds(columns))
        listed = ", ".join(_cast(column, columns) for column in table.columns)
        engine.write_csv(f"select {listed} from {_TABLE}", folder / FILES[table.name])
    (folder / TRUTH).mkdir()
    engine.load(_TABLE, _with_seconds(shop.truth.customers))
    engine.write_parquet(_truth_query(shop), folder / TRUTH / TRUTH_CUSTOMERS)
    engine.execute(f"drop table {_TABLE}")
    text = json.dumps(shop.truth.facts, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / TRUTH / TRUTH_FACTS).write_text(text + "\n", encoding="utf-8")
    truth = (f"{TRUTH}/{TRUTH_CUSTOMERS}", f"{TRUTH}/{TRUTH_FACTS}")
    return (*FILES.values(), *truth)


def _with_seconds(columns: Columns) -> Columns:
    """Return the columns with moments in seconds, because the engine knows no NumPy days."""
    return {
        name: values.astype("datetime64[s]") if values.dtype.kind == "M" else values for name, values in columns.items()
    }


def _cast(column: Column, columns: Columns) -> str:
    """Return the column as it is written: a text stays one, NaN is nothing."""
    name, kind = quoted(column.name), columns[column.name].dtype.kind
    if kind == "O":
        return f"{name}::varchar as {name}"
    known = f"case when not isnan({name}) then {name} end" if kind == "f" else name
    return f"cast({known} as {_WRITTEN.get(column.type, column.type)}) as {name}"


def _truth_query(shop: Shop) -> str:
    columns = [(quoted(name), values.dtype.kind == "M") for name, values in shop.truth.customers.items()]
    listed = ", ".join(f"{name}::date as {name}" if is_date else name for name, is_date in columns)
    return f"select {listed} from {_TABLE}"

"""The data sets of the league and their splits, written down before anything is fitted to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa


@dataclass(frozen=True)
class Split:
    """A data set, the day it is forecast from and how many days are forecast.

    `file` lies in the folder of public data, `date` is the column that cuts it. `keep_zero` counts orders worth
    nothing as purchases, as the published fits to that set do.
    """

    name: str
    file: str
    date: str
    origin: dt.date
    horizon: int
    has_money: bool = True
    keep_zero: bool = False

    @property
    def end(self) -> dt.date:
        """The last day of the window."""
        return self.origin + dt.timedelta(days=self.horizon)

    @property
    def zero_amount(self) -> str:
        """The option of a run that treats orders worth nothing as this set wants it."""
        return "keep" if self.keep_zero else "exclude"

    def orders(self, folder: Path, until: dt.date) -> pa.Table:
        """Return the lines of the file up to the end of the day `until`: what a user had on that day."""
        path = folder / self.file
        # Every column as text: ids of 20 digits would not survive being numbers.
        read = "read_parquet($path)" if path.suffix == ".parquet" else "read_csv($path, all_varchar = true)"
        column = '"' + self.date + '"'
        query = f"select * from {read} where cast({column} as timestamp) < $until::date + 1"
        with duckdb.connect() as session:
            return session.sql(query, params={"path": str(path), "until": until}).to_arrow_table()


SPLITS: tuple[Split, ...] = (
    Split("cdnow", "cdnow/cdnow_master.parquet", "date", dt.date(1997, 9, 30), 273, keep_zero=True),
    Split("grocery_elog", "grocery_elog/groceryElog.csv", "date", dt.date(2006, 12, 31), 363, has_money=False),
    Split(
        "completejourney",
        "completejourney/transactions.parquet",
        "transaction_timestamp",
        dt.date(2017, 7, 1),
        183,
    ),
    Split("online_retail", "online_retail/online_retail.parquet", "InvoiceDate", dt.date(2011, 6, 9), 183),
    Split("yandex_afisha", "yandex_afisha/orders_log_us.csv.gz", "Buy Ts", dt.date(2017, 12, 1), 181),
    Split("event_orders", "event_orders/event_orders.parquet", "order_on", dt.date(2015, 1, 1), 355),
    Split(
        "clvtools_apparel",
        "clvtools_apparel/apparelTrans.parquet",
        "Date",
        dt.date(2006, 12, 31),
        1450,
        keep_zero=True,
    ),
)

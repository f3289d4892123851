"""Make `online_retail.parquet` from the whole Online Retail data set: every line of two customers in five.

python examples/make_online_retail.py WHOLE.parquet examples/online_retail.parquet
"""  # noqa: INP001 - a script beside its result, no package

from __future__ import annotations

import sys

import duckdb

# A customer is kept by the first four digits of the MD5 of its number, and a line without a customer by those of its
# invoice: the same ones on every machine, spread over the year. Below 6666 (hexadecimal) lie 40 % of all.
CHOICE = """
select *
from read_parquet(?)
where left(md5(coalesce(CustomerID::varchar, InvoiceNo)), 4) < '6666'
    or InvoiceNo like 'A%'  -- the three bad-debt adjustments of the year, which are too few for a share
"""
WRITE = (
    f"copy ({CHOICE}) to '{{target}}' (format parquet, compression zstd, compression_level 19, row_group_size 1000000)"
)


def make(whole: str, target: str) -> int:
    """Write the chosen lines of `whole` to `target`, in their order and with their columns; return how many."""
    session = duckdb.connect(config={"threads": 1})
    session.execute(WRITE.format(target=target.replace("'", "''")), [whole])
    return int(session.execute("select count(*) from read_parquet(?)", [target]).fetchall()[0][0])


if __name__ == "__main__":
    sys.stdout.write(f"{make(*sys.argv[1:3]):,} lines\n")

"""Files of SQLite and DuckDB: rows, types and refusals."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError, RunFailed
from regulars.sources.read import Intake

Read = Callable[..., Intake]
Groups = Callable[[Intake], dict[str, tuple[int, str | None]]]

SHOP = "create table orders (customer, date, amount); insert into orders values ('007', '2024-01-05', 12.5)"
MAKE: dict[str, Callable[[Path, str], None]]


def sqlite_file(path: Path, sql: str, *rows: tuple[Any, ...]) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript(sql)
        if rows:
            connection.executemany(f"insert into orders values ({', '.join('?' * len(rows[0]))})", rows)
    connection.close()


def duckdb_file(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            sql.replace("(customer, date, amount)", "(customer varchar, date date, amount decimal(9, 2))")
        )


MAKE = {"sqlite": sqlite_file, "duckdb": duckdb_file}


@pytest.fixture(params=["sqlite", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with one order."""
    MAKE[request.param](tmp_path / "it's a shop.db", SHOP)
    return f"{request.param}:///{tmp_path}/it's a shop.db"


def orders(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.rows("select customer_id, order_date, amount from orders order by order_date, customer_id")


@pytest.mark.parametrize(
    "query",
    [
        "select * from orders",
        "select * from orders;\n",
        "-- all of them\nselect * from orders -- and no more",
        "with mine as (select * from orders) select customer, date, amount from mine order by date",
    ],
)
def test_the_result_of_a_query_is_read(read: Read, engine: DuckDBEngine, shop: str, query: str) -> None:
    intake = read(shop, query=query)
    assert orders(engine) == [("007", dt.date(2024, 1, 5), Decimal("12.5"))]
    assert intake.receipt.sources == ("it's a shop.db",)
    assert intake.receipt.adds_up


def test_names_of_any_kind_are_those_of_the_query(read: Read, shop: str) -> None:
    names = 'customer as "Kunde; drop table orders --", date as "a""b", amount as "Größe"'
    mapping = {"customer_id": "Kunde; drop table orders --", "ordered_at": 'a"b', "amount": "Größe"}
    assert dict(read(shop, query=f"select {names} from orders", mapping=mapping).receipt.columns) == mapping


def test_a_database_is_read_beside_a_file(read: Read, engine: DuckDBEngine, shop: str, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("Customer,Date,Amount\n8,2024-01-06,3\n")
    intake = read([str(tmp_path / "more.csv"), shop], query="select * from orders")
    assert [row[0] for row in orders(engine)] == ["007", "8"]
    assert intake.receipt.rows_read == 2


def test_quarantined_rows_are_numbered_as_in_the_result(read: Read, engine: DuckDBEngine, shop: str) -> None:
    rows = "select 'a' as customer, '2024-01-05' as date, '1' as amount union all select 'b', 'soon', '2'"
    read(shop, query=f"{rows} union all select null, '2024-01-05', '3' union all select 'c', '2024-01-05', 'x'")
    assert engine.rows("select file, line, reason, content from quarantine order by line") == [
        ("it's a shop.db", 2, "unreadable date", '{"customer":"b","date":"soon","amount":"2"}'),
        ("it's a shop.db", 4, "unreadable amount", '{"customer":"c","date":"2024-01-05","amount":"x"}'),
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (None, r'needs --query, such as "select \* from orders"; its only table is orders$'),
        ("select * from ordrs", r"ordrs.* \(its only table is orders\); check --query"),
        ("selec * from orders", "syntax error"),
        ("select * from orders; drop table orders", "check --query, which is one SELECT"),
        ("drop table orders", "check --query, which is one SELECT"),
        ("insert into orders values ('x', '2024-01-05', 1) returning *", "check --query, which is one SELECT"),
        (" ;", "is a database and needs --query"),
        ("select * from orders where amount = no_column", "no_column"),
        ("select customer, date, amount from orders where 1 = 0", "there are no rows to read"),
        ("select 1 as a, 2 as a", "no column known as customer_id"),
    ],
)
def test_what_is_wrong_with_a_query_is_one_sentence(read: Read, shop: str, query: str | None, said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        read(shop, query=query)
    assert "\n" not in str(refused.value)
    assert read(shop, query="select * from orders").receipt.rows_read == 1


def test_a_query_without_a_database_is_refused(read: Read, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("Customer,Date\n8,2024-01-06\n")
    with pytest.raises(InputError, match="--query is a question to a database, and none is given"):
        read(tmp_path / "orders.csv", query="select 1")


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_many_tables_are_not_all_named(read: Read, tmp_path: Path, kind: str) -> None:
    MAKE[kind](tmp_path / "shop.db", ";".join(f"create table t{number:02} (a integer)" for number in range(30)))
    with pytest.raises(InputError, match=r"t18, t19 and 10 more$"):
        read(f"{kind}:///{tmp_path}/shop.db")


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_of_another_kind_is_refused(read: Read, tmp_path: Path, kind: str) -> None:
    (tmp_path / "shop.db").write_bytes(b"customer,date,amount\n" * 300)
    with pytest.raises(InputError, match=r"no SQLite database|not a valid DuckDB database file"):
        read(f"{kind}:///{tmp_path}/shop.db", query="select 1")


def test_an_empty_file_holds_no_tables(read: Read, tmp_path: Path) -> None:
    (tmp_path / "shop.db").touch()
    with pytest.raises(InputError, match="holds no tables that can be read"):
        read(f"sqlite:///{tmp_path}/shop.db")


def test_a_damaged_file_is_refused(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    sqlite_file(path, "create table orders (customer, date, amount)", *[("a", "2024-01-05", 1)] * 5000)
    path.write_bytes(path.read_bytes()[:8192] + b"\xff" * 8192 + path.read_bytes()[16384:])
    with pytest.raises(InputError, match="malformed; give a whole database file"):
        read(f"sqlite:///{path}", query="select * from orders")


@pytest.mark.parametrize(
    ("kind", "hold"),
    [
        (
            "sqlite",
            "import sqlite3; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('begin exclusive')",
        ),
        ("duckdb", "import duckdb; c = duckdb.connect(sys.argv[1])"),
    ],
)
def test_a_locked_file_is_refused(read: Read, tmp_path: Path, kind: str, hold: str) -> None:
    MAKE[kind](tmp_path / "shop.db", SHOP)
    program = f"import sys; {hold}; print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(tmp_path / "shop.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        for query in ("select * from orders", None):
            with pytest.raises(InputError, match=r"lock.*; close what holds it, or read a copy of the file"):
                read(f"{kind}:///{tmp_path}/shop.db", query=query)
        holder.communicate()


def test_a_loose_column_keeps_every_value(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    """Nothing in the first thousands of rows, then a text; whole numbers, then cents; ids that no float holds."""
    table = "create table orders (customer, date text, amount numeric, note)"
    late: list[tuple[Any, ...]] = [
        ("late", "2024-01-06", 123456.78, "x"),
        (9007199254740993, "2024-01-07", "1234567.89", 1.5),
        (b"caf\xc3\xa9", "2024-01-08", 0.1, None),
    ]
    sqlite_file(tmp_path / "shop.db", table, *[(None, "2024-01-05", 1, None)] * 5000, *late)
    intake = read(f"sqlite:///{tmp_path}/shop.db", query="select * from orders")
    assert orders(engine) == [
        ("late", dt.date(2024, 1, 6), Decimal("123456.78")),
        ("9007199254740993", dt.date(2024, 1, 7), Decimal("1234567.89")),
        ("café", dt.date(2024, 1, 8), Decimal("0.1")),
    ]
    assert intake.receipt.rows_read == 5003
    assert intake.receipt.rows("excluded") == 5000


def test_text_that_is_no_utf8_stays_apart(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    rows = "values (cast(x'636166E9' as text), '2024-01-05', 1), (cast(x'636166E8' as text), '2024-01-05', 2)"
    sqlite_file(tmp_path / "shop.db", f"create table orders (customer, date, amount); insert into orders {rows}")
    read(f"sqlite:///{tmp_path}/shop.db", query="select * from orders")
    assert [row[0] for row in orders(engine)] == ["caf\\xE8", "caf\\xE9"]


def test_ids_that_a_dataframe_made_floats_are_whole_again(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    rows = [(17850.0, "2024-01-05 10:15:00.000000", 2.5), (None, "2024-01-05 10:15:00.000000", 2.5)]
    sqlite_file(tmp_path / "shop.db", "create table orders (customer real, date timestamp, amount real)", *rows)
    read(f"sqlite:///{tmp_path}/shop.db", query="select * from orders")
    assert orders(engine) == [("17850", dt.date(2024, 1, 5), Decimal("2.5"))]


def test_types_of_duckdb_stay_what_they_are(read: Read, engine: DuckDBEngine, tmp_path: Path) -> None:
    huge = "170141183460469231731687303715884105727"
    rows = (
        f"select {huge}::hugeint as customer, '2024-01-05 23:30+00'::timestamptz as date, 0.10::decimal(9,2) as amount"
    )
    duckdb_file(tmp_path / "shop.duckdb", f"create view orders as {rows}")
    read(f"duckdb:///{tmp_path}/shop.duckdb", query="from orders", timezone="Asia/Tokyo")
    assert orders(engine) == [(huge, dt.date(2024, 1, 6), Decimal("0.1"))]


def test_a_query_sees_no_tables_but_those_of_its_database(read: Read, tmp_path: Path) -> None:
    duckdb_file(tmp_path / "shop.duckdb", SHOP)
    address = f"duckdb:///{tmp_path}/shop.duckdb"
    read(address, query="select * from orders")
    with pytest.raises(InputError, match="judged_lines"):
        read(address, query="select * from judged_lines")


def test_a_missing_driver_is_named(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_file(tmp_path / "shop.db", SHOP)
    monkeypatch.setitem(sys.modules, "adbc_driver_sqlite", None)
    with pytest.raises(RunFailed, match=r"needs adbc_driver_sqlite, .* pip install 'regulars\[database\]'"):
        read(f"sqlite:///{tmp_path}/shop.db", query="select * from orders")


def test_no_arrow_library_is_needed(tmp_path: Path) -> None:
    sqlite_file(tmp_path / "shop.db", SHOP)
    program = (
        "import sys; sys.modules['pyarrow'] = None; sys.modules['pandas'] = None\n"
        "import regulars as rg; h = rg.histories(sys.argv[1], query='select * from orders', as_of='2024-02-01')\n"
        "print(h.age.tolist())"
    )
    command = [sys.executable, "-c", program, f"sqlite:///{tmp_path}/shop.db"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert answer.stdout.startswith("[3.85")

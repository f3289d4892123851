"""A real PostgreSQL server: what it sends is what is read, and what it refuses is one sentence without the password."""

from __future__ import annotations

import _thread
import datetime as dt
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from postgresql_server import PASSWORD, Server, programs, server

from regulars.cli.main import main
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake

Read = Callable[..., Intake]

TABLE = """
create table orders (customer varchar(20), ordered_at timestamptz, amount numeric(12, 2));
insert into orders values ('007', '2024-01-05 23:30+00', 12.50), ('8', '2024-01-06 10:00+03', 0.1),
    ('007', '2024-02-09 08:00+00', 20), ('9', '2024-02-10 08:00+00', 7);
"""


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    folder = programs()
    if folder is None:
        pytest.skip("platform: no PostgreSQL server is installed here")
    with server(folder) as running:
        running.execute(TABLE)
        yield running


def orders(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.rows("select customer_id, order_date, amount from orders order by order_date, customer_id, amount")


def refused(read: Read, address: str, query: str | None = "select * from orders") -> str:
    with pytest.raises(InputError) as error:
        read(address, query=query)
    said = str(error.value)
    assert "\n" not in said
    assert PASSWORD not in said
    assert "s3cret" not in said
    return said


def test_orders_are_read_in_the_time_zone_of_the_business(read: Read, engine: DuckDBEngine, postgresql: Server) -> None:
    intake = read(postgresql.address(), query="select * from orders order by ordered_at", timezone="Asia/Tokyo")
    assert orders(engine)[:2] == [
        ("007", dt.date(2024, 1, 6), Decimal("12.5")),
        ("8", dt.date(2024, 1, 6), Decimal("0.1")),
    ]
    assert intake.receipt.sources == (f"postgresql://shop@127.0.0.1:{postgresql.port}/postgres",)
    assert intake.receipt.adds_up


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("9007199254740993::bigint", "9007199254740993"),
        ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("'\\xdeadbeef'::bytea", "\\xdeadbeef"),
        ("""'{"id": 7}'::jsonb""", '{"id": 7}'),
        ("array['a', 'b']", "{a,b}"),
        ("row(1, 'a')", "(1,a)"),
        ("'ab'::char(5)", "ab"),
        ("12345678901234567890.000000000000000001::numeric", "12345678901234567890.000000000000000001"),
        ("'127.0.0.1'::inet", "127.0.0.1/32"),
        ("true", "true"),
    ],
)
def test_an_id_of_any_type_is_its_text(
    read: Read, engine: DuckDBEngine, postgresql: Server, expression: str, text: str
) -> None:
    read(postgresql.address(), query=f"select {expression} as customer, date '2024-01-05' as date, 1 as amount")
    assert orders(engine) == [(text, dt.date(2024, 1, 5), Decimal(1))]


@pytest.mark.parametrize(
    ("expression", "amount"),
    [
        ("0.1::numeric + 0.2::numeric", "0.3"),
        ("999999999999.99::numeric(20, 2)", "999999999999.99"),
        ("1234.5::float8", "1234.5"),
        ("0.1::real", "0.1"),
        ("'$1,234.50'::text", "1234.5"),
        ("12::smallint", "12"),
    ],
)
def test_money_of_any_type_is_exact(
    read: Read, engine: DuckDBEngine, postgresql: Server, expression: str, amount: str
) -> None:
    read(postgresql.address(), query=f"select 'a' as customer, date '2024-01-05' as date, {expression} as amount")
    assert orders(engine) == [("a", dt.date(2024, 1, 5), Decimal(amount))]


def test_what_is_no_number_and_no_day_is_quarantined(read: Read, engine: DuckDBEngine, postgresql: Server) -> None:
    rows = """
        values ('a', '2024-01-05'::timestamptz, 1::numeric), ('a', 'infinity', 1), ('a', '4713-01-01 BC', 1),
            ('a', '290000-01-01', 1), ('a', '2024-01-05', 'NaN'), ('a', null, 1)
        """
    intake = read(postgresql.address(), query=f"select * from ({rows}) as t (customer, date, amount)")
    assert engine.rows("select line, reason from quarantine order by line") == [
        (2, "unreadable date"),
        (3, "unreadable date"),
        (4, "unreadable date"),
        (5, "no amount"),
        (6, "no date"),
    ]
    assert intake.receipt.rows_read == 6
    assert intake.receipt.adds_up


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (None, 'needs --query, such as "select * from orders"; its only table is orders'),
        ("select * from ordrs", 'relation "ordrs" does not exist (its only table is orders); check --query'),
        ("selec * from orders", 'syntax error at or near "selec"; check --query'),
        ("select amount / 0 from orders", "cannot be read: division by zero; check --query"),
        ("select 1 / (3 - g) as a from generate_series(1, 5) g", "cannot be read: division by zero; check --query"),
        ("select 1; drop table orders", "cannot insert multiple commands into a prepared statement"),
        ("delete from orders returning *", "syntax error"),
        ("select nextval('numbers')", "cannot execute nextval() in a read-only transaction"),
        ("select pg_terminate_backend(pg_backend_pid())", "terminating connection due to administrator command"),
        ("select", "at least one column"),
    ],
)
def test_what_the_server_refuses_is_its_sentence(read: Read, postgresql: Server, query: str | None, said: str) -> None:
    postgresql.execute("create sequence if not exists numbers")
    assert said in refused(read, postgresql.address(), query)
    assert read(postgresql.address(), query="select * from orders").receipt.rows_read == 4


def test_who_cannot_connect_is_told_why(read: Read, postgresql: Server) -> None:
    assert "password authentication failed" in refused(read, postgresql.address("s3cret"))
    assert 'database "nowhere" does not exist' in refused(read, postgresql.address(database="nowhere"))
    assert 'invalid URI query parameter: "colour"' in refused(read, postgresql.address(settings="?colour=red"))
    nobody = postgresql.address().replace(str(postgresql.port), "1")
    assert "Connection refused; check the address" in refused(read, nobody)


def test_a_host_that_does_not_answer_is_given_up(read: Read) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"postgresql://shop:{PASSWORD}@127.0.0.1:{silent.getsockname()[1]}/shop?connect_timeout=2"
        assert "timeout expired; check the address" in refused(read, address)


@pytest.mark.parametrize("query", ["select pg_sleep(60)", "select pg_sleep(0.1) from generate_series(1, 600)"])
def test_a_long_query_is_stopped_at_once(read: Read, postgresql: Server, query: str) -> None:
    stopper = threading.Timer(0.5, _thread.interrupt_main)
    begun = time.perf_counter()
    stopper.start()
    with pytest.raises(KeyboardInterrupt):
        read(postgresql.address(), query=query)
    assert time.perf_counter() - begun < 10.0
    assert read(postgresql.address(), query="select * from orders").receipt.rows_read == 4


def test_a_run_names_the_password_nowhere(
    postgresql: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, query = tmp_path / "out", "select * from orders"
    assert main(["run", postgresql.address(), "--query", query, "--out", str(out)]) == 0
    assert main(["run", postgresql.address(), "--query", "select 1 / 0", "--out", str(out), "--debug"]) == 2
    assert main(["run", postgresql.address("s3cret"), "--query", query, "--out", str(out), "--debug"]) == 2
    told = capsys.readouterr()
    written = [path.read_bytes() for path in out.iterdir()]
    assert not any(b"s3cret" in content for content in [told.out.encode(), told.err.encode(), *written])
    account = json.loads((out / "run.json").read_text())
    assert account["settings"]["query"] == query
    assert account["receipt"]["sources"] == [f"postgresql://shop@127.0.0.1:{postgresql.port}/postgres"]

"""Five hundred changed files, the same in every run, and tables that Hypothesis draws; `make fuzz` is the long run."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from attempts import adds_up, whole
from fuzzing import ending_of, ending_of_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutants import AMOUNTS, DATES, TEXTS, Cells, lines_of_the_example, mutant

from regulars.cli.main import main
from regulars.engines.duckdb import DuckDBEngine

SEED = 0
FILES, AT_ONCE = 500, 50
WHOLE_RUNS = 20


@pytest.fixture(scope="module")
def lines(root: Path) -> Cells:
    return lines_of_the_example(root / "examples" / "online_retail.parquet")


@pytest.mark.parametrize("first", range(0, FILES, AT_ONCE))
def test_changed_files_are_read_or_refused_and_nothing_is_lost(lines: Cells, tmp_path: Path, first: int) -> None:
    endings: Counter[str] = Counter()
    with DuckDBEngine(threads=1, memory_limit="1GB") as engine:
        for number in range(first, first + AT_ONCE):
            made = mutant(lines, [], SEED, number)
            try:
                endings[ending_of(engine, made, tmp_path)] += 1
            except Exception as error:
                raise AssertionError(f"mutant {number} of seed {SEED}, {made.kind} called {made.name}") from error
    assert endings["read"] > AT_ONCE // 4


def test_whole_runs_over_changed_files(lines: Cells, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statuses: Counter[int] = Counter()
    for number in range(WHOLE_RUNS):
        made = mutant(lines, [], SEED + 1, number)
        path, out = tmp_path / made.name, tmp_path / f"out-{number}"
        path.write_bytes(made.content)
        words = ("--quiet", "--no-report", "--threads", "1", "--model", "pareto-nbd" if number % 5 else "auto")
        status = main(["run", str(path), "--out", str(out), *words])
        told, complaint = capsys.readouterr()
        statuses[status] += 1
        assert (status, told) in {(0, ""), (2, "")}, complaint
        assert complaint.count("\n") == (1 if status else 0), complaint
        assert out.exists() == (status == 0)
        assert status or adds_up(whole(out)["receipt"])
    assert statuses[0] > WHOLE_RUNS // 4


CELLS = st.tuples(
    st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(DATES) | st.dates().map(str) | st.datetimes().map(str),
    st.sampled_from(AMOUNTS)
    | st.decimals(allow_nan=True, places=2).map(str)
    | st.text("0123456789.,-() €", max_size=8),
)
SALE = ("somebody", "2011-12-01", "1.50")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(CELLS, max_size=20), delimiter=st.sampled_from(",;\t|"), ends=st.sampled_from(["\n", "\r\n"]))
def test_whatever_stands_in_the_cells_of_text(
    engine: DuckDBEngine, tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str, ends: str
) -> None:
    path = tmp_path / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL)
        writer.writerows([("customer", "date", "amount"), SALE, *rows])
    ending_of_file(engine, path, None if any("\0" in cell for row in rows for cell in row) else len(rows) + 1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(CELLS, max_size=20), array=st.booleans())
def test_whatever_stands_in_the_values_of_json(
    engine: DuckDBEngine, tmp_path: Path, rows: list[tuple[str, ...]], *, array: bool
) -> None:
    objects = [dict(zip(("customer", "date", "amount"), row, strict=True)) for row in [SALE, *rows]]
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(objects) if array else "\n".join(map(json.dumps, objects)), encoding="utf-8")
    ending_of_file(engine, path, len(objects))

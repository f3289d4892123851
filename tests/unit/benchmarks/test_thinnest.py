"""The thinnest programs predict what a run predicts: a bound on the run's time by other work would bound nothing."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from environment import HERE
from rows import _run_command
from simulate import simulate, write_csv


@pytest.mark.parametrize("side", ["thinnest_run.py", "thinnest_arrays.py"])
def test_it_writes_the_customers_of_a_run(side: str, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    with orders.open("w", encoding="utf-8") as file:
        write_csv(simulate(500, seed=4), file)
    thin = tmp_path / "thin.parquet"
    subprocess.run([sys.executable, str(HERE / "sides" / side), str(orders), str(thin)], check=True)
    subprocess.run(_run_command(orders, tmp_path / "run", "--no-report"), check=True)
    found, expected = parquet.read_table(thin), parquet.read_table(tmp_path / "run" / "customers.parquet")
    assert found.num_rows == expected.num_rows == 500
    assert [(f.name, f.type) for f in found.schema] == [(f.name, f.type) for f in expected.schema]
    for name in expected.column_names:
        ours, theirs = found[name].to_pylist(), expected[name].to_pylist()
        if isinstance(theirs[0], str | int | dt.date):
            assert ours == theirs, name
        else:
            np.testing.assert_allclose(np.array(ours, float), np.array(theirs, float), rtol=1e-6, err_msg=name)

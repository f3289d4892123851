"""What does not fit into memory goes to disk, and what fits into neither ends in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.memory import LEAST, engine_share
from regulars.errors import RunFailed

LARGE = "create table large as select hash(i) as a, hash(i + 1) as b, hash(i + 2) as c from range(2000000) t(i)"


def test_what_does_not_fit_goes_to_the_folder_and_is_gone_afterwards(tmp_path: Path) -> None:
    spilled = []
    with DuckDBEngine(threads=2, memory_limit="30MB", spill=tmp_path) as engine:
        engine.execute(LARGE)
        spilled = [file.name for file in tmp_path.rglob("*") if file.is_file()]
        assert engine.rows("select count(*), count(distinct a) from large") == [(2_000_000, 2_000_000)]
    assert spilled
    assert not list(tmp_path.iterdir())


def test_a_full_disk_says_where_to_free_space(tmp_path: Path) -> None:
    with DuckDBEngine(threads=2, memory_limit="30MB", spill=tmp_path) as engine:
        engine.execute("set max_temp_directory_size = '1MB'")
        with pytest.raises(RunFailed, match="the disk is full") as failed:
            engine.execute(LARGE)
    assert str(tmp_path) in str(failed.value)
    assert "\n" not in str(failed.value)


def test_too_little_memory_says_what_to_raise() -> None:
    with (
        DuckDBEngine(threads=2, memory_limit="10MB") as engine,
        pytest.raises(RunFailed, match=r"too small \(.*MiB used\); raise --memory-limit, or lower --threads"),
    ):
        engine.rows("select strlen(string_agg(i::varchar, '')) from range(5000000) t(i)")


def test_an_engine_that_spares_memory_spills_and_takes_more_where_it_must(tmp_path: Path) -> None:
    with DuckDBEngine(threads=2, spill=tmp_path) as engine:
        allowed = engine.rows("select current_setting('memory_limit')")
        engine.spare_memory()
        assert engine.rows("select parse_formatted_bytes(current_setting('memory_limit'))")[0][0] <= LEAST
        engine.execute("set memory_limit = '10MB'")
        assert engine.rows("select strlen(string_agg(i::varchar, '')) from range(5000000) t(i)") == [(33_888_890,)]
        assert engine.rows("select current_setting('memory_limit')") == allowed


def test_a_limit_that_was_given_stays() -> None:
    with DuckDBEngine(memory_limit="3GB") as engine:
        given = engine.rows("select current_setting('memory_limit')")
        engine.spare_memory()
        assert engine.rows("select current_setting('memory_limit')") == given


def test_a_file_that_finds_no_room_says_so(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no full device")
    with DuckDBEngine() as engine, pytest.raises(RunFailed, match=r"the disk is full.*free space there and run again"):
        engine.write_csv("select i from range(1000000) t(i)", full)


def test_a_long_query_says_how_far_it_is() -> None:
    heard: list[tuple[float, float]] = []
    with DuckDBEngine(threads=1, reached=lambda share, seconds: heard.append((share, seconds))) as engine:
        engine.execute("create table numbers as select i from range(3000000) t(i)")
        engine.rows("select count(distinct hash(i, 1)), count(distinct hash(i, 2)) from numbers")
    assert heard
    assert all(0.0 <= share <= 1.0 and seconds >= 0.0 for share, seconds in heard)


@pytest.mark.parametrize("limit", ["8GB", "750 MB", "1.5GiB", "512kb"])
def test_the_engine_takes_its_share_of_a_limit(limit: str) -> None:
    with DuckDBEngine(memory_limit=engine_share(limit)) as engine:
        assert engine.rows("select 1") == [(1,)]

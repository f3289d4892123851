"""Whole processes that are killed, that share an output folder, that write to a full disk."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from attempts import NAMES, whole

COMMAND = [sys.executable, "-c", "import sys; from regulars.cli.main import main; sys.exit(main())"]
KILLS = 10


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of a hundred customers."""
    draw = random.Random(4)  # noqa: S311 - made-up orders
    lines = ["order_id,customer_id,order_date,amount", "x,=1+1,soon,7.00"]
    for customer in range(100):
        for _ in range(draw.randrange(1, 6)):
            date = f"2024-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}"
            lines.append(f"{len(lines)},c{customer},{date},{draw.uniform(5, 90):.2f}")
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def command(orders: Path, out: Path, *options: str) -> list[str]:
    words = ["run", str(orders), "--out", str(out), "--quiet", "--no-report", "--model", "pareto-nbd", *options]
    return [*COMMAND, *words]


def run(orders: Path, out: Path, *options: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(orders, out, *options), check=False, capture_output=True, text=True, timeout=120, **more
    )


def horizon(out: Path) -> int | None:
    """The horizon of the run whose files these are, None while they are on their way."""
    return int(whole(out)["settings"]["horizon"]) if (out / "run.json").exists() else None


def test_killed_at_ten_points(orders: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    begun = time.perf_counter()
    assert run(orders, out, "--horizon", "30").returncode == 0
    lasted = time.perf_counter() - begun
    for kill in range(KILLS):
        with subprocess.Popen(command(orders, out, "--horizon", "60")) as process:
            time.sleep(lasted * (0.3 + 0.7 * kill / (KILLS - 1)))
            process.kill()
        assert horizon(out) in {30, 60, None}
    assert run(orders, out, "--horizon", "90").returncode == 0
    assert horizon(out) == 90
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_runs_into_one_folder(orders: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(3):
        both = [subprocess.Popen(command(orders, out, "--horizon", days)) for days in ("30", "60")]
        assert [process.wait(120) for process in both] == [0, 0]
        assert horizon(out) in {30, 60}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_disk_that_is_full(orders: Path, tmp_path: Path) -> None:
    """On a disk of 64 KB of its own, on which an earlier run left its files."""
    disk, out = tmp_path / "disk", tmp_path / "disk" / "out"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size=64k none "$0" && shift 0 && "${@:2:$1}" && '
        'cp -r "$0/out" "$0.before" && head -c 1m /dev/zero > "$0/filler" 2>/dev/null; '
        '"${@:$1+2}"; status=$?; rm -f "$0/filler"; cp -r "$0/out" "$0.after"; ls -A "$0" > "$0.left"; exit $status'
    )
    first, second = command(orders, out, "--horizon", "30"), command(orders, out, "--horizon", "60")
    words = ["unshare", "-m", "bash", "-c", script, str(disk), str(len(first)), *first, *second]
    if os.geteuid() != 0 or subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
        pytest.skip("platform: no mounts of our own here")
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=120)
    before, after = disk.with_name("disk.before"), disk.with_name("disk.after")
    if not before.exists():
        pytest.skip(f"platform: no disk in memory here: {done.stderr[:80]}")
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("regulars: ")
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr
    assert horizon(after) == 30
    assert {path.name: path.read_bytes() for path in before.iterdir()} == {
        path.name: path.read_bytes() for path in after.iterdir()
    }
    assert (tmp_path / "disk.left").read_text().split() == ["out"]
    assert {path.name for path in after.iterdir()} <= NAMES

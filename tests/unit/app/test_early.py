"""Nothing that only the mathematics needs is loaded before the reading, which it would keep waiting."""

from __future__ import annotations

import subprocess
import sys


def test_a_run_begins_to_read_before_the_mathematics_is_loaded() -> None:
    program = "import sys, regulars.cli.main, regulars.app.run; print('duckdb' in sys.modules, 'numpy' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == ["True", "False"]

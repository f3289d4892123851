"""The CDNOW sample's histories as arrays that both sides read: repeat days, weeks to the last, weeks of age."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np


def main(source: str, target: str) -> None:
    """Turn the published summary (columns x, t.x, T.cal) into `target` (.npz)."""
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frequency, recency, age = (np.array([float(row[column]) for row in rows]) for column in ("x", "t.x", "T.cal"))
    np.savez(target, frequency=frequency, recency=recency, age=age)


if __name__ == "__main__":
    main(*sys.argv[1:])

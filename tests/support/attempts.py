"""How a run over broken input ended, and what must hold of it whatever the input was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADER = "order_id,customer_id,order_date,amount"
ROWS = (
    "1,ann,2024-01-05,10.50",
    "2,bob,2024-01-20,5.00",
    "3,ann,2024-02-11,7.25",
    "4,cleo,2024-02-12,30.00",
    "5,bob,2024-03-01,4.75",
    "6,ann,2024-03-09,11.00",
)
NAMES = {"customers.parquet", "report.html", "quarantine.csv", "run.json"}


@dataclass(frozen=True)
class Ended:
    """How a run ended: its status, what it complained of, the receipt if there is one, the folder of its files."""

    status: int
    complaint: str
    receipt: dict[str, Any]
    out: Path

    @property
    def groups(self) -> dict[str, int]:
        return {line["rule"]: line["rows"] for line in self.receipt["lines"]}

    @property
    def notes(self) -> str:
        return " ".join(self.receipt["notes"])

    @property
    def refused(self) -> str:
        """The text of quarantine.csv."""
        return (self.out / "quarantine.csv").read_text(encoding="utf-8")


Attempt = Callable[..., Ended]


def csv(*more: str, header: str = HEADER, end: str = "\n") -> str:
    """Return a small shop with more lines at its end."""
    return end.join([header, *ROWS, *more, ""])


def fingerprints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def whole(out: Path) -> dict[str, Any]:
    """The account of the run whose files lie in `out`; a hash that does not hold fails."""
    account: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert {path.name for path in out.iterdir()} & NAMES == {*account["files"], "run.json"}
    held = fingerprints(out)
    assert {name: file["sha256"] for name, file in account["files"].items()} == {
        name: held[name] for name in account["files"]
    }
    return account


def adds_up(receipt: dict[str, Any]) -> bool:
    """Whether every row and all money of a receipt is in exactly one group."""
    verdicts = [receipt[verdict] for verdict in ("valid", "excluded", "quarantined")]
    lines = receipt["lines"]
    return (
        receipt["adds_up"]
        and receipt["rows_read"] == sum(group["rows"] for group in verdicts) == sum(line["rows"] for line in lines)
        and (not receipt["amount_read"] or abs(receipt["amount_read"] - sum(g["amount"] for g in verdicts)) < 1e-3)
    )

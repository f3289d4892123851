"""Fits of spend read back from the JSON that they write."""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.models.certificate import Certificate, Finding
from regulars.models.fingerprint import Fingerprint
from regulars.models.spend import SPEND
from regulars.models.spend.fitted import FittedSpend


def spend_fit(content: dict[str, Any]) -> FittedSpend:
    """Return the fit that its `to_json` describes; raises `KeyError` or `ValueError` for anything else."""
    sums = content["fingerprint"]
    known = {
        **{name: float(value) for name, value in content["parameters"].items()},
        "log_likelihood": float(content["log_likelihood"]),
        "customers": float(content["customers"]),
        "covariance": np.array([[np.nan if v is None else float(v) for v in row] for row in content["covariance"]]),
        "certificate": Certificate(tuple(Finding(**finding) for finding in content["certificate"])),
        "fingerprint": None if sums is None else Fingerprint(tuple(float(value) for value in sums)),
    }
    return SPEND.get(content["model"]).fitted.from_json(known, content["own"])

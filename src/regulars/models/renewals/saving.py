"""Fits of renewals read back from the JSON that they write."""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.models.certificate import Certificate, Finding
from regulars.models.fingerprint import Fingerprint
from regulars.models.renewals import RENEWALS
from regulars.models.renewals.fit import RenewalFit


def renewal_fit(content: dict[str, Any]) -> RenewalFit:
    """Return the fit that `RenewalFit.to_json` describes; raises `KeyError` or `ValueError` for anything else."""
    rows = content["covariance_of_log_theta"]
    sums = content.get("fingerprint")
    return RenewalFit(
        model=RENEWALS.get(content["model"]),
        theta=np.array([float(value) for value in content["theta"]]),
        log_likelihood=float(content["log_likelihood"]),
        contracts=float(content["contracts"]),
        longest=int(content["longest"]),
        covariance=np.array([[np.nan if value is None else float(value) for value in row] for row in rows]),
        certificate=Certificate(tuple(Finding(**finding) for finding in content["certificate"])),
        fingerprint=None if sums is None else Fingerprint(tuple(float(value) for value in sums)),
    )

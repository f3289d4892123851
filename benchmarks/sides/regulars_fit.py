"""Fit one model of regulars to histories in a file, several times; print seconds and log-likelihood as JSON.

Timed from one row per customer, as the other side is: collapsing equal histories is included.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

import regulars

MODELS: dict[str, Any] = {
    "bg-nbd": regulars.BGNBD,
    "mbg-nbd": regulars.MBGNBD,
    "pareto-nbd": regulars.ParetoNBD,
    "bg-bb": regulars.BGBB,
}


def main(model: str, source: str, times: str) -> None:
    """Fit `model` to the arrays in `source` (.npz) `times` times."""
    with np.load(source) as arrays:
        frequency, recency, age = arrays["frequency"], arrays["recency"], arrays["age"]
    seconds = []
    for _ in range(int(times)):
        begun = time.perf_counter()
        passed = {"opportunities": age} if model == "bg-bb" else {"age": age}
        fit = MODELS[model]().fit(regulars.Histories(frequency=frequency, recency=recency, **passed))
        seconds.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": seconds, "log_likelihood": fit.log_likelihood}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Fit one model of regulars and draw its posterior, several times; print seconds and effective draws as JSON.

Timed from one row per customer to 2,000 weighted draws: the fit is included.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

import regulars

MODELS = {"bg-nbd": regulars.BGNBD, "pareto-nbd": regulars.ParetoNBD}


def main(model: str, source: str, times: str) -> None:
    """Fit `model` to the arrays in `source` (.npz) and draw, `times` times; the least effective of all seeds counts."""
    with np.load(source) as arrays:
        frequency, recency, age = arrays["frequency"], arrays["recency"], arrays["age"]
    seconds, effective = [], []
    for seed in range(int(times)):
        begun = time.perf_counter()
        fit = MODELS[model]().fit(regulars.Histories(frequency=frequency, recency=recency, age=age))
        posterior = fit.posterior(draws=2000, seed=seed)
        seconds.append(time.perf_counter() - begun)
        effective.append(posterior.effective_sample_size)
    print(json.dumps({"seconds": seconds, "log_likelihood": None, "effective": min(effective)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

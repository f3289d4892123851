"""Fit one model of lifetimes to histories in a file, several times; print seconds and log-likelihood as JSON.

The default optimiser of each fitter. Weights for equal histories are not used: a user has one
row per customer, and collapsing them is part of what is compared.
"""

import json
import sys
import time
from typing import Any

import numpy as np
from lifetimes import BetaGeoBetaBinomFitter, BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

FITTERS = {
    "bg-nbd": BetaGeoFitter,
    "mbg-nbd": ModifiedBetaGeoFitter,
    "pareto-nbd": ParetoNBDFitter,
    "bg-bb": BetaGeoBetaBinomFitter,
}


def main(model: str, source: str, times: str) -> None:
    """Fit `model` to the arrays in `source` (.npz) `times` times."""
    with np.load(source) as arrays:
        history = arrays["frequency"], arrays["recency"], arrays["age"]
    seconds = []
    for _ in range(int(times)):
        begun = time.perf_counter()
        fitter = FITTERS[model]().fit(*history)
        seconds.append(time.perf_counter() - begun)
    print(json.dumps({"seconds": seconds, "log_likelihood": log_likelihood(model, fitter, history)}))


def log_likelihood(model: str, fitter: Any, history: tuple[np.ndarray, ...]) -> float:
    """Return the log-likelihood of all customers at the fitted parameters."""
    if model == "pareto-nbd":
        parameters = [fitter.params_[name] for name in ("r", "alpha", "s", "beta")]
        return float(fitter._conditional_log_likelihood(parameters, *history).sum())  # noqa: SLF001 - lifetimes shows no sum of it
    if model == "bg-bb":
        parameters = [fitter.params_[name] for name in ("alpha", "beta", "gamma", "delta")]
        return float(fitter._loglikelihood(parameters, *history).sum())  # noqa: SLF001 - as above
    theta = np.log([fitter.params_[name] for name in ("r", "alpha", "a", "b")])
    weights = np.ones(len(history[0]))
    return float(-fitter._negative_log_likelihood(theta, *history, weights, 0.0) * len(weights))  # noqa: SLF001 - as above


if __name__ == "__main__":
    main(*sys.argv[1:])

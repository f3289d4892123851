"""Fit one model of lifetimes and its Gamma-Gamma to histories in a file; write its parameters and its predictions.

As its documentation has it: no penalty at first; where the fit does not converge, the least of the penalties it
recommends that does. Histories come distinct with weights, which its fitters accept; the optimum is the same.
"""

import sys
import warnings
from typing import Any

import numpy as np
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

FITTERS = {"bg-nbd": BetaGeoFitter, "mbg-nbd": ModifiedBetaGeoFitter, "pareto-nbd": ParetoNBDFitter}
PENALTIES = (0.0, 0.001, 0.01, 0.1)


def main(model: str, source: str, target: str) -> None:
    """Read `frequency`, `recency`, `age`, `weight`, `horizon` and where there is money `number`, `mean` (.npz)."""
    warnings.simplefilter("ignore")  # of its optimiser, about steps that left the range
    with np.load(source) as arrays:
        given = dict(arrays)
    history = given["frequency"], given["recency"], given["age"]
    fitter, penalty = fitted(FITTERS[model], *history, weights=given["weight"])
    found = {
        "purchases": fitter.conditional_expected_number_of_purchases_up_to_time(float(given["horizon"]), *history),
        "params": fitter.params_.to_numpy(),
        "penalty": penalty,
    }
    if "number" in given:
        seen = given["number"] > 0
        spend, spend_penalty = fitted(GammaGammaFitter, given["number"][seen], given["mean"][seen])
        found["spend"] = spend.conditional_expected_average_profit(given["number"], given["mean"])
        found["spend_params"] = spend.params_.to_numpy()
        found["spend_penalty"] = spend_penalty
    arrays = {name: np.asarray(values, dtype=float) for name, values in found.items()}
    np.savez(target, **arrays)


def fitted(fitter: Any, *data: np.ndarray, **options: np.ndarray) -> tuple[Any, float]:
    """Return the fitter after its fit, and the penalty it needed; raises what it raises at the largest one."""
    for penalty in PENALTIES:
        try:
            return fitter(penalizer_coef=penalty).fit(*data, **options), penalty
        except Exception:
            if penalty == PENALTIES[-1]:
                raise
    raise AssertionError


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Fit BG/NBD of pymc-marketing to histories in a file, once; print seconds and effective draws as JSON.

Its defaults: four chains of 1,000 draws after 1,000 of tuning with "mcmc", and with "map" the mode under its default
priors. Building and compiling the model is part of a fit there, as a user meets it.
"""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")  # about versions of libraries it builds on

import arviz  # noqa: E402 - warns when imported
from pymc_marketing import clv  # noqa: E402 - as above


def main(method: str, source: str) -> None:
    """Fit by `method`, "map" or "mcmc", to the arrays in `source` (.npz)."""
    with np.load(source) as arrays:
        history = {"frequency": arrays["frequency"], "recency": arrays["recency"], "T": arrays["age"]}
    data = pd.DataFrame({"customer_id": np.arange(len(history["T"]))} | history)
    begun = time.perf_counter()
    model = clv.BetaGeoModel(data=data)
    model.fit(**({"method": "map"} if method == "map" else {"method": "mcmc", "random_seed": 1, "progressbar": False}))
    seconds = time.perf_counter() - begun
    effective = None
    if method == "mcmc":
        names = ["r", "alpha", "a", "b"]
        effective = min(float(value) for value in arviz.ess(model.idata, var_names=names).values())
    print(json.dumps({"seconds": [seconds], "log_likelihood": None, "effective": effective}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What may be asked of a fit: whole numbers of purchases, renewals, customers and draws, each from a seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import InputError
from regulars.models.histories import Floats


def whole_numbers(name: str, numbers: ArrayLike, *, of: str, least: int = 0) -> Floats:
    """Return `numbers` as an array; raises `InputError` where one is not whole, or less than `least`.

    >>> whole_numbers("n", [0, 3], of="purchases").tolist()
    [0.0, 3.0]
    """
    values = np.asarray(numbers, dtype=np.float64)
    wrong = ~(np.isfinite(values) & (values >= least) & (values == np.floor(values)))
    if wrong.any():
        raise InputError(f"{name} must be whole numbers of {of}, {least} or more, got {values[wrong].flat[0]:g}")
    return values


def how_many(name: str, number: float, *, of: str, least: int = 0) -> int:
    """Return one such number."""
    return int(whole_numbers(name, float(number), of=of, least=least))


def generator(seed: int) -> np.random.Generator:
    """Return random numbers from `seed`; raises `InputError` where it is not a whole number, 0 or more.

    >>> bool(generator(1).random() == generator(1).random())
    True
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise InputError(f"a seed is a whole number, 0 or more, got {seed!r}")
    return np.random.default_rng(seed)

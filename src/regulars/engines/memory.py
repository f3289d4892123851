"""How much of the memory that a user grants goes to the engine; the rest is Python's and the mathematics'."""

from __future__ import annotations

import re

# Of 8 GB, the distinct histories of 40 million customers with their scores take one.
ENGINE_SHARE = 0.75
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def engine_share(limit: str) -> str:
    """Return the engine's share of a size of memory such as 4GB, 4 GiB or 800MB.

    >>> engine_share("4GB"), engine_share("1.5 GiB")
    ('3000000000B', '1207959552B')
    """
    found = re.fullmatch(r"([\d.]+)\s*([kmgt]?)(i?)b", limit.strip().lower())
    if found is None:
        raise ValueError(limit)
    number, prefix, binary = found.groups()
    base = 1024 if binary else 1000
    return f"{int(float(number) * base ** _POWERS[prefix] * ENGINE_SHARE)}B"

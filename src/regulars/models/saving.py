"""Fits on disk: JSON with a schema version, never code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from regulars.errors import InputError
from regulars.models.certificate import Certificate, Finding
from regulars.models.effects.clock_fit import by_calendar
from regulars.models.effects.fit import EffectsFit
from regulars.models.effects.saving import TIMED_KIND, TIMED_SCHEMA, effects_from_json, timed_from_json
from regulars.models.fingerprint import Fingerprint
from regulars.models.fit import SCHEMA, Fit
from regulars.models.pooled import Pool, PooledFit
from regulars.models.renewals.fit import KIND as RENEWALS_KIND
from regulars.models.renewals.fit import SCHEMA as RENEWALS_SCHEMA
from regulars.models.renewals.saving import renewal_fit
from regulars.models.spend.fitted import KIND as SPEND_KIND
from regulars.models.spend.fitted import SCHEMA as SPEND_SCHEMA
from regulars.models.spend.saving import spend_fit
from regulars.models.transactions import MODELS, model_named
from regulars.periods import Unit


def load(path: str | Path) -> Any:
    """Return the fit, of purchases, pooled, with effects, of renewals or of spend, that its `save` wrote to a file.

    Raises `InputError` for a file that is not one, and for one of a later version.

    >>> import tempfile
    >>> from regulars.models.histories import Histories
    >>> from regulars.models.transactions import MODELS
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])
    >>> fit = MODELS.get("nbd").fit(h)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     fit.save(f"{folder}/fit.json")
    ...     load(f"{folder}/fit.json").params == fit.params
    True
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"{path} cannot be read as a saved fit: {error}") from error
    kind = content.get("kind") if isinstance(content, dict) else None
    schema, read = READ.get(kind if isinstance(kind, str) else None, READ[None])
    if not isinstance(content, dict) or content.get("schema") != schema:
        found = content.get("schema") if isinstance(content, dict) else "nothing"
        raise InputError(f"{path} is no fit of schema {schema} (it says {found}); save it again with this version")
    try:
        return read(content)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is not a whole saved fit: {error!r}") from error


def _fit_or_pool(content: dict[str, Any]) -> Fit | PooledFit | EffectsFit:
    if "effects" in content:
        return effects_from_json(MODELS.get(content["model"]), content)
    if content["model"] != Pool.name:
        return _fit(content)
    weights = tuple(float(weight) for weight in content["weights"])
    return PooledFit(tuple(_member(member) for member in content["members"]), weights)


def _member(content: dict[str, Any]) -> Fit:
    if "effects" not in content:
        return _fit(content)
    return by_calendar(effects_from_json(MODELS.get(content["model"]), content))


def _fit(content: dict[str, Any]) -> Fit:
    model = model_named(content["model"])
    covariance = [[np.nan if v is None else float(v) for v in row] for row in content["covariance_of_log_parameters"]]
    sums = content.get("fingerprint")  # earlier versions wrote none
    return Fit(
        model=model,
        theta=np.array([float(content["parameters"][name]) for name in model.parameters]),
        unit=Unit.of(content["unit"]),
        log_likelihood=float(content["log_likelihood"]),
        customers=float(content["customers"]),
        covariance=np.array(covariance),
        certificate=Certificate(tuple(Finding(**finding) for finding in content["certificate"])),
        fingerprint=None if sums is None else Fingerprint(tuple(float(value) for value in sums)),
    )


# How each kind of fit is read, and the schema it is read from; fits of purchases came first and say no kind.
READ: dict[object, tuple[int, Callable[[dict[str, Any]], Any]]] = {
    None: (SCHEMA, _fit_or_pool),
    RENEWALS_KIND: (RENEWALS_SCHEMA, renewal_fit),
    SPEND_KIND: (SPEND_SCHEMA, spend_fit),
    TIMED_KIND: (TIMED_SCHEMA, timed_from_json),
}

"""Which fits are special cases of others: with some of its parameters fixed, the larger model is the smaller one."""

from __future__ import annotations

from typing import Any

from regulars.models.effects.fitting import WithEffects
from regulars.models.effects.paths_fit import TimedParetoNBD
from regulars.models.likelihood_ratio import NO_GAIN, Place

Spec = WithEffects | TimedParetoNBD


def place_in(smaller: Any, larger: Any) -> Place | None:
    """Return where the model of one fit lies in the parameters of the other's; None where it is no special case."""
    added, beside = getattr(larger, "spec", None), getattr(smaller, "spec", None)
    if added is None:
        cases: dict[str, Place] = getattr(larger.model, "special_cases", {})
        return cases.get(smaller.model.name) if beside is None else None
    if smaller.model != larger.model:
        return None
    return "inside" if beside is None or _fewer(beside, added) else None


def is_reached(smaller: Any, larger: Any) -> bool:
    """Return whether the larger of two fits to the same histories ended where it is the smaller one."""
    return place_in(smaller, larger) is not None and larger.log_likelihood - smaller.log_likelihood <= NO_GAIN


def _fewer(smaller: Spec, larger: Spec) -> bool:
    """Whether effects that are zero, or equal on purchase and dropout, turn `larger` into `smaller`."""
    if isinstance(smaller, TimedParetoNBD) or isinstance(larger, TimedParetoNBD):
        return type(smaller) is type(larger) and set(smaller.names) < set(larger.names)
    one, other = smaller.covariates, larger.covariates
    present = set(one.purchase) <= set(other.purchase) and set(one.dropout) <= set(other.dropout)
    tied = all(name in one.equal or name not in (*one.purchase, *one.dropout) for name in other.equal)
    clock = smaller.clock is None or smaller.clock == larger.clock
    return present and tied and clock and smaller.names != larger.names

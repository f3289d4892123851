"""Which fits are special cases of others: with some of its parameters fixed, the larger model is the smaller one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.models.effects.fit import EffectsFit
from regulars.models.likelihood_ratio import NO_GAIN, Place

if TYPE_CHECKING:
    from regulars.models.effects.fitting import WithEffects


def place_in(smaller: Any, larger: Any) -> Place | None:
    """Return where the model of one fit lies in the parameters of the other's; None where it is no special case."""
    effects = larger.spec if isinstance(larger, EffectsFit) else None
    if effects is None:
        if isinstance(smaller, EffectsFit):
            return None
        cases: dict[str, Place] = getattr(larger.model, "special_cases", {})
        return cases.get(smaller.model.name)
    if smaller.model != larger.model:
        return None
    if not isinstance(smaller, EffectsFit):
        return "inside"
    return "inside" if _fewer(smaller.spec, effects) else None


def is_reached(smaller: Any, larger: Any) -> bool:
    """Return whether the larger of two fits to the same histories ended where it is the smaller one."""
    return place_in(smaller, larger) is not None and larger.log_likelihood - smaller.log_likelihood <= NO_GAIN


def _fewer(smaller: WithEffects, larger: WithEffects) -> bool:
    """Whether effects that are zero, or equal on purchase and dropout, turn `larger` into `smaller`."""
    one, other = smaller.covariates, larger.covariates
    present = set(one.purchase) <= set(other.purchase) and set(one.dropout) <= set(other.dropout)
    tied = all(name in one.equal or name not in (*one.purchase, *one.dropout) for name in other.equal)
    clock = smaller.clock is None or smaller.clock == larger.clock
    return present and tied and clock and smaller.names != larger.names

"""When the likelihoods of two fits may be held against each other.

For the same customers and the same kind of data only: the days of purchases have a density per unit of time, seasons
with or without a purchase a probability, and renewals are another matter. A density changes with the unit; for x
repeat purchases

    log L in days = log L in weeks - Σx log 7                                                (1)

With a calendar clock log L is that of the days as well (its Jacobian is in it), so it may stand beside fits without.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

from regulars.models.effects.fit import EffectsFit
from regulars.models.fingerprint import Fingerprint
from regulars.periods import Unit

# A penalised fit is lower per customer than its own log-likelihood by more than rounding.
ROUNDING = 1e-9
# What a model without a likelihood says it is a density of.
NO_LIKELIHOOD = "none"


class Fitted(Protocol):
    """What a comparison asks of a fit: of purchases, with effects or without, or of renewals."""

    @property
    def params(self) -> dict[str, float]:
        """Parameters by name."""
        ...

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood without penalties."""
        ...

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        ...

    @property
    def bic(self) -> float:
        """Schwarz's criterion."""
        ...

    @property
    def fingerprint(self) -> Fingerprint | None:
        """Sums that tell the data apart."""
        ...

    @property
    def model(self) -> Any:
        """The plain model, with its title and the kind of its likelihood."""
        ...


def why_not(one: Fitted, other: Fitted) -> str | None:
    """Return why the likelihoods of two fits cannot be compared; None where they can."""
    pair = f"{title(one)} and {title(other)} cannot be compared"
    kinds = kind_of(one), kind_of(other)
    unsaid = [title(fit) for fit, kind in zip((one, other), kinds, strict=True) if kind is None]
    if unsaid:
        return f"{pair}: {unsaid[0]} does not say of what its likelihood is a density (likelihood_kind)"
    if kinds[0] != kinds[1]:
        return f"{pair}: their likelihoods are of different kinds, {kinds[0]} and {kinds[1]}"
    if one.fingerprint is None or other.fingerprint is None:
        return f"{pair}: it is not known whether they were fitted to the same customers"
    if not one.fingerprint.matches(other.fingerprint):
        return f"{pair}: they were fitted to different customers, or to the same up to another day"
    return None


def no_likelihood(fit: Fitted) -> str | None:
    """Return why a fit cannot be compared with any; None where it has a likelihood."""
    if kind_of(fit) != NO_LIKELIHOOD:
        return None
    return f"{title(fit)} cannot be compared: it has no likelihood"


def title(fit: Fitted) -> str:
    """Return the name of a fit's model as papers write it, with what was added to it."""
    return str(getattr(fit, "spec", fit.model).title)


def kind_of(fit: Fitted) -> str | None:
    """Return what the likelihood of a fit is a density of; None where its model does not say."""
    kind: str | None = getattr(fit.model, "likelihood_kind", None)
    return kind


def in_unit(fit: Fitted, unit: Unit) -> float:
    """Return the log-likelihood of `fit` by (1) in `unit`."""
    own = unit_of(fit)
    if kind_of(fit) != "continuous" or own is None or own is unit or fit.fingerprint is None:
        return fit.log_likelihood
    return fit.log_likelihood + fit.fingerprint.repeat_purchases * math.log(unit.days / own.days)


def unit_of(fit: Fitted) -> Unit | None:
    """Return the unit of a fit's times; None where it counts renewals."""
    return getattr(fit, "unit", None)


def is_penalised(fit: Fitted) -> bool:
    """Whether a penalty on effects kept a fit below the top of its likelihood."""
    if not isinstance(fit, EffectsFit):
        return False
    each = fit.log_likelihood / fit.customers
    return fit.penalised_mean < each - ROUNDING * abs(each)

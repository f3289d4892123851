"""Covariates fixed in time: what is known of customers makes them buy, or leave, sooner or later.

A customer with covariates z buys exp(γ'z) times as fast and leaves exp(δ'z) times as fast. For Pareto/NBD

    α_i = α exp(-γ'z_i),   β_i = β exp(-δ'z_i)                                             (1)

and for BG/NBD and MBG/NBD α_i as in (1) and a_i = a exp(δ'z_i), b_i = b exp(δ'z_i)        (2)

so that r, α, … are those of a customer whose covariates are all zero. In (2), the published form with one effect
for both, the mean chance of leaving a/(a+b) is the same for everybody; the effect is on how alike customers are.

Fader & Hardie (2007), Incorporating Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models, eq. 3-8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.errors import InputError, NotApplicable
from regulars.models.effects.moves import moves_of, row_of
from regulars.models.histories import Histories
from regulars.models.transaction_model import TransactionModel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Covariates:
    """Names of the covariates on purchase and on dropout; those in `equal` have one effect on both.

    The penalties are on the height per customer: log L / customers - penalty·Σ effect².

    >>> Covariates(purchase=("gender", "channel"), dropout=("gender",), equal=("gender",)).names
    ('purchase.channel', 'both.gender')
    """

    purchase: tuple[str, ...] = ()
    dropout: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    purchase_penalty: float = 0.0
    dropout_penalty: float = 0.0

    def __post_init__(self) -> None:
        for name in ("purchase", "dropout", "equal"):
            given = getattr(self, name)
            columns = (given,) if isinstance(given, str) else tuple(given)
            if len(set(columns)) < len(columns):
                raise InputError(f"a covariate is named twice under {name}: {', '.join(columns)}")
            object.__setattr__(self, name, columns)
        lonely = [name for name in self.equal if name not in self.purchase or name not in self.dropout]
        if lonely:
            raise InputError(
                f"{', '.join(lonely)} cannot have equal effects: it is not named under purchase and dropout"
            )
        check_penalty(self.purchase_penalty)
        check_penalty(self.dropout_penalty)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the effects: on purchase, on dropout, and the equal ones."""
        alone = [f"purchase.{name}" for name in self.purchase if name not in self.equal]
        alone += [f"dropout.{name}" for name in self.dropout if name not in self.equal]
        return (*alone, *(f"both.{name}" for name in self.equal))

    @property
    def columns(self) -> tuple[str, ...]:
        """The covariate behind each effect."""
        return tuple(name.split(".", 1)[1] for name in self.names)

    @property
    def penalties(self) -> Floats:
        """The penalty on each effect; an effect on both counts twice."""
        of = {"purchase": self.purchase_penalty, "dropout": self.dropout_penalty}
        of["both"] = self.purchase_penalty + self.dropout_penalty
        return np.array([of[name.split(".", 1)[0]] for name in self.names])

    def moves(self, model: TransactionModel) -> Floats:
        """Return how a unit of each effect moves the logarithms of the parameters, shape (effects, parameters).

        Raises `NotApplicable` for covariates on dropout where nobody leaves.
        """
        moves = moves_of(model)
        if self.purchase and not moves.purchase:
            raise NotApplicable(f"{model.title} takes no covariates on purchase")
        if self.dropout and not moves.dropout:
            raise NotApplicable(f"{model.title} has no dropout that covariates could act on")
        purchase, dropout = row_of(model, moves.purchase), row_of(model, moves.dropout)
        of = {"purchase": purchase, "dropout": dropout, "both": purchase + dropout}
        return np.array([of[name.split(".", 1)[0]] for name in self.names]).reshape(-1, purchase.size)

    def values(self, histories: Histories) -> Floats:
        """Return the covariate behind each effect, shape (histories, effects).

        Raises `InputError` where one is missing.
        """
        missing = [name for name in self.columns if name not in histories.covariates]
        if missing:
            known = ", ".join(histories.covariates) or "none"
            raise InputError(f"histories carry no covariate {', '.join(missing)}; they carry: {known}")
        columns = [histories.covariates[name] for name in self.columns]
        return np.stack(columns, axis=1) if columns else np.zeros((len(histories), 0))


def check_penalty(penalty: float) -> None:
    """Raise `InputError` for a penalty that is not a finite number, 0 or more."""
    if not (penalty >= 0.0 and np.isfinite(penalty)):
        raise InputError(f"a penalty must be a finite number, 0 or more, got {penalty}")

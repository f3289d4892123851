"""What each customer is worth, how sure that is, and why.

>>> import regulars as rg
>>> rg.weeks(2).in_days
14.0
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from regulars import errors
from regulars.periods import days, weeks

if TYPE_CHECKING:
    from regulars.app.backtest import backtest
    from regulars.app.formula import formula
    from regulars.app.histories import histories
    from regulars.app.subscriptions import value_subscriptions
    from regulars.app.value import value
    from regulars.models.comparison import compare
    from regulars.models.effects.clock import Clock
    from regulars.models.effects.covariates import Covariates
    from regulars.models.effects.fitting import WithEffects
    from regulars.models.effects.paths import CovariatePaths
    from regulars.models.effects.paths_fit import TimedParetoNBD
    from regulars.models.histories import Histories
    from regulars.models.renewals.beta_discrete_weibull import BetaDiscreteWeibull
    from regulars.models.renewals.cohorts import Renewals
    from regulars.models.renewals.discrete_weibull import DiscreteWeibull
    from regulars.models.renewals.geometric import Geometric
    from regulars.models.renewals.shifted_beta_geometric import ShiftedBetaGeometric
    from regulars.models.saving import load
    from regulars.models.spend.empirical import EmpiricalSpend
    from regulars.models.spend.gamma_gamma import GammaGamma
    from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRate
    from regulars.models.spend.log_normal import LogNormalSpend
    from regulars.models.spend.spent import Spent
    from regulars.models.transactions.bg_bb import BGBB
    from regulars.models.transactions.bg_cnbd import BGCNBD
    from regulars.models.transactions.bg_nbd import BGNBD
    from regulars.models.transactions.gompertz_nbd import GompertzNBD
    from regulars.models.transactions.mbg_cnbd import MBGCNBD
    from regulars.models.transactions.mbg_nbd import MBGNBD
    from regulars.models.transactions.nbd import NBD
    from regulars.models.transactions.pareto_nbd import ParetoNBD
    from regulars.valuation.estimator import CustomerValueRegressor

__all__ = [
    "BGBB",
    "BGCNBD",
    "BGNBD",
    "MBGCNBD",
    "MBGNBD",
    "NBD",
    "BetaDiscreteWeibull",
    "Clock",
    "CovariatePaths",
    "Covariates",
    "CustomerValueRegressor",
    "DiscreteWeibull",
    "EmpiricalSpend",
    "GammaGamma",
    "GammaGammaByRate",
    "Geometric",
    "GompertzNBD",
    "Histories",
    "LogNormalSpend",
    "ParetoNBD",
    "Renewals",
    "ShiftedBetaGeometric",
    "Spent",
    "TimedParetoNBD",
    "WithEffects",
    "backtest",
    "compare",
    "days",
    "errors",
    "formula",
    "histories",
    "load",
    "value",
    "value_subscriptions",
    "weeks",
]

# Names whose modules load heavy libraries: they are imported when first asked for.
_HOMES = {
    "BGBB": "regulars.models.transactions.bg_bb",
    "BetaDiscreteWeibull": "regulars.models.renewals.beta_discrete_weibull",
    "DiscreteWeibull": "regulars.models.renewals.discrete_weibull",
    "Geometric": "regulars.models.renewals.geometric",
    "Renewals": "regulars.models.renewals.cohorts",
    "ShiftedBetaGeometric": "regulars.models.renewals.shifted_beta_geometric",
    "BGCNBD": "regulars.models.transactions.bg_cnbd",
    "BGNBD": "regulars.models.transactions.bg_nbd",
    "Clock": "regulars.models.effects.clock",
    "CovariatePaths": "regulars.models.effects.paths",
    "Covariates": "regulars.models.effects.covariates",
    "CustomerValueRegressor": "regulars.valuation.estimator",
    "EmpiricalSpend": "regulars.models.spend.empirical",
    "GammaGamma": "regulars.models.spend.gamma_gamma",
    "GammaGammaByRate": "regulars.models.spend.gamma_gamma_by_rate",
    "GompertzNBD": "regulars.models.transactions.gompertz_nbd",
    "Histories": "regulars.models.histories",
    "LogNormalSpend": "regulars.models.spend.log_normal",
    "MBGCNBD": "regulars.models.transactions.mbg_cnbd",
    "MBGNBD": "regulars.models.transactions.mbg_nbd",
    "NBD": "regulars.models.transactions.nbd",
    "ParetoNBD": "regulars.models.transactions.pareto_nbd",
    "Spent": "regulars.models.spend.spent",
    "TimedParetoNBD": "regulars.models.effects.paths_fit",
    "WithEffects": "regulars.models.effects.fitting",
    "formula": "regulars.app.formula",
    "backtest": "regulars.app.backtest",
    "compare": "regulars.models.comparison",
    "histories": "regulars.app.histories",
    "load": "regulars.models.saving",
    "value": "regulars.app.value",
    "value_subscriptions": "regulars.app.subscriptions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'regulars' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

"""The models once more, slowly: closed forms of the papers in 50 and more digits, for one customer at a time.

Written from the papers, not from `src`, and by other routes where there are any: hypergeometric functions
where the package integrates, integrals where it uses those, finite sums where it uses incomplete beta
functions. `tests/unit/models/test_reference.py` checks these formulas against published values and against
integration over the latent variables.

BG/NBD: Fader, Hardie & Lee (2005), Marketing Science 24(2). MBG/NBD: Batislam, Denizel & Filiztekin (2007),
International Journal of Research in Marketing 24(3). Pareto/NBD: Schmittlein, Morrison & Colombo (1987), Management
Science 33(1); Fader & Hardie (2005), A Note on Deriving the Pareto/NBD Model; (2014), Deriving the Conditional PMF of
the Pareto/NBD Model. BG/CNBD-k and MBG/CNBD-k: Reutterer, Platzer & Schröder (2021), International Journal of
Research in Marketing 38(1). BG/BB: Fader, Hardie & Shang (2010), Marketing Science 29(6). Gamma-Gamma: Fader & Hardie
(2013), The Gamma-Gamma Model of Monetary Value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from reference.beta_geometric import BetaGeometric
from reference.bg_bb import BGBB
from reference.cnbd import CNBD
from reference.digits import NEW, History, mp
from reference.gompertz_nbd import GompertzNBD
from reference.pareto_nbd import NBD, ParetoNBD
from reference.renewals import beta_weibull, weibull
from reference.spend import GammaGamma, spend_of

__all__ = ["NEW", "BetaGeometric", "GammaGamma", "History", "ParetoNBD", "model_of", "mp", "spend_of"]


def model_of(name: str, theta: tuple[float, ...]) -> Any:
    """Return the registered model `name` at its parameters; a model without a reference is a `KeyError`."""
    models: dict[str, Callable[..., Any]] = {
        "nbd": NBD,
        "bg-nbd": functools.partial(BetaGeometric, leaves_at_first=False),
        "mbg-nbd": functools.partial(BetaGeometric, leaves_at_first=True),
        "pareto-nbd": ParetoNBD,
        "gompertz-nbd": GompertzNBD,
        "bg-cnbd-2": functools.partial(CNBD, leaves_at_first=False, k=2),
        "mbg-cnbd-2": functools.partial(CNBD, leaves_at_first=True, k=2),
        "mbg-cnbd-5": functools.partial(CNBD, leaves_at_first=True, k=5),
        "bg-bb": BGBB,
        "geometric": functools.partial(weibull, c=1.0),
        "sbg": functools.partial(beta_weibull, c=1.0),
        "discrete-weibull": weibull,
        "bdw": beta_weibull,
    }
    return models[name](*theta)

"""The models of purchases and dropout, one file each; registering one is a line in `MODELS`.

Those in `IN_OPPORTUNITIES` are of purchases at given opportunities; they ask for other histories and have likelihoods
of another kind, so they never compete with those in continuous time.
"""

from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions.bg_bb import BGBB
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.gompertz_nbd import GompertzNBD
from regulars.models.transactions.mbg_nbd import MBGNBD
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.registry import Registry

MODELS: Registry[TransactionModel] = Registry("models", (NBD(), BGNBD(), MBGNBD(), ParetoNBD(), GompertzNBD()))
IN_OPPORTUNITIES: Registry[TransactionModel] = Registry("opportunity_models", (BGBB(),))


def model_named(name: str) -> TransactionModel:
    """Return the model of either kind that is registered under `name`; an unknown name raises `UnknownName`."""
    return IN_OPPORTUNITIES.get(name) if name in IN_OPPORTUNITIES.names() else MODELS.get(name)

"""The models of purchases and dropout, one file each; registering one is a line in `MODELS`.

Those in `IN_OPPORTUNITIES` are of purchases at given opportunities; they ask for other histories and have likelihoods
of another kind, so they never compete with those in continuous time.
"""

from dataclasses import replace

from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions.bg_bb import BGBB
from regulars.models.transactions.bg_cnbd import BGCNBD
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.cnbd import Regular
from regulars.models.transactions.gompertz_nbd import GompertzNBD
from regulars.models.transactions.mbg_cnbd import MBGCNBD
from regulars.models.transactions.mbg_nbd import MBGNBD
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.registry import Registry


class Models(Registry[TransactionModel]):
    """The models by name; mbg-cnbd-2 is the member k = 2 of the family registered as mbg-cnbd-k."""

    def get(self, name: str) -> TransactionModel:
        """Return what is registered under `name`; an unknown name raises `UnknownName`."""
        stem, _, k = name.rpartition("-")
        found = next((model for model in self if k.isdigit() and model.name == f"{stem}-k"), None)
        return replace(found, k=int(k)) if isinstance(found, Regular) else super().get(name)


MODELS: Registry[TransactionModel] = Models(
    "models", (NBD(), BGNBD(), MBGNBD(), ParetoNBD(), GompertzNBD(), BGCNBD(), MBGCNBD())
)
IN_OPPORTUNITIES: Registry[TransactionModel] = Registry("opportunity_models", (BGBB(),))


def model_named(name: str) -> TransactionModel:
    """Return the model of either kind that is registered under `name`; an unknown name raises `UnknownName`."""
    return IN_OPPORTUNITIES.get(name) if name in IN_OPPORTUNITIES.names() else MODELS.get(name)

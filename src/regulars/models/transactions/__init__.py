"""The models of purchases and dropout, one file each; registering one is a line in `MODELS`."""

from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.gompertz_nbd import GompertzNBD
from regulars.models.transactions.mbg_nbd import MBGNBD
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.registry import Registry

MODELS: Registry[TransactionModel] = Registry("models", (NBD(), BGNBD(), MBGNBD(), ParetoNBD(), GompertzNBD()))

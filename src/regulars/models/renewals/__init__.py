"""The models of renewals, one file each; registering one is a line in `RENEWALS`."""

from regulars.models.renewals.beta_discrete_weibull import BetaDiscreteWeibull
from regulars.models.renewals.discrete_weibull import DiscreteWeibull
from regulars.models.renewals.geometric import Geometric
from regulars.models.renewals.renewal_model import RenewalModel
from regulars.models.renewals.shifted_beta_geometric import ShiftedBetaGeometric
from regulars.registry import Registry

RENEWALS: Registry[RenewalModel] = Registry(
    "renewals", (Geometric(), ShiftedBetaGeometric(), DiscreteWeibull(), BetaDiscreteWeibull())
)

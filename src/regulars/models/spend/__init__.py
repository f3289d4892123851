"""Models of what one purchase is worth, one file each; registering one is a line in `SPEND`."""

from regulars.models.spend.base import SpendModel
from regulars.models.spend.empirical import EmpiricalSpend
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRate
from regulars.models.spend.log_normal import LogNormalSpend
from regulars.registry import Registry

SPEND: Registry[SpendModel] = Registry(
    "spend_models", (GammaGamma(), GammaGammaByRate(), LogNormalSpend(), EmpiricalSpend())
)

"""Every registered model as a subject of the contract suite: registering a model is what brings it here.

A kind of model is a registry and the class of subjects that asks its models; a model itself is named nowhere.
"""

from every_model import at_work

from regulars.models.renewals import RENEWALS
from regulars.models.spend import SPEND
from regulars.models.transactions import IN_OPPORTUNITIES, MODELS
from subjects.base import Lasting, Subject
from subjects.contracts import OfRenewals
from subjects.money import OfSpend
from subjects.purchases import AtAnyTime, AtOpportunities, OfPurchases

OF_PURCHASES: list[OfPurchases] = [
    *(AtAnyTime(at_work(model)) for model in MODELS),
    *(AtOpportunities(model) for model in IN_OPPORTUNITIES),
]
LASTING: list[Lasting] = [*OF_PURCHASES, *(OfRenewals(model) for model in RENEWALS)]
SUBJECTS: list[Subject] = [*LASTING, *(OfSpend(model) for model in SPEND)]

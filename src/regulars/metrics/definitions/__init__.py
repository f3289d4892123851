"""The metrics by name: one file each, one line here. Loads nothing heavy."""

from __future__ import annotations

from regulars.metrics.definitions.annual_ltv import ANNUAL_LTV
from regulars.metrics.definitions.annual_revenue import ANNUAL_REVENUE
from regulars.metrics.definitions.average_order_value import AVERAGE_ORDER_VALUE
from regulars.metrics.definitions.cac import CAC
from regulars.metrics.definitions.churn import CHURN
from regulars.metrics.definitions.cohort_ltv import COHORT_LTV
from regulars.metrics.definitions.contractual_ltv import CONTRACTUAL_LTV
from regulars.metrics.definitions.discounted_ltv import DISCOUNTED_LTV
from regulars.metrics.definitions.historic_ltv import HISTORIC_LTV
from regulars.metrics.definitions.lifespan_modelled import LIFESPAN_MODELLED
from regulars.metrics.definitions.lifespan_observed import LIFESPAN_OBSERVED
from regulars.metrics.definitions.ltv_to_cac import LTV_TO_CAC
from regulars.metrics.definitions.net_value import NET_VALUE
from regulars.metrics.definitions.new_customer_value import NEW_CUSTOMER_VALUE
from regulars.metrics.definitions.payback import PAYBACK
from regulars.metrics.definitions.purchase_frequency import PURCHASE_FREQUENCY
from regulars.metrics.definitions.repeat_purchase_rate import REPEAT_PURCHASE_RATE
from regulars.metrics.definitions.simple_ltv import SIMPLE_LTV
from regulars.metrics.metric import Metric
from regulars.registry import Registry

METRICS: Registry[Metric] = Registry(
    "metrics",
    (
        AVERAGE_ORDER_VALUE,
        PURCHASE_FREQUENCY,
        LIFESPAN_OBSERVED,
        LIFESPAN_MODELLED,
        REPEAT_PURCHASE_RATE,
        ANNUAL_REVENUE,
        CHURN,
        HISTORIC_LTV,
        COHORT_LTV,
        SIMPLE_LTV,
        ANNUAL_LTV,
        CONTRACTUAL_LTV,
        DISCOUNTED_LTV,
        NEW_CUSTOMER_VALUE,
        CAC,
        LTV_TO_CAC,
        NET_VALUE,
        PAYBACK,
    ),
)

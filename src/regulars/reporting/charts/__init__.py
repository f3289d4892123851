"""The charts by name: one file each, one line here."""

from __future__ import annotations

from regulars.registry import Registry
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_active import COHORT_ACTIVE
from regulars.reporting.charts.cohort_curves import COHORT_CURVES
from regulars.reporting.charts.cohort_orders import COHORT_ORDERS
from regulars.reporting.charts.cohort_repeat import COHORT_REPEAT
from regulars.reporting.charts.cohort_value import COHORT_VALUE
from regulars.reporting.charts.lorenz import LORENZ
from regulars.reporting.charts.purchases_by_week import PURCHASES_BY_WEEK
from regulars.reporting.charts.purchases_so_far import PURCHASES_SO_FAR
from regulars.reporting.charts.segments import SEGMENTS
from regulars.reporting.charts.value_over_customers import VALUE_OVER_CUSTOMERS

CHARTS: Registry[Chart] = Registry(
    "charts",
    (
        PURCHASES_BY_WEEK,
        PURCHASES_SO_FAR,
        VALUE_OVER_CUSTOMERS,
        LORENZ,
        SEGMENTS,
        COHORT_VALUE,
        COHORT_CURVES,
        COHORT_REPEAT,
        COHORT_ACTIVE,
        COHORT_ORDERS,
    ),
)

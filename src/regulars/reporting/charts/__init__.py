"""The charts by name: one file each, one line here."""

from __future__ import annotations

from regulars.registry import Registry
from regulars.reporting.charts.alive_history import ALIVE_HISTORY
from regulars.reporting.charts.alive_matrix import ALIVE_MATRIX
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.cohort_active import COHORT_ACTIVE
from regulars.reporting.charts.cohort_curves import COHORT_CURVES
from regulars.reporting.charts.cohort_orders import COHORT_ORDERS
from regulars.reporting.charts.cohort_repeat import COHORT_REPEAT
from regulars.reporting.charts.cohort_value import COHORT_VALUE
from regulars.reporting.charts.coverage import COVERAGE
from regulars.reporting.charts.customers_by_frequency import CUSTOMERS_BY_FREQUENCY
from regulars.reporting.charts.drivers import DRIVERS
from regulars.reporting.charts.dropout_chances import DROPOUT_CHANCES
from regulars.reporting.charts.forecast_by_tenth import FORECAST_BY_TENTH
from regulars.reporting.charts.holdout import HOLDOUT
from regulars.reporting.charts.lorenz import LORENZ
from regulars.reporting.charts.mean_spend import MEAN_SPEND
from regulars.reporting.charts.new_customer import NEW_CUSTOMER
from regulars.reporting.charts.pace_by_month import PACE_BY_MONTH
from regulars.reporting.charts.payback_curve import PAYBACK_CURVE
from regulars.reporting.charts.purchase_rates import PURCHASE_RATES
from regulars.reporting.charts.purchases_by_week import PURCHASES_BY_WEEK
from regulars.reporting.charts.purchases_matrix import PURCHASES_MATRIX
from regulars.reporting.charts.purchases_so_far import PURCHASES_SO_FAR
from regulars.reporting.charts.segments import SEGMENTS
from regulars.reporting.charts.value_over_customers import VALUE_OVER_CUSTOMERS

CHARTS: Registry[Chart] = Registry(
    "charts",
    (
        PURCHASES_BY_WEEK,
        PURCHASES_SO_FAR,
        CUSTOMERS_BY_FREQUENCY,
        PACE_BY_MONTH,
        MEAN_SPEND,
        HOLDOUT,
        FORECAST_BY_TENTH,
        COVERAGE,
        DRIVERS,
        ALIVE_MATRIX,
        PURCHASES_MATRIX,
        PURCHASE_RATES,
        DROPOUT_CHANCES,
        NEW_CUSTOMER,
        ALIVE_HISTORY,
        VALUE_OVER_CUSTOMERS,
        LORENZ,
        SEGMENTS,
        COHORT_VALUE,
        COHORT_CURVES,
        COHORT_REPEAT,
        COHORT_ACTIVE,
        COHORT_ORDERS,
        PAYBACK_CURVE,
    ),
)

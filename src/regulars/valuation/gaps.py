"""The times between purchases, for models of regular buyers: the sum of their logarithms over all customers."""

from __future__ import annotations

import numpy as np

from regulars.engines.base import Engine, quoted
from regulars.periods import Unit

# A day is one occasion, so a gap is at least one day. Gaps of one length are counted, and the logarithms added up in
# the order of the lengths: the sum is the same whatever the engine's threads did.
GAPS = """
with after_another as (
    select purchase_day, lag(purchase_day) over (partition by customer_id order by purchase_day) as before
    from {table} where purchase
)
select date_diff('day', before, purchase_day) as gap, count(*) as often
from after_another where before is not null group by gap order by gap
"""


def log_gaps(engine: Engine, unit: Unit, table: str = "record_days") -> float:
    """Return the sum of log(days between purchases / days of the unit) over the customers of a table of days.

    The table or view has the columns `customer_id`, `purchase_day` and `purchase`, as `record_days` has.
    """
    columns = engine.arrays(GAPS.format(table=quoted(table)))
    return float(columns["often"].astype(np.float64) @ np.log(columns["gap"].astype(np.float64) / unit.days))

"""The details of the lines summed to orders: one row per order that sold or discounted something.

Where the lines of an order name different channels or countries, the first by name stands for them, so that it does
not matter how the rows are sorted.
"""

from __future__ import annotations

from regulars.contract.order_details import ATTRIBUTES
from regulars.contract.rules import DISCOUNT, SALE
from regulars.contract.tables import ORDER_DETAILS
from regulars.engines.base import Engine
from regulars.sources.judge import Keeping
from regulars.sources.refunds import order_name
from regulars.sources.staging import LINES

# How many products of an order were new to the customer; which of two orders came first is told by their days, so
# that no later order can change what an earlier one says.
VARIETY = """,
dated as (
    select customer_id, order_id, min(moment)::date as order_date from sold group by customer_id, order_id
),
bought as (
    select distinct sold.customer_id, sold.order_id, sold.product, dated.order_date
    from sold join dated using (customer_id, order_id)
    where sold.product is not null and sold.product not in (hash(null::varchar), hash(''))
),
placed as (
    select customer_id, order_id,
        row_number() over (partition by customer_id, product order by order_date, order_id) as place
    from bought
),
variety as (
    select customer_id, order_id, count(*) as products, count(*) filter (where place = 1) as new_products
    from placed group by customer_id, order_id
)"""


def make_order_details(engine: Engine, kept: Keeping) -> None:
    """Make the table `order_details` of the judged lines; none where they tell nothing but customer, day and amount."""
    engine.execute(f"drop table if exists {ORDER_DETAILS.name}")
    if not kept.details and not kept.product:
        return
    columns = ", ".join((*kept.details, *(["product"] if kept.product else [])))
    sums = ", ".join(f"{sql} as {name}" for name, sql in _sums(kept).items())
    engine.execute(
        f"""
        create table {ORDER_DETAILS.name} as
        with sold as (
            select customer_id, {order_name(kept)} as order_id, moment, amount, rule, {columns}
            from {LINES} where rule in ({SALE.code}, {DISCOUNT.code})
        ){VARIETY if kept.product else ""}
        select customer_id, order_id, {sums}
        from sold {"left join variety using (customer_id, order_id)" if kept.product else ""}
        group by customer_id, order_id
        """
    )


def _sums(kept: Keeping) -> dict[str, str]:
    """Return how the known columns of an order come from its lines, by their names."""
    details = set(kept.details)
    variety = ("products", "new_products") if kept.product else ()
    return {
        "lines": f"count(*) filter (where rule = {SALE.code})",
        **{name: f"any_value({name})" for name in variety},
        **({"pieces": "sum(quantity)"} if "quantity" in details else {}),
        **({"categories": "histogram(category)"} if "category" in details else {}),
        **({"channel": "min(channel)"} if "channel" in details else {}),
        **_discounts(details, lines_have_names=kept.product),
        **({"coupon": "bool_or(coupon)"} if "coupon" in details else {}),
        **{one.name: f"min({one.name})" for one in ATTRIBUTES if one.name in details},
    }


def _discounts(details: set[str], *, lines_have_names: bool) -> dict[str, str]:
    """Return the discounts in their own column, and those that are lines of their own, called so."""
    taken = [f"coalesce(-sum(amount) filter (where rule = {DISCOUNT.code}), 0)"] if lines_have_names else []
    taken += ["sum(discount)"] if "discount" in details else []
    return {"discount": " + ".join(taken)} if taken else {}

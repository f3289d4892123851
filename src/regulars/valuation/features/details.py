"""The features of what orders hold besides customer, day and amount: baskets, categories, channels, discounts, people.

Only where a run keeps `order_details`, and only of the details that are known; each order speaks from its day on. What
stands in a row is taken for dated by that row: where a shop writes a past row anew, nobody can tell from the table, so
what says too much is left out (`learners.trusted`). Attributes of people are those of the first order. Where two orders
of one day differ, the first by name counts, or the last: the names of orders may be no more than places in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from regulars.contract.order_details import ATTRIBUTES
from regulars.contract.tables import ORDER_DETAILS
from regulars.engines.base import Engine, quoted
from regulars.valuation.features.feature import AsOf, Columns
from regulars.valuation.histories import make_purchase_days

KNOWN = "days_of_details"
# A detail of orders → its features: what each is called, and the sum over the orders b of one customer.
BY_ORDER: Mapping[str, Mapping[str, str]] = {
    "lines": {"lines per order": "avg(b.lines)"},
    "pieces": {"pieces per order": "cast(sum(b.pieces) as double) / count(b.pieces)"},
    "new_products": {
        "different products": "cast(sum(b.new_products) as double)",
        "share of products bought before": "1 - sum(b.new_products) / nullif(sum(b.products), 0)",
    },
    "channel": {
        "channels used": "cast(nullif(count(distinct b.channel), 0) as double)",
        "channel of the last order": (
            "coalesce(last(b.channel order by b.order_date, b.channel) filter (where b.channel is not null), '')"
        ),
    },
    "discount": {
        "share of orders with a discount": "avg(cast(b.discount > 0 as integer))",
        "discount rate": "cast(sum(b.discount) as double) / cast(nullif(sum(b.amount) + sum(b.discount), 0) as double)",
    },
    "coupon": {"share of orders with a coupon": "avg(cast(b.coupon as integer))"},
    "age": {"years of age at the first order": "cast(first(b.age order by b.order_date, b.age) as double)"},
    **{
        one.name: {
            f"{one.name} of the first order": f"coalesce(first(b.{one.name} order by b.order_date, b.{one.name}), '')"
        }
        for one in ATTRIBUTES
        if one.name != "age"
    },
}
# What the columns of details are called that are not called as the field they were read from.
FIELDS = {"new_products": "product", "pieces": "quantity", "categories": "category"}
CATEGORIES = "categories"
OF_CATEGORIES = ("favourite category", "share of the favourite category", "different categories")
# Lines need no column of their own, so they cannot hold what somebody wrote there later; by field, the others can.
LINES = tuple(BY_ORDER["lines"])
SUSPECT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {FIELDS.get(detail, detail): tuple(found) for detail, found in BY_ORDER.items() if detail != "lines"}
    | {FIELDS[CATEGORIES]: OF_CATEGORIES}
)

# Who is asked about, and the last day whose orders are known of each.
AS_OF = "select distinct customer_id, $origin::date as until from {known} where purchase"
STATEMENT = """
with people as ({people}),
bought as (
    select o.customer_id, o.order_id, o.order_date, o.amount, {details}
    from people p
    join {orders} o on p.customer_id = o.customer_id and o.order_date <= p.until
    join {table} d on o.customer_id = d.customer_id and o.order_id = d.order_id
)
select {features}
from people p left join bought b on p.customer_id = b.customer_id
group by p.customer_id order by p.customer_id
"""
# The most lines decide what is the favourite; the name where two have as many.
FAVOURITES = """
with people as ({people}),
entries as (
    select o.customer_id, unnest(map_entries(d.categories)) as entry
    from people p
    join {orders} o on p.customer_id = o.customer_id and o.order_date <= p.until
    join {table} d on o.customer_id = d.customer_id and o.order_id = d.order_id
    where d.categories is not null
),
by_category as (
    select customer_id, entry.key as category, sum(entry.value) as lines
    from entries group by customer_id, entry.key
),
favourites as (
    select customer_id, first(category order by lines desc, category) as favourite,
        cast(max(lines) as double) / cast(sum(lines) as double) as share, cast(count(*) as double) as categories
    from by_category group by customer_id
)
select coalesce(f.favourite, '') as "favourite category", f.share as "share of the favourite category",
    f.categories as "different categories"
from people p left join favourites f on p.customer_id = f.customer_id
order by p.customer_id
"""


def details_as_of(engine: Engine, as_of: AsOf) -> Columns:
    """Return the columns of the details that the run keeps, an entry per customer; none where it keeps none.

    Numbers are NaN where unknown, texts are empty.
    """
    if not _details_kept(engine):
        return {}
    make_purchase_days(engine, as_of.origin, keep_zero=as_of.keep_zero, table=KNOWN, record=as_of.record)
    try:
        people = AS_OF.format(known=quoted(KNOWN))
        return details_until(engine, people, {"origin": as_of.origin}, orders=as_of.record.orders)
    finally:
        engine.execute(f"drop table {quoted(KNOWN)}")


def details_until(engine: Engine, people: str, parameters: Mapping[str, object], *, orders: str) -> Columns:
    """Return the same columns of `people`, a select of customer_id and until, by the `orders` up to that day of each.

    The entries stand in the order of `customer_id`.
    """
    known = _details_kept(engine)
    if not known:
        return {}
    names = {"people": people, "orders": quoted(orders), "table": quoted(ORDER_DETAILS.name)}
    found = dict(engine.arrays(_by_order(known, names), parameters))
    return found | engine.arrays(FAVOURITES.format(**names), parameters) if CATEGORIES in known else found


def _details_kept(engine: Engine) -> tuple[str, ...]:
    columns = "select column_name from information_schema.columns where table_name = $table order by ordinal_position"
    return tuple(name for (name,) in engine.rows(columns, {"table": ORDER_DETAILS.name}))


def _by_order(known: tuple[str, ...], names: Mapping[str, str]) -> str:
    features = {name: sql for detail in known for name, sql in BY_ORDER.get(detail, {}).items()}
    details = ", ".join(f"d.{column}" for column in known if column not in ("customer_id", "order_id", CATEGORIES))
    wanted = ", ".join(f"{sql} as {quoted(name)}" for name, sql in features.items())
    return STATEMENT.format(details=details, features=wanted, **names)

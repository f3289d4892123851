"""Refunds tied to their orders: by order id where the source has it, else to the latest earlier line that fits.

A negative line takes back pieces of the same customer, product and price, the latest bought first,
like a stack. So the balance of pieces per customer, product and price decides everything: a sale
covers the levels it lifts the balance over, a refund takes the levels it lowers it over, and at
every level sales and refunds alternate, so each refund is that of the sale before it.
"""

from __future__ import annotations

from regulars.contract.rules import REFUND_WITHOUT_ITS_ORDER, SALE
from regulars.contract.tables import MONEY, REFUNDS
from regulars.engines.base import Engine
from regulars.sources.judge import Keeping
from regulars.sources.staging import LINES

MATCHES = "refund_matches"
ROW_NAME = "'row ' || (rowid + 1)"


def match_refunds(engine: Engine, kept: Keeping) -> bool:
    """Make the temporary table `MATCHES` (line, order_id, amount), a row per refund line and order it belongs to.

    `line` is the refund's rowid in the judged lines and `amount` what is taken back, above 0. Return
    whether there are refunds at all; without any, nothing is made.
    """
    if engine.rows(f"select count(*) from {LINES} where rule = {REFUND_WITHOUT_ITS_ORDER.code}") == [(0,)]:
        return False
    _take_out(engine, kept)
    _link_by_order_id(engine)
    _lay_out_events(engine)
    _find_spans(engine)
    _pair(engine)
    return True


def order_name(kept: Keeping) -> str:
    """Return the expression for a line's order id: its own, or its row where the source has none."""
    return f"coalesce(order_id, {ROW_NAME})" if kept.order_id else ROW_NAME


def make_refunds(engine: Engine, *, has_refunds: bool) -> None:
    """Make the table `refunds` from the matches; what stays unmatched keeps its own date only."""
    engine.execute(f"create or replace table {REFUNDS.name} ({REFUNDS.definition})")
    if not has_refunds:
        return
    engine.execute(
        f"""
        insert into {REFUNDS.name}
        select refund.customer_id, orders.order_id, orders.order_date, refund.moment::date, -matched.amount
        from {MATCHES} matched
        join refund_lines refund using (line)
        join orders on orders.customer_id = refund.customer_id and orders.order_id = matched.order_id
        union all
        select refund.customer_id, null, null, refund.moment::date, coalesce(matched.amount, 0) - refund.amount
        from refund_lines refund
        left join (select line, sum(amount) as amount from {MATCHES} group by line) matched using (line)
        where refund.amount > coalesce(matched.amount, 0)
        """
    )


def _take_out(engine: Engine, kept: Keeping) -> None:
    """Make the tables of the refund lines and of the sale lines of the same customers; amounts and pieces above 0."""
    item, pieces = ("item", "pieces") if kept.product else ("hash(abs(amount))", "1::DECIMAL(18,6)")
    values = f"rowid as line, customer_id, {{order}} as order_id, moment, {item} as item, {pieces} as pieces"
    engine.execute(
        f"""
        create or replace temp table refund_lines as
        select {values.format(order="order_id" if kept.order_id else "null::varchar")}, -amount as amount
        from {LINES} where rule = {REFUND_WITHOUT_ITS_ORDER.code}
        """
    )
    engine.execute(
        f"""
        create or replace temp table sale_lines as
        select {values.format(order=order_name(kept))}
        from {LINES} where rule = {SALE.code} and customer_id in (select customer_id from refund_lines)
        """
    )


def _link_by_order_id(engine: Engine) -> None:
    """Begin the matches with the refunds that carry the order id of a sale of their customer."""
    engine.execute(
        f"""
        create or replace temp table {MATCHES} as
        select line, order_id, amount
        from refund_lines refund
        where exists (
            select 1 from sale_lines sale
            where sale.customer_id = refund.customer_id and sale.order_id = refund.order_id
        )
        """
    )


def _lay_out_events(engine: Engine) -> None:
    """Make the table of what raises and lowers the balance of customer and item, for those with an open refund.

    Pieces that a linked refund took back are gone from their order before anything is guessed.
    """
    engine.execute(
        f"""
        create or replace temp table balance_events as
        with open_refunds as (
            select line, customer_id, item, moment, pieces
            from refund_lines where line not in (select line from {MATCHES})
        ),
        concerned as (select distinct customer_id, item from open_refunds),
        taken as (
            select refund.customer_id, refund.order_id, refund.item, sum(refund.pieces) as pieces
            from refund_lines refund join {MATCHES} using (line)
            group by refund.customer_id, refund.order_id, refund.item
        ),
        left_over as (
            select sale.customer_id, sale.item, sale.moment, sale.line, sale.order_id,
                greatest(0, least(sale.pieces,
                    sum(sale.pieces) over (
                        partition by sale.customer_id, sale.order_id, sale.item order by sale.moment, sale.line
                    ) - coalesce(taken.pieces, 0)
                )) as pieces
            from sale_lines sale
            join concerned using (customer_id, item)
            left join taken
                on taken.customer_id = sale.customer_id and taken.order_id = sale.order_id and taken.item = sale.item
        )
        select customer_id, item, moment, false as is_refund, line, order_id, pieces as change
        from left_over where pieces > 0
        union all
        select customer_id, item, moment, true, line, null, -pieces from open_refunds
        """
    )


def _find_spans(engine: Engine) -> None:
    """Make the table of the levels of the balance that each event covers: above `low`, up to `high`.

    The balance never falls below 0: what a refund finds no pieces for stays unmatched.
    """
    engine.execute(
        """
        create or replace temp table balance_spans as
        with summed as (
            select customer_id, item, moment, is_refund, line, order_id, sum(change) over history as total
            from balance_events
            window history as (
                partition by customer_id, item order by moment, is_refund, line rows unbounded preceding
            )
        ),
        floored as (
            select customer_id, item, moment, is_refund, line, order_id,
                total - least(0, min(total) over history) as balance
            from summed
            window history as (
                partition by customer_id, item order by moment, is_refund, line rows unbounded preceding
            )
        ),
        stepped as (
            select customer_id, item, moment, is_refund, line, order_id, balance,
                lag(balance, 1, 0) over (partition by customer_id, item order by moment, is_refund, line) as before
            from floored
        )
        select customer_id, item, moment, is_refund, line, order_id, balance,
            least(before, balance) as low, greatest(before, balance) as high
        from stepped
        """
    )


def _pair(engine: Engine) -> None:
    """Add to the matches what each open refund takes from each order, in money.

    The money follows the pieces: rounded along the running sum, so that all parts add up to the refund.
    """
    engine.execute(
        f"""
        insert into {MATCHES}
        with cuts as (
            select customer_id, item, level,
                lead(level) over (partition by customer_id, item order by level) - level as thickness
            from (
                select customer_id, item, balance as level from balance_spans
                union
                select customer_id, item, 0 from balance_spans
            )
        ),
        layers as (
            select span.line, span.is_refund, cuts.thickness,
                lag(span.order_id) over (
                    partition by span.customer_id, span.item, cuts.level
                    order by span.moment, span.is_refund, span.line
                ) as order_id
            from balance_spans span
            join cuts on cuts.customer_id = span.customer_id and cuts.item = span.item
                and cuts.level >= span.low and cuts.level < span.high
        ),
        taken as (
            select line, order_id, sum(thickness) as pieces from layers where is_refund group by line, order_id
        ),
        running as (
            select taken.line, taken.order_id, refund.amount, refund.pieces as all_pieces,
                sum(taken.pieces) over (
                    partition by taken.line order by taken.order_id rows unbounded preceding
                ) as pieces
            from taken join refund_lines refund using (line)
        ),
        priced as (
            select line, order_id, pieces,
                case when pieces = all_pieces then amount
                    else round(amount::double * pieces::double / all_pieces::double, 4)::{MONEY}
                end as amount
            from running
        )
        select line, order_id,
            amount - lag(amount, 1, 0) over (partition by line order by pieces)
        from priced
        """
    )

"""Every table that a shop's own files are read into, beside what an intake makes of its orders (`contract.tables`)."""

from __future__ import annotations

from regulars.contract.campaigns import CAMPAIGNS
from regulars.contract.customers import CUSTOMERS
from regulars.contract.feedback import FEEDBACK
from regulars.contract.interactions import INTERACTIONS
from regulars.contract.loyalty import LOYALTY_ENTRIES
from regulars.contract.order_lines import ORDER_LINES
from regulars.contract.products import PRODUCTS
from regulars.contract.spend import SPEND
from regulars.contract.tables import Table
from regulars.contract.tickets import TICKETS

RECORD: tuple[Table, ...] = (
    ORDER_LINES,
    CUSTOMERS,
    PRODUCTS,
    SPEND,
    CAMPAIGNS,
    INTERACTIONS,
    TICKETS,
    FEEDBACK,
    LOYALTY_ENTRIES,
)

"""The fields of an order line: what each means, and the names it goes by in the files people have.

One declaration per field; recognising columns, `--map`, error messages and the receipt all
derive from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.errors import UnknownName


@dataclass(frozen=True)
class Field:
    """One field of an order line. `synonyms` stand in order of preference, normalised as `normalised` does."""

    name: str
    meaning: str
    unit: str
    synonyms: tuple[str, ...]
    required: bool = False

    def preference(self, column: str) -> int | None:
        """Return how good a name `column` is for this field, 0 being the best; None if it is none.

        >>> ORDER_FIELDS[0].preference("Customer_ID"), ORDER_FIELDS[0].preference("Country")
        (0, None)
        """
        names = (normalised(self.name), *self.synonyms)
        return names.index(normalised(column)) if normalised(column) in names else None


ORDER_FIELDS: tuple[Field, ...] = (
    Field(
        "customer_id",
        "who bought",
        "text, kept as written",
        (
            *("customernumber", "customerno", "customer", "custid", "custno", "cust", "clientid", "client"),
            *("userid", "useruid", "uid", "user", "householdid", "household", "householdkey", "memberid", "member"),
            *("buyerid", "buyeruserid", "buyer", "shopperid", "accountid", "account", "panelid", "panelistid"),
            *("customeremail", "email", "id"),
        ),
        required=True,
    ),
    Field(
        "order_id",
        "which order the line belongs to; without it each row is an order",
        "text, kept as written",
        (
            *("ordernumber", "orderno", "ordernr", "order", "invoiceno", "invoiceid", "invoicenumber", "invoice"),
            *("basketid", "basket", "transactionid", "transactionno", "transid", "transaction", "receiptid"),
            *("receiptno", "receiptnumber", "saleid", "checkoutid", "bookingid"),
        ),
    ),
    Field(
        "ordered_at",
        "when it was bought",
        "date, or date and time",
        (
            *("orderdate", "orderdatetime", "ordertimestamp", "ordertime", "orderedon", "orderon", "invoicedate"),
            *("transactiontimestamp", "transactiondate", "transactiontime", "purchasedate", "purchasedat"),
            *("purchasetimestamp", "saledate", "buyts", "buydate", "createdat", "created", "bookingdate"),
            *("datetime", "timestamp", "date", "day", "ts"),
        ),
        required=True,
    ),
    Field(
        "amount",
        "what the line is worth after its own discounts; negative for a refund",
        "money",
        (
            *("netsales", "netamount", "salesvalue", "lineamount", "linetotal", "orderamount", "ordervalue"),
            *("ordertotal", "totalamount", "totalprice", "purchaseamount", "salesamount", "revenue", "sales"),
            *("value", "total", "spend", "subtotal"),
        ),
    ),
    Field(
        "quantity",
        "how many pieces; negative for a refund",
        "pieces",
        ("qty", "units", "pieces", "lineitemquantity", "itemcount", "numberofitems", "ncds"),
    ),
    Field(
        "unit_price",
        "price of one piece; amount = quantity × unit_price where no amount is given",
        "money",
        ("price", "priceperunit", "itemprice", "lineitemprice"),
    ),
    Field(
        "product_id",
        "which product",
        "text, kept as written",
        (
            *("stockcode", "sku", "productcode", "productno", "itemid", "itemcode", "itemno", "articleid"),
            *("articleno", "upc", "ean", "gtin", "lineitemsku", "skuid"),
        ),
    ),
    Field(
        "product_name",
        "what the product is called",
        "text",
        ("description", "productdescription", "product", "itemname", "item", "article", "lineitemname"),
    ),
    Field("status", "what became of the order", "text", ("orderstatus", "financialstatus", "paymentstatus")),
    Field("currency", "currency of the amounts", "code", ("currencycode", "ordercurrency", "curr")),
    Field("channel", "where the customer bought", "text", ("saleschannel", "orderchannel", "source")),
)


def normalised(column: str) -> str:
    """Return a column's name without case, spaces, underscores, hyphens or other marks.

    >>> normalised("Invoice No."), normalised("buy-ts")
    ('invoiceno', 'buyts')
    """
    return re.sub(r"[\W_]+", "", column).casefold()


def field_named(name: str, fields: Sequence[Field] = ORDER_FIELDS) -> Field:
    """Return the one of `fields` called `name`; raises `UnknownName` with the known names.

    >>> field_named("amount").unit
    'money'
    """
    for field in fields:
        if field.name == name:
            return field
    raise UnknownName("field", name, [field.name for field in fields])


def best_column(field: Field, columns: Sequence[str]) -> int | None:
    """Return the position (from 0) of the column whose name suits `field` best, or None.

    >>> best_column(field_named("amount"), ["value", "Revenue", "x"])
    1
    """
    ranked = [(field.preference(column), position) for position, column in enumerate(columns)]
    suitable = [(preference, position) for preference, position in ranked if preference is not None]
    return min(suitable)[1] if suitable else None

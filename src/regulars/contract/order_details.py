"""What else stands beside an order: fields that only learners read; `tables.ORDER_DETAILS` is what they are summed to.

A run without learners does not look for these columns.
"""

from __future__ import annotations

from regulars.contract.orders import Field

# What tells kinds apart; a null stays unknown.
CATEGORY = Field(
    "category",
    "what kind of product the line is",
    "text, kept as written",
    (
        *("productcategory", "itemcategory", "categoryname", "department", "producttype", "productgroup"),
        *("productline", "lineitemcategory", "brand"),
    ),
)
# Nothing where it is empty: exports leave both blank where there was none.
REDUCTIONS: tuple[Field, ...] = (
    Field(
        "discount",
        "what was taken off the line, already left out of its amount; the sign does not matter",
        "money",
        (
            *("discountamount", "discounts", "totaldiscount", "linediscount", "lineitemdiscount", "discountvalue"),
            *("promotiondiscount", "retaildisc", "disc"),
        ),
    ),
    Field(
        "coupon",
        "which coupon was used; empty, 0 or no where there was none",
        "text",
        ("couponcode", "discountcode", "vouchercode", "voucher", "promocode", "promotioncode", "coupondisc"),
    ),
)
# What is kept of the first order of a customer.
ATTRIBUTES: tuple[Field, ...] = (
    Field(
        "country",
        "where the customer lives",
        "text, kept as written",
        ("shippingcountry", "customercountry", "billingcountry", "countryname", "countrycode", "shiptocountry"),
    ),
    Field(
        "region",
        "which part of the country",
        "text, kept as written",
        ("state", "province", "shippingprovince", "shippingstate", "county", "customerstate"),
    ),
    Field("gender", "as the customer told", "text, kept as written", ("sex", "customergender")),
    Field("age", "of the customer when the order was placed", "years", ("customerage", "ageyears")),
    Field(
        "loyalty",
        "whether, or in which tier, the customer collected points when the order was placed",
        "text, kept as written",
        ("loyaltymember", "loyaltytier", "loyaltystatus", "membership", "membershiplevel", "tier", "customertier"),
    ),
    Field("store", "which shop it was bought in", "text, kept as written", ("storeid", "storeno", "branch", "outlet")),
    Field("device", "what it was ordered with", "text, kept as written", ("devicetype", "platform")),
    Field(
        "payment", "how it was paid", "text, kept as written", ("paymentmethod", "paymenttype", "paymentmethodtitle")
    ),
    Field(
        "shipping",
        "how it was sent",
        "text, kept as written",
        ("shippingmethod", "shippingtype", "deliverymethod", "deliverytype"),
    ),
)
DETAIL_FIELDS: tuple[Field, ...] = (CATEGORY, *REDUCTIONS, *ATTRIBUTES)
# Fields of every run that are details too.
SHARED = ("channel", "quantity")
NUMBERS = ("discount", "quantity", "age")

"""The fields of a contract with a start and an end, and the table that contracts are kept in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.contract.orders import ORDER_FIELDS, Field, best_column, field_named, normalised

_CUSTOMER = field_named("customer_id")

SUBSCRIPTION_FIELDS: tuple[Field, ...] = (
    Field(
        "customer_id",
        "whose contract it is",
        "text, kept as written",
        ("subscriberid", "subscriber", "policyholderid", "policyholder", "accountnumber", *_CUSTOMER.synonyms),
        required=True,
    ),
    Field(
        "contract_id",
        "which contract; without it two contracts of a customer are told apart by their plan",
        "text, kept as written",
        (
            *("subscriptionid", "subscription", "contractnumber", "contractno", "policyid"),
            *("policynumber", "policyno", "membershipid", "id"),
        ),
    ),
    Field(
        "started_at",
        "when the contract began",
        "date, or date and time",
        (
            *("start", "startdate", "started", "startedon", "starttime", "startutc", "startdateutc", "startedatutc"),
            *("subscriptionstart", "subscriptionstartdate", "subscriptionstartedat", "contractstart"),
            *("contractstartdate", "policystart", "policystartdate", "membershipstart", "activationdate"),
            *("activatedat", "activated", "effectivedate", "effectivefrom", "inceptiondate", "issuedate"),
            *("subscribedat", "subscribedon", "signupdate", "signedupat", "signup", "joindate", "joinedat", "joined"),
            *("membersince", "validfrom", "begin", "begindate"),
        ),
        required=True,
    ),
    Field(
        "ended_at",
        "when the contract ended; empty while it runs",
        "date, or date and time",
        (
            *("end", "enddate", "ended", "endedon", "endtime", "endedatutc", "enddateutc", "endutc"),
            *("subscriptionend", "subscriptionenddate", "subscriptionendedat", "contractend", "contractenddate"),
            *("policyend", "policyenddate", "membershipend", "terminationdate", "terminatedat", "terminated"),
            *("churndate", "churnedat", "churnedon", "cancellationdate", "cancelledat", "canceledat"),
            *("cancelledatutc", "canceledatutc", "cancelledon", "canceledon", "canceldate", "lapsedate", "lapsedat"),
            *("leftat", "exitdate", "unsubscribedat", "validto", "validuntil", "finish", "finishdate"),
        ),
        required=True,
    ),
    Field("status", "whether the contract runs", "text", ("subscriptionstatus", "contractstatus", "policystatus")),
    Field(
        "plan",
        "what the contract is for",
        "text",
        (
            *("planname", "plannickname", "subscriptionplan", "product", "productname", "tier", "package", "tariff"),
            *("membershiptype", "contracttype", "policytype", "subscriptiontype", "pricename", "planid", "productid"),
        ),
    ),
    Field(
        "monthly_price",
        "what the contract pays per month, whatever its billing period",
        "money",
        (
            *("mrr", "monthlyrecurringrevenue", "monthlycharge", "monthlycharges", "monthlyfee", "monthlyamount"),
            *("monthlyrevenue", "pricepermonth", "amountpermonth"),
        ),
    ),
    Field(
        "price",
        "what the contract pays per billing period, for one piece",
        "money",
        (
            *("planamount", "planprice", "priceamount", "unitamount", "unitprice", "amount", "fee", "premium"),
            *("subscriptionfee", "subscriptionprice", "recurringamount", "charge", "value", "revenue"),
        ),
    ),
    Field("quantity", "how many pieces the price is paid for; 1 if not given", "pieces", ("qty", "seats", "licenses")),
    Field(
        "billing_period",
        "how often the price is paid and the contract renewed; a month if not given",
        "text such as month, yearly, 3 months",
        (
            *("interval", "billinginterval", "billingcycle", "billingfrequency", "billing", "planinterval"),
            *("priceinterval", "period", "term", "cycle", "recurrence", "paymentfrequency", "premiumfrequency"),
        ),
    ),
    Field("currency", "currency of the prices", "code", ("currencycode", "plancurrency", "curr")),
)

# The fields that no order has: whoever maps one of them gives contracts.
OF_SUBSCRIPTIONS = frozenset(field.name for field in SUBSCRIPTION_FIELDS) - {field.name for field in ORDER_FIELDS}

_ORDERED_AT = field_named("ordered_at")
# The day on which a row was made says nothing about what it is a row of.
_MADE = ("createdat", "created", "timestamp", "ts")


def look_like_subscriptions(columns: Sequence[str], mapping: Mapping[str, str]) -> bool:
    """Return whether a table with these columns holds contracts: a start and an end, and no day of an order.

    >>> look_like_subscriptions(["Customer", "Start", "End", "Price"], {})
    True
    >>> look_like_subscriptions(["Customer", "Order date", "Start", "End", "Price"], {})
    False
    """
    if "ordered_at" in mapping:
        return False
    if OF_SUBSCRIPTIONS & set(mapping):
        return True
    others = [column for column in columns if normalised(column) not in _MADE]
    fields = [field_named(name, SUBSCRIPTION_FIELDS) for name in ("started_at", "ended_at")]
    has_both = all(best_column(field, others) is not None for field in fields)
    return has_both and best_column(_ORDERED_AT, others) is None

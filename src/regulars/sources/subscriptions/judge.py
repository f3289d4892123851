"""The verdict on each row of contracts, and the values that are kept of it: one select, evaluated while it is read."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.contract import rules
from regulars.contract.tables import MONEY
from regulars.engines.base import literal
from regulars.sources.dates import EARLIEST, END_OF_TIME, moment
from regulars.sources.judge import (
    LARGEST_AMOUNT,
    PIECES,
    ROUNDED,
    in_range,
    is_one_of,
    unless_missing,
    unreadable_moment,
)
from regulars.sources.numbers import currency_of, number
from regulars.sources.parts import numbered
from regulars.sources.subscriptions.billing import PERIODS
from regulars.sources.subscriptions.plans import SubscriptionPlan

# The columns of the table of judged rows, with their SQL types.
KEPT = {
    "customer_id": "VARCHAR",
    "track": "VARCHAR",
    "plan": "VARCHAR",
    "started": "DATE",
    "ended": "DATE",
    "amount": MONEY,
    "months": "INTEGER",
    "days": "INTEGER",
    "currency": "VARCHAR",
    "rule": "UTINYINT",
}
RUNNING = (
    *("active", "present", "current", "ongoing", "open", "running", "never", "none", "-", "--", "still active", "now"),
    *("0000-00-00", "0000-00-00 00:00:00", "0", "inf", "infinity", "indefinite", "auto-renew", "n/a", "no end"),
)
ENDED = (
    *("cancelled", "canceled", "ended", "churned", "terminated", "expired", "lapsed", "closed", "inactive", "left"),
    *("stopped", "deactivated", "surrendered", "non-renewed", "not renewed"),
)
NEVER_PAID = (
    *("trial", "trialing", "trialling", "in trial", "incomplete", "incomplete_expired", "draft", "test", "future"),
    *("pending", "quote", "abandoned"),
)


def judged(plan: SubscriptionPlan) -> str:
    """Return the select of the kept columns of every row of a part, in its order."""
    reader = _Reader(plan)
    return f"""
        select {", ".join(KEPT)}
        from (
            select customer_id, coalesce(contract, plan, '') as track, plan, moment::date as started,
                case when until < '{END_OF_TIME}' then until::date end as ended,
                {in_range("amount")} as amount, months, days, currency, {_rule(reader)} as rule
            from (
                select {reader.text("customer_id")} as customer_id, {reader.text("contract_id")} as contract,
                    {reader.text("plan")} as plan, {reader.moment("started_at")} as moment,
                    {reader.end} as until, {reader.end_text} as end_text,
                    lower(trim(coalesce({reader.text("status")}, ''))) as status,
                    {reader.amount} as amount, {reader.period("months")} as months, {reader.period("days")} as days,
                    {reader.currency} as currency, {reader.text("started_at")} as start_text,
                    {reader.price_text} as price_text
                from {plan.part.rows}
            )
        )
        """


@dataclass(frozen=True)
class _Reader:
    """The SQL expressions that read the fields of one part."""

    plan: SubscriptionPlan

    def kind(self, field: str) -> str:
        return self.plan.part.types[self.plan.layout[field]]

    def text(self, field: str) -> str:
        """Return the field as text, null where it is missing."""
        if field not in self.plan.layout:
            return "null::varchar"
        column = numbered(self.plan.layout[field])
        return unless_missing(column if self.kind(field) == "VARCHAR" else f"({column}::varchar)")

    def moment(self, field: str) -> str:
        return moment(numbered(self.plan.layout[field]), self.kind(field), self.plan.dates)

    def number(self, field: str, kind: str) -> str:
        return number(numbered(self.plan.layout[field]), self.kind(field), kind, self.plan.numbers)

    @property
    def end_text(self) -> str:
        """Return the end as it stands, null where it says that the contract runs."""
        text = self.text("ended_at")
        return f"case when not {is_one_of(f'lower(trim({text}))', RUNNING)} then {text} end"

    @property
    def end(self) -> str:
        return f"case when ({self.end_text}) is not null then {self.moment('ended_at')} end"

    @property
    def price(self) -> str:
        return "monthly_price" if "monthly_price" in self.plan.layout else "price"

    @property
    def price_text(self) -> str:
        return self.text(self.price)

    @property
    def amount(self) -> str:
        """Return what is paid per billing period, null where it cannot be read."""
        price = f"({self.number(self.price, PIECES)})::DECIMAL(38,6)"
        if "quantity" in self.plan.layout:
            price = f"{price} * coalesce({self.number('quantity', PIECES)}, 1)"
        if self.price == "monthly_price":
            months, days = self.period("months"), self.period("days")
            price = f"({price})::double * ({months} + {days} * 12 / 365.25)"
        return f"try_cast({price} as {MONEY})"

    def period(self, length: str) -> str:
        """Return the months or days of the billing period; a month where the part says nothing of it."""
        month = "1" if length == "months" else "0"
        if "billing_period" not in self.plan.layout:
            return month
        text = self.text("billing_period")
        known = f"(select map(list(wording), list({length})) from {PERIODS})"
        return f"case when {text} is null then {month} else {known}[{text}] end"

    @property
    def currency(self) -> str:
        if "currency" not in self.plan.layout and self.plan.numbers.currency:
            return currency_of(f"{numbered(self.plan.layout[self.price])}::varchar")
        return f"upper(trim({self.text('currency')}))"


def _rule(reader: _Reader) -> str:
    """Return the code of the first rule that applies to a row."""
    last_day = literal(str(reader.plan.last_day))
    branches = [
        (f"({unreadable_moment()}) and start_text is null", rules.NO_DATE),
        (unreadable_moment(), rules.UNREADABLE_DATE),
        (f"moment >= {last_day}::date + 1", rules.AFTER_AS_OF),
        (f"end_text is not null and (until is null or until < '{EARLIEST}')", rules.UNREADABLE_END),
        ("until::date < moment::date", rules.END_BEFORE_START),
        (is_one_of("status", NEVER_PAID), rules.NEVER_PAID),
        (f"until is null and {is_one_of('status', ENDED)}", rules.ENDED_WITHOUT_DATE),
        ("months is null", rules.UNKNOWN_INTERVAL),
        ("amount is null and price_text is null", rules.NO_AMOUNT),
        ("amount is null", rules.UNREADABLE_AMOUNT),
        (f"abs(amount) >= {LARGEST_AMOUNT}", rules.IMPOSSIBLE_AMOUNT),
        ("amount < 0", rules.NEGATIVE_PRICE),
        ("customer_id is null", rules.NO_CUSTOMER),
        (ROUNDED, rules.ROUNDED_CUSTOMER),
    ]
    if reader.plan.zero_amount == "exclude":
        branches.append(("amount = 0", rules.ZERO_AMOUNT))
    whens = " ".join(f"when {condition} then {rule.code}" for condition, rule in branches)
    return f"case {whens} else {rules.CONTRACT.code} end"

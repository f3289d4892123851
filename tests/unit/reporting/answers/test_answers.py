"""The five answers in many situations: what they mean, and that each number in them is one of the study."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from artificial_shops import normal, study_of

from regulars.contract.receipt import ReceiptLine
from regulars.decisions.gone import Gone
from regulars.metrics.acquisition import Acquisition, CohortLTV
from regulars.metrics.concentration import NO_TOTAL, Concentration
from regulars.metrics.newer_cohorts import CLEAR, Group, NewerCohorts
from regulars.metrics.number import Number, undefined
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.periods import Unit
from regulars.reporting import formats
from regulars.reporting.answers import QUESTIONS
from regulars.reporting.answers.carriers import carriers
from regulars.reporting.answers.cost import cost
from regulars.reporting.answers.leaving import leaving
from regulars.reporting.answers.newer import newer
from regulars.reporting.answers.worth import worth
from regulars.reporting.document import Sentence
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.method.doubts import doubts
from regulars.reporting.study import Study
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.valuation import Interval, Tracking, Valuation

Shops = dict[str, Callable[[], Valuation]]
MONTH = dt.date(2011, 3, 1)


def fitted(model: Any, *theta: float) -> Fit:
    """A fit at these parameters."""
    return Fit(model, np.array(theta), Unit.WEEK, -9.0, 3.0, np.eye(len(theta)), Certificate(()))


PARETO = fitted(ParetoNBD(), 0.55, 10.6, 0.61, 11.7)


def study(valuation: Valuation | None = None, **parts: Any) -> Study:
    """The study of a shop whose model knows dropout, with some parts exchanged."""
    shop = dataclasses.replace(normal() if valuation is None else valuation, fit=PARETO)
    return dataclasses.replace(study_of(shop), **parts)


def with_totals(**totals: Any) -> Valuation:
    shop = normal()
    return dataclasses.replace(shop, totals=dataclasses.replace(shop.totals, **totals))


def compared(older: float, newer_value: float, error: float | None = 5.0, *, until: dt.date = MONTH) -> NewerCohorts:
    """Two halves of this value per customer, each with this standard error."""
    customers = 400 if error is not None else 12
    first = Group(dt.date(2010, 6, 1), dt.date(2010, 8, 1), customers, older, 0.3, error, 0.02)
    return NewerCohorts(90, first, Group(until, until, customers, newer_value, 0.3, error, 0.02), left_out=1)


def plain(sentence: Sentence) -> str:
    return sentence.text.replace("\N{NO-BREAK SPACE}", " ")


# What are these customers worth?


def test_worth_says_the_mean_per_customer_and_how_far_the_interval_reaches() -> None:
    sentence = worth(study())
    assert plain(sentence) == (
        "That is GBP 1,364 per customer on average. The interval reaches from 5.3 % below the expected number to 6.4 % "
        "above it. Tested on 2 earlier windows of 120 days: what was missed there widens the interval."
    )
    expected = normal().totals.expected_value
    assert expected is not None
    assert sentence.figure.number == expected.expected
    assert sentence.figure.text.endswith("5.92\N{NO-BREAK SPACE}million")


@pytest.mark.parametrize(("low", "high", "wide"), [(60.0, 89.0, False), (60.0, 90.0, True), (0.0, 80.0, True)])
def test_an_interval_is_wide_where_its_end_is_half_as_far_again(low: float, high: float, *, wide: bool) -> None:
    sentence = worth(study(with_totals(expected_value=Interval(70.0, low, high))))
    assert ("it is wide" in plain(sentence)) is wide


def test_five_customers_get_an_order_of_magnitude(shops: Shops) -> None:
    sentence = worth(study(shops["five_customers"]()))
    assert "from 93.4 % below the expected number to 134.4 % above it: it is wide" in plain(sentence)


def test_a_mean_that_is_not_defined_is_unknown_with_its_reason(shops: Shops) -> None:
    shop = shops["undefined_mean"]()
    sentence = worth(study(shop))
    assert plain(sentence).startswith(f"In money this is unknown. {shop.totals.reason}")
    assert sentence.figure.number == shop.totals.expected_purchases.expected
    assert "GBP" not in sentence.figure.text


def test_without_money_the_worth_is_purchases(shops: Shops) -> None:
    sentence = worth(study(shops["no_money"]()))
    assert "That is 2.91 purchases per customer" in plain(sentence)
    assert sentence.figure.text == "12,604\N{NO-BREAK SPACE}purchases"


def test_nobody_came_back_is_not_read_as_nobody_will(shops: Shops) -> None:
    text = plain(worth(study(shops["no_repeat_buyers"]())))
    assert text.endswith("the record can hardly show otherwise: nobody has bought on a second day yet.")
    assert "interval" not in text


def test_nothing_expected_of_customers_who_did_come_back() -> None:
    nothing = Interval(0.0, 0.0, 0.0)
    shop = with_totals(expected_value=nothing, expected_purchases=nothing)
    assert plain(worth(study(shop))).endswith("it holds everybody for gone.")


def test_an_interval_that_leaves_the_likeliest_number_out_says_so() -> None:
    text = plain(worth(study(with_totals(expected_value=Interval(70.0, 20.0, 60.0)))))
    assert "leaves the likeliest number out" in text
    assert "below the expected" not in text


# Who carries it?


def test_the_top_tenth_and_one_huge_customer() -> None:
    shop = normal()
    assert shop.totals.expected_value is not None
    first = dataclasses.replace(shop.top_customers[0], expected_value=0.9 * shop.totals.expected_value.expected)
    curve = (*np.linspace(0.0, 0.05, 100), 1.0)
    huge = study(
        dataclasses.replace(shop, top_customers=(first, *shop.top_customers[1:])),
        expected_concentration=Concentration(4338, curve, 0.95, 0, ""),
    )
    sentence = carriers(huge)
    assert "The most valuable customer alone carries 90.0 %." in plain(sentence)
    assert sentence.figure.number == huge.expected_concentration.top_share(10)
    assert formats.share(1.0 - curve[90]) in sentence.text


def test_fewer_than_ten_customers_have_no_top_tenth(shops: Shops) -> None:
    shop = shops["five_customers"]()
    sentence = carriers(study(shop))
    assert "The most valuable of the 5 customers carries 79.2 %" in plain(sentence)
    assert plain(sentence).endswith("if all were alike it would be 20.0 %.")
    assert "tenth" not in sentence.text


def test_a_single_customer_carries_everything(shops: Shops) -> None:
    shop = shops["five_customers"]()
    alone = dataclasses.replace(shop, totals=dataclasses.replace(shop.totals, customers=1))
    assert plain(carriers(study(alone))) == "There is a single customer, who carries all of it."


def test_without_a_mean_only_purchases_have_shares(shops: Shops) -> None:
    text = plain(carriers(study(shops["undefined_mean"]())))
    assert text.startswith("Of the value this is unknown, because its mean is not defined.")
    assert "with the most expected purchases" in text


def test_nothing_expected_is_carried_by_nobody(shops: Shops) -> None:
    nothing = Concentration(1200, None, None, 0, NO_TOTAL)
    sentence = carriers(study(shops["no_repeat_buyers"](), expected_concentration=nothing))
    assert plain(sentence).startswith("Unknown: nothing is expected of anybody")
    assert sentence.figure.number is None


# Is it getting better?


@pytest.mark.parametrize(
    ("older", "newer_value", "verdict"),
    [
        (100.0, 150.0, "Newer customers bring more"),
        (150.0, 100.0, "Newer customers bring less"),
        (100.0, 100.0, "No clear change"),
        (100.0, 113.8, "No clear change"),  # 1.96 · sqrt(5² + 5²) = 13.86
        (100.0, 113.9, "Newer customers bring more"),
        (100.0, 86.2, "No clear change"),
        (100.0, -40.0, "Newer customers bring less"),
    ],
)
def test_growth_decline_and_what_may_be_chance(older: float, newer_value: float, verdict: str) -> None:
    sentence = newer(study(newer_cohorts=compared(older, newer_value)))
    assert sentence.text.startswith(verdict)
    assert ("may be chance" in sentence.text) is (verdict == "No clear change")
    assert ("larger than chance alone" in sentence.text) is (verdict != "No clear change")
    assert sentence.figure.number == newer_value


def test_a_change_between_seasons_is_not_called_a_trend() -> None:
    within = newer(study(newer_cohorts=compared(100.0, 150.0)))
    over = newer(study(newer_cohorts=compared(100.0, 150.0, until=dt.date(2012, 5, 1))))
    assert within.text.endswith("They were won in different seasons, which may be the reason.")
    assert "seasons" not in over.text
    assert "seasons" not in newer(study(newer_cohorts=compared(100.0, 101.0))).text


def test_too_few_customers_to_compare() -> None:
    text = plain(newer(study(newer_cohorts=compared(100.0, 900.0, error=None))))
    assert text == "Unknown: with 12 customers on one side, change cannot be told from chance."


def test_one_cohort_only_cannot_get_better() -> None:
    sentence = newer(study(newer_cohorts=None))
    assert plain(sentence).startswith("Unknown: fewer than two months")
    assert sentence.figure.number is None


# Who is at risk?


def test_the_probably_gone_and_what_they_would_bring() -> None:
    sentence = leaving(study(gone=Gone(1234.4, 1_810_000.0)))
    assert "28.5 % of the customers have left for good, if the model is right" in plain(sentence)
    assert "would bring GBP 1.81 million more than expected" in plain(sentence)
    assert sentence.figure.text == "1,234\N{NO-BREAK SPACE}customers"


def test_dropout_that_is_not_identified_is_no_finding(shops: Shops) -> None:
    sentence = leaving(study(shops["five_customers"]()))
    assert plain(sentence).startswith("Unknown: the record does not show that customers leave")
    assert sentence.figure.number is None


def test_a_model_without_dropout_knows_nobody_gone() -> None:
    shop = dataclasses.replace(normal(), transactions=dataclasses.replace(normal().transactions, title="NBD"))
    without = dataclasses.replace(study(), valuation=dataclasses.replace(shop, fit=fitted(NBD(), 0.4, 12.0)))
    assert plain(leaving(without)) == "Unknown: NBD takes it that nobody leaves."


def test_bg_nbd_says_that_it_doubts_nobody_who_bought_once() -> None:
    shop = dataclasses.replace(normal(), fit=fitted(BGNBD(), 0.24, 4.4, 0.79, 2.4))
    assert (
        "Whoever bought once is taken to be still there" in leaving(dataclasses.replace(study(), valuation=shop)).text
    )
    assert "Whoever bought once" not in leaving(study()).text


def test_nothing_at_risk_where_nothing_was_expected() -> None:
    assert plain(leaving(study(gone=Gone(40.0, 0.0)))).endswith("Nothing more was expected of them.")


# What does a customer cost, or what is a new one worth?

LTV = CohortLTV(180, Number(96.0, 3000))


def acquired(**parts: Any) -> Study:
    found = Acquisition(
        cac=30.0,
        ltv=LTV,
        ltv_to_cac=Number(3.2, 3000),
        net_value=Number(66.0, 3000),
        payback=Number(60.0, 3000),
        recovered=Number(3.2, 3000),
        recovered_days=360,
    )
    return study(economics=dataclasses.replace(study().economics, acquisition=dataclasses.replace(found, **parts)))


def test_a_cost_that_came_back() -> None:
    sentence = cost(acquired())
    assert plain(sentence) == (
        "A customer costs GBP 30.00 and brought a margin of GBP 96.00 in the first 180 days, 3.20 times the cost. "
        "The cost had come back by day 60."
    )
    assert sentence.figure.number == 3.2


def test_a_cost_that_has_not_come_back_is_never_extrapolated() -> None:
    text = plain(cost(acquired(payback=undefined("not yet"), recovered=Number(0.43, 3000))))
    assert text.endswith("The cost has not come back yet: 43.0 % of it had after 360 days.")


def test_a_cost_without_a_margin_is_not_divided_by_sales() -> None:
    nothing = undefined("it is computed on margin only")
    sentence = cost(acquired(ltv_to_cac=nothing, payback=nothing))
    assert plain(sentence) == "A customer costs GBP 30.00; what comes back is unknown: it is computed on margin only."
    assert sentence.figure.number is None


def test_without_a_cost_a_new_customer_is_valued() -> None:
    new = study().economics.new_customer
    assert new.value.value is not None
    sentence = cost(study())
    assert sentence.figure.number == new.value.value
    assert "A customer won today is expected to bring" in sentence.text


def test_a_new_customer_without_a_mean_is_unknown() -> None:
    economics = study().economics
    new = dataclasses.replace(economics.new_customer, value=undefined("the mean spend is infinite"))
    text = plain(cost(study(economics=dataclasses.replace(economics, new_customer=new))))
    assert text == "Unknown: the mean spend is infinite."


def test_a_new_customer_without_money_is_counted_in_purchases(shops: Shops) -> None:
    sentence = cost(study(shops["no_money"]()))
    assert "is expected to make" in sentence.text
    assert "purchases after the first one" in plain(sentence)


# Every answer, in every situation


def refunded() -> Valuation:
    shop = normal()
    back = ReceiptLine("valid", "refund of an order", 9, Decimal(-4000000), "taken back")
    return dataclasses.replace(shop, receipt=dataclasses.replace(shop.receipt, lines=(*shop.receipt.lines, back)))


def with_margin() -> Valuation:
    shop = normal()
    return dataclasses.replace(shop, settings=dataclasses.replace(shop.settings, margin=0.4, basis="margin", cac=30.0))


def quiet() -> Valuation:
    shop = with_totals(expected_value=Interval(0.0, 0.0, 0.0), clv=0.0)
    weeks = shop.tracking.week_start
    return dataclasses.replace(shop, tracking=Tracking(weeks, np.zeros(len(weeks)), np.zeros(len(weeks))))


SITUATIONS: dict[str, Callable[[Shops], Study]] = {
    "growth": lambda _: study(newer_cohorts=compared(100.0, 150.0)),
    "decline": lambda _: study(newer_cohorts=compared(150.0, 100.0)),
    "flat": lambda _: study(newer_cohorts=compared(100.0, 101.0)),
    "one cohort": lambda _: study(newer_cohorts=None),
    "no repeat buyers": lambda shops: study(shops["no_repeat_buyers"]()),
    "five customers": lambda shops: study(shops["five_customers"]()),
    "no money": lambda shops: study(shops["no_money"]()),
    "undefined mean": lambda shops: study(shops["undefined_mean"]()),
    "hostile texts": lambda shops: study(shops["long_ids"]()),
    "refunds": lambda _: study(refunded()),
    "margin": lambda _: study(with_margin()),
    "cost came back": lambda _: acquired(),
    "cost not back": lambda _: acquired(payback=undefined("no"), recovered=Number(0.43, 3000)),
    "nothing expected": lambda _: study(quiet(), gone=Gone(12.0, 0.0)),
    "large": lambda _: study(with_totals(customers=1_000_000, expected_value=Interval(3.2e9, 3.1e9, 3.3e9))),
}


@pytest.fixture(params=SITUATIONS)
def situation(request: pytest.FixtureRequest, shops: Shops) -> Study:
    """Each situation in turn."""
    return SITUATIONS[request.param](shops)


def test_each_question_is_answered_once_and_leads_somewhere(situation: Study) -> None:
    answers = [question(situation) for question in QUESTIONS]
    assert len({answer.question for answer in answers}) == 5
    assert [answer.section for answer in answers] == ["value", "value", "cohorts", "customers", "economics"]
    for answer in answers:
        assert answer.text.endswith(".")
        assert not set(re.findall(r"[a-z]+", answer.text.lower())) & {"nan", "none", "inf"}
        assert ("nknown" in answer.text) >= (answer.figure.number is None)


def test_every_number_in_a_sentence_is_one_of_the_study(situation: Study) -> None:
    known = {number for text in quantities(situation) for number in numbers(text)}
    for question in QUESTIONS:
        answer = question(situation)
        shown = numbers(f"{answer.text} {answer.figure.name} {answer.figure.text} {answer.figure.detail}")
        assert set(shown) <= known, answer.text


def numbers(text: str) -> list[str]:
    return re.findall(r"−?\d+(?:,\d{3})*(?:\.\d+)?", text)


def quantities(one: Study) -> list[str]:
    """Every quantity that an answer may show, written straight from the study."""
    shop, totals, settings = one.valuation, one.valuation.totals, one.valuation.settings
    measure = Measure.of(shop)
    reach = [
        formats.share(abs(end / interval.expected - 1.0))
        for interval in (totals.expected_value, totals.expected_purchases)
        if interval is not None and interval.expected > 0.0
        for end in (interval.low, interval.high)
    ]
    amounts = [
        *([] if totals.expected_value is None else [totals.expected_value.expected / totals.customers]),
        one.gone.value_at_risk,
        one.economics.new_customer.value.value,
        one.economics.new_customer.first_value.value,
        one.economics.new_customer.repeat_value.value,
    ]
    return [
        *reach,
        *(unit.amount(number) for unit in (measure, PURCHASES) for number in amounts),
        *measure.interval(totals.expected_value or totals.expected_purchases, settings.interval),
        *PURCHASES.interval(totals.expected_purchases, settings.interval),
        PURCHASES.amount(totals.expected_purchases.expected / totals.customers),
        PURCHASES.amount(one.economics.new_customer.purchases.value),
        *(formats.share(part) for part in (0.1, 1.0 / totals.customers, one.gone.customers / totals.customers)),
        *_shares(one),
        formats.count(totals.customers),
        formats.fixed(one.gone.customers, 0),
        formats.day(settings.as_of),
        formats.counted(settings.horizon, "day"),
        *([] if shop.tested is None else _windows(shop.tested.league.origins)),
        totals.reason,
        *_compared(one, measure),
        *_acquisition(one, measure),
    ]


def _windows(origins: Origins) -> list[str]:
    return [formats.counted(len(origins.days), "window"), formats.counted(origins.window, "day")]


def _shares(one: Study) -> list[str]:
    total, tenth = one.valuation.totals.expected_value, one.expected_concentration.top_share(10)
    firsts = [row.expected_value for row in one.valuation.top_customers[:1] if row.expected_value is not None]
    of_total = [first / total.expected for first in firsts if total is not None and total.expected > 0.0]
    return [formats.share(part) for part in (*of_total, *([] if tenth is None else [tenth]))]


def _compared(one: Study, measure: Measure) -> list[str]:
    halves = one.newer_cohorts
    if halves is None:
        return []
    texts = [formats.rate(CLEAR), str(halves.days)]
    texts += [formats.count(group.customers) for group in (halves.older, halves.newer)]
    for group in (halves.older, halves.newer):
        texts += [str(group.since.year), str(group.until.year)]
    gap = halves.value(CLEAR)
    if gap.low is None or gap.high is None:
        return texts
    return [*texts, *measure.amounts(halves.newer.value, halves.older.value, gap.expected, gap.low, gap.high)]


def _acquisition(one: Study, measure: Measure) -> list[str]:
    found = one.economics.acquisition
    if found is None:
        return []
    texts = [measure.amount(found.cac), found.ltv_to_cac.reason, found.payback.reason]
    if found.ltv is not None:
        texts += [str(found.ltv.days), formats.count(found.ltv.value.n), measure.amount(found.ltv.value.value)]
    if found.ltv_to_cac.value is not None:
        texts.append(formats.fixed(found.ltv_to_cac.value, 2))
    if found.payback.value is not None:
        texts.append(formats.count(round(found.payback.value)))
    if found.recovered.value is not None:
        texts += [formats.share(found.recovered.value), str(found.recovered_days)]
    return texts


def test_heavy_refunds_are_among_the_reasons_not_to_believe() -> None:
    assert "refunds" in {finding.check for finding in doubts(refunded())}
    assert "refunds" not in {finding.check for finding in doubts(normal())}

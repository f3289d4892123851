"""When should these numbers not be believed? One function per reason, computed from the run itself."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.models.certificate import Finding
from regulars.periods import date_of
from regulars.reporting import formats
from regulars.reporting.measure import Measure
from regulars.valuation.season import season_of
from regulars.valuation.valuation import Valuation

FEW_CUSTOMERS = 100
# A share of the forecast that is called all of it.
ALMOST_ALL = 0.995
YEAR = 365
# A horizon within these many days of whole years holds every season as often.
ABOUT_A_YEAR = 10
# Refunds above this share of gross sales are too many to pass over.
MANY_REFUNDS = 0.1
# A fit that misses its own record by this share describes it badly; below these purchases it may be chance.
FAR_OFF = 0.1
ENOUGH_PURCHASES = 100
# What the certificate of a fit checks and the reasons here put into plain words.
IN_PLAIN_WORDS = ("dropout", "repeat buyers")
UNFORESEEN = "what a crisis, a new rival or a changed price list would do"


def doubts(valuation: Valuation) -> tuple[Finding, ...]:
    """Return every reason to distrust the numbers that this run can see, the notes of the data and the run last."""
    found = [finding for reason in REASONS for finding in reason(valuation)]
    said = dict.fromkeys((*valuation.receipt.notes, *valuation.notes))
    return (*found, *(Finding("the record", "note", sentence) for sentence in said))


def few_customers(valuation: Valuation) -> Iterator[Finding]:
    """Yield where the base is too small to show how customers differ."""
    customers = valuation.totals.customers
    if customers < FEW_CUSTOMERS:
        sentence = (
            f"{formats.counted(customers, 'customer')} cannot show how different customers are: the form of the "
            "model is then assumed more than found, and one customer can change every number."
        )
        yield Finding("few customers", "warning", sentence, float(customers))


def few_repeat_buyers(valuation: Valuation) -> Iterator[Finding]:
    """Yield where hardly anybody came back: all that is learnt about the future is learnt from those who did."""
    for finding in _of_purchases(valuation):
        if finding.check == "repeat buyers" and finding.standing == "warning":
            number = round(finding.figure or 0.0)
            sentence = (
                f"{formats.counted(number, 'customer')} came back for a second purchase: everything that is expected "
                "of all the others rests on so few."
                if number
                else "Nobody has come back for a second purchase yet: this record cannot show how often customers do."
            )
            yield Finding("few came back", "warning", sentence, finding.figure)


def nobody_seen_to_leave(valuation: Valuation) -> Iterator[Finding]:
    """Yield where the data do not show that customers leave."""
    if any(finding.check == "dropout" and finding.standing == "warning" for finding in _of_purchases(valuation)):
        sentence = (
            "The record does not show that customers leave. Do not act on the probability that a single customer is "
            "alive, nor on the value at risk; over a long horizon the total is too high if customers do leave."
        )
        yield Finding("who is alive", "warning", sentence)


def short_record(valuation: Valuation) -> Iterator[Finding]:
    """Yield where the horizon reaches further than the record goes back."""
    record, horizon = days_of_record(valuation), valuation.settings.horizon
    if record is not None and horizon > record / 2.0:
        longer = "longer than" if horizon > record else "more than half of"
        sentence = (
            f"The horizon of {formats.counted(horizon, 'day')} is {longer} the record of "
            f"{formats.counted(record, 'day')}: how customers behave that long was not, or hardly, seen."
        )
        yield Finding("short record", "warning" if horizon > record else "note", sentence, record / horizon)


def seasons(valuation: Valuation) -> Iterator[Finding]:
    """Yield where a season can bend the forecast: most models know none, and one that does takes it to stay."""
    record, horizon = days_of_record(valuation), valuation.settings.horizon
    beyond, season = horizon % YEAR, season_of(valuation.fit)
    if season is not None:
        part = (
            "The forecast takes"
            if season.share > ALMOST_ALL
            else f"{formats.share(season.share)} of the forecast takes"
        )
        yield Finding(
            "seasons",
            "note",
            f"{part} the season of the record to come back as it was: a peak that moves, or that comes for the first "
            "time, is not in it.",
        )
    elif horizon < YEAR - ABOUT_A_YEAR or ABOUT_A_YEAR < beyond < YEAR - ABOUT_A_YEAR:
        yield Finding(
            "seasons",
            "note",
            f"The model knows no season, and {formats.counted(horizon, 'day')} are no whole number of years: "
            f"a peak or a quiet time within them is spread evenly over the year.{_tried(valuation)}",
        )
    elif record is not None and record < YEAR - ABOUT_A_YEAR:
        yield Finding(
            "seasons",
            "note",
            f"The model knows no season, and the record of {formats.counted(record, 'day')} holds only a part of a "
            "year: if that part was a peak or a quiet time, the forecast carries it on.",
        )


def drift_or_season(valuation: Valuation) -> Iterator[Finding]:
    """Yield where forecasts are corrected by what a part of the year showed: a season looks like a drift there.

    What is left over by a model that knows the season is no season.
    """
    if valuation.tested is None or season_of(valuation.fit) is not None:
        return
    rule, origins = valuation.tested.judgement.rule, valuation.tested.league.origins
    measure = Measure.of_future(valuation)
    drift = (rule.value if measure.money else rule.purchases).drift
    totals = valuation.totals
    total = (totals.expected_value if measure.money else None) or totals.expected_purchases
    tested = origins.window * len(origins.days)
    if drift.correction and tested < YEAR - ABOUT_A_YEAR:
        short, season = ("low", "busy") if drift.correction > 0.0 else ("high", "quiet")
        before = measure.amount(total.expected / drift.factor)
        sentence = (
            f"The forecast is moved by {formats.signed_share(drift.factor - 1.0)}, because forecasts of the "
            f"{formats.counted(tested, 'day')} from {formats.day(origins.days[-1])} on would have been too {short}. A "
            f"{season} season in those days would look the same. Without it the forecast would be {before}."
            f"{_tried(valuation)}"
        )
        yield Finding("drift or season", "note", sentence, drift.correction)


def _tried(valuation: Valuation) -> str:
    """Return what came of trying a season and a trend on the past; nothing where nothing was tested."""
    entrants = () if valuation.tested is None else valuation.tested.league.entrants
    clocks = [one for one in entrants if one.name.partition(",")[0].endswith("+clock")]
    if any(one.trials for one in clocks):
        return " A season and a trend learned from the record were tried: with them forecasts were no better."
    return next((f" A season was not tried: {one.reason}." for one in clocks if one.reason), "")


def what_was_not_tested(valuation: Valuation) -> Iterator[Finding]:
    """Yield what the intervals cannot know, which depends on whether earlier forecasts were tested."""
    if valuation.tested is None:
        sentence = (
            f"No earlier forecast has been held against what happened since: {valuation.untested}. The intervals know "
            f"chance and the uncertainty of the parameters; they do not know {UNFORESEEN}."
        )
        yield Finding("no back-test", "note", sentence)
    else:
        windows = formats.counted(len(valuation.tested.league.origins.days), "earlier window")
        sentence = (
            "The intervals know chance, the uncertainty of the parameters and how far forecasts were off in "
            f"{windows}; they do not know {UNFORESEEN}."
        )
        yield Finding("back-test", "note", sentence)


def many_refunds(valuation: Valuation) -> Iterator[Finding]:
    """Yield where refunds take back a large part of the sales: those of recent orders are still to come."""
    part = refunded_share(valuation)
    if part is not None and part >= MANY_REFUNDS:
        sentence = (
            f"Refunds took back {formats.share(part)} of gross sales. Those dated after the as-of date are not known "
            "yet, so the value of the latest orders is too high."
        )
        yield Finding("refunds", "note", sentence, part)


def far_from_the_record(valuation: Valuation) -> Iterator[Finding]:
    """Yield where the fit does not even describe the record it was fitted on."""
    happened, expected = float(valuation.tracking.actual.sum()), float(valuation.tracking.expected.sum())
    if happened >= ENOUGH_PURCHASES and abs(expected / happened - 1.0) >= FAR_OFF:
        more = "more" if expected > happened else "fewer"
        sentence = (
            f"Over the whole record the model expects {formats.share(abs(expected / happened - 1.0))} {more} repeat "
            "purchases than there were: it does not describe these customers well."
        )
        yield Finding("fit", "warning", sentence, expected / happened - 1.0)


REASONS = (
    few_customers,
    few_repeat_buyers,
    nobody_seen_to_leave,
    far_from_the_record,
    short_record,
    seasons,
    drift_or_season,
    many_refunds,
    what_was_not_tested,
)


def days_of_record(valuation: Valuation) -> int | None:
    """Return the days from the first valid row to the as-of date; None where the receipt names no day."""
    first = valuation.receipt.first_day
    return None if first is None else (valuation.settings.as_of - date_of(first)).days + 1


def refunded_share(valuation: Valuation) -> float | None:
    """Return refunds over gross sales; None without money or sales."""
    receipt = valuation.receipt
    gross, back = receipt.amount_of("sale"), receipt.amount_of("refund of an order", "refund without its order")
    return None if not gross or back is None else float(-back / gross)


def _of_purchases(valuation: Valuation) -> tuple[Finding, ...]:
    return valuation.transactions.certificate.findings

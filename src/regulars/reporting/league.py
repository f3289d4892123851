"""The league of a back-test as a table: every way to forecast that was tried, the best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

from regulars.reporting import formats
from regulars.reporting.document import Cell, Column, Row, Table
from regulars.reporting.measure import Measure
from regulars.valuation.backtest.in_words import titled
from regulars.valuation.backtest.league import PLAIN, Entrant, League
from regulars.valuation.backtest.measures import Measures

Number = Callable[[Measures], float | None]


def league_table(league: League, measure: Measure) -> Table:
    """Return the table of all entrants, the best first; measures are averages over the origins."""
    scores = [_mean(one, lambda found: found.crps) for one in league.entrants]
    money = measure.column(scores)
    return Table(
        title="What forecast best",
        columns=(
            Column("Forecast", numeric=False),
            Column("Skill", formats.share),
            Column(measure.heading("CRPS"), money),
            Column("Bias of the total", formats.signed_share),
            Column("Purchases: bias", formats.signed_share),
            Column("RMSE", money),
            Column("Gini", lambda number: formats.fixed(number, 3)),
            Column("Somers’\N{NO-BREAK SPACE}D", lambda number: formats.fixed(number, 3)),
            Column("PIT gap", lambda number: formats.fixed(number, 3)),
            Column("In 80\N{NO-BREAK SPACE}%", formats.share),
        ),
        rows=tuple(_row(league, one) for one in league.entrants if one.trials),
        note=_note(league),
    )


def short_league_table(league: League, measure: Measure) -> Table:
    """Return the table with one row of each model, that of the way to tell its spend that did best."""
    best = {one.title: one for one in reversed(league.entrants)}
    each = tuple(one for one in league.entrants if best[one.title] is one)
    table = league_table(replace(league, entrants=each), measure)
    left_out = len(league.entrants) - len(each)
    if not left_out:
        return table
    why = "Each model is shown with the way to tell its spend that did best; run.json has the other ways."
    return replace(table, note=f"{why} {table.note}")


def _when(league: League) -> str:
    origins = league.origins
    days = formats.counted(origins.window, "day")
    return f"{formats.counted(len(origins.days), 'window')} of {days} each, the last ending on the as-of day"


def _row(league: League, one: Entrant) -> Row:
    numbers: Sequence[Number] = (
        lambda found: found.rmse,
        lambda found: found.gini,
        lambda found: found.somers,
        lambda found: found.pit_gap,
        lambda found: found.coverage,
    )
    cells: tuple[Cell, ...] = (
        _named(one),
        league.skill(one),
        _mean(one, lambda found: found.crps),
        _mean(one, lambda found: found.bias),
        _defined([trial.purchases.bias for trial in one.trials]),
        *(_mean(one, number) for number in numbers),
    )
    return Row(cells)


def _named(one: Entrant) -> str:
    """Return the title, with what it is where nothing was learned."""
    name = formats.capitalised(titled(one))
    return f"{name} ({PLAIN})" if one.kind == PLAIN else name


def _mean(one: Entrant, number: Number) -> float | None:
    return _defined([number(trial.judged) for trial in one.trials])


def _defined(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None


def _note(league: League) -> str:
    origins = league.origins
    short = ""
    if origins.window < origins.asked:
        asked = formats.counted(origins.asked, "day")
        short = f" The record is too short to test {asked}, so each window is a quarter of it."
    left_out = [f"{one.title} ({one.reason})" for one in league.entrants if not one.trials]
    missing = f" Not tried: {', '.join(left_out)}." if left_out else ""
    return (
        f"Averages over {_when(league)}. CRPS: distance of the forecast distribution from what happened, per "
        "customer, the lower the better. Skill: how much lower than that of “what all customers did in the window "
        "before”. Gini: 1 where customers are put into the right order of value; Somers’ D: how often the better of "
        f"two customers was named, ties one half. PIT gap: 0 where the distributions are right.{short}{missing}"
    )

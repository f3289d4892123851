"""The league of a back-test as a table, and what it says in two sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from regulars.reporting import formats
from regulars.reporting.document import Cell, Column, Row, Table
from regulars.reporting.measure import Measure
from regulars.valuation.backtest.league import Entrant, League
from regulars.valuation.backtest.measures import Measures

# A difference within two of its standard errors is called close.
CLOSE = 2.0

Number = Callable[[Measures], float | None]


def league_table(league: League, measure: Measure) -> Table:
    """Return the table of all entrants, the best first; measures are averages over the origins."""
    scores = [_mean(one, lambda found: found.crps) for one in league.entrants]
    money = measure.column(scores)
    return Table(
        title=f"What forecast best: {_when(league)}",
        columns=(
            Column("Forecast", numeric=False),
            Column("Kind", numeric=False),
            Column("Skill", formats.share),
            Column(measure.heading("CRPS"), money),
            Column("Bias of the total", formats.signed_share),
            Column("Purchases: bias", formats.signed_share),
            Column("RMSE", money),
            Column("Gini", lambda number: formats.fixed(number, 3)),
            Column("Somers’ D", lambda number: formats.fixed(number, 3)),
            Column("PIT gap", lambda number: formats.fixed(number, 3)),
            Column("In 80 %", formats.share),
        ),
        rows=tuple(_row(league, one) for one in league.entrants if one.trials),
        note=_note(league),
        wide=True,
    )


def verdict(league: League) -> str:
    """Return what won, by how much, and what was close, in two sentences."""
    best = league.best
    if best is None:
        return "No model could be tried on the past."
    return f"{_won(league, best)} {_close(league, best)}"


def _won(league: League, best: Entrant) -> str:
    skill = league.skill(best)
    against = (
        "" if skill is None else f": its score is {formats.share(abs(skill))} {_than(skill)} the plain climatology’s"
    )
    return f"{_title(best)} forecast best over {_when(league)}{against}."


def _than(skill: float) -> str:
    return "better than" if skill >= 0.0 else "worse than"


def _close(league: League, best: Entrant) -> str:
    rivals = [one for one in league.entrants if one is not best and one.trials]
    better = [one for one in rivals if (league.skill(one) or 0.0) > (league.skill(best) or 0.0)]
    if better:
        return f"It loses to a plain rule: {better[0].title}."
    close = [one for one in rivals if _within(league, one, best)]
    if close:
        names = ", ".join(_title(one) for one in close)
        return f"Within chance of it: {names}."
    return "No other forecast came within chance of it."


def _within(league: League, one: Entrant, best: Entrant) -> bool:
    gap = league.behind(one, best)
    return gap is not None and gap[0] <= CLOSE * gap[1]


def _title(one: Entrant) -> str:
    days = ", spend on all days" if one.contender is not None and one.contender.first_day else ""
    return f"{one.title}{days}"


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
        _title(one),
        one.kind,
        league.skill(one),
        _mean(one, lambda found: found.crps),
        _mean(one, lambda found: found.bias),
        _defined([trial.purchases.bias for trial in one.trials]),
        *(_mean(one, number) for number in numbers),
    )
    return Row(cells)


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
        "Averages over the windows. CRPS: distance of the forecast distribution from what happened, per customer, the "
        "lower the better. Skill: how much lower than that of “what all customers did in the window before”. Gini: 1 "
        "where customers are put into the right order of value; Somers’ D: how often the better of two customers was "
        f"named, ties one half. PIT gap: 0 where the distributions are right.{short}{missing}"
    )

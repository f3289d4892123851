"""What a back-test says to do, in two sentences: what is taken and by how much it was better, and what was close.

They are part of what was found: the report, run.json and `rg.backtest` show the same text.
"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.valuation.backtest.judgement import Check, Judgement
from regulars.valuation.backtest.league import PLAIN, Entrant, League
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.spend_way import IN_WORDS

# A difference within two of its standard errors is called close.
CLOSE = 2.0
# More names than that are not read.
MOST_NAMED = 3
# A gain that rounds to nothing is none.
LEAST_GAIN = 0.0005
_NBSP = "\N{NO-BREAK SPACE}"


def verdict(league: League, judgement: Judgement | None) -> str:
    """Return what won, by how much, and what was close, in two sentences."""
    best = league.best
    if judgement is None or best is None:
        return "No model could be tried on the past."
    return f"{_won(league, judgement, best)} {_close(league, best)}"


def _won(league: League, judgement: Judgement, best: Entrant) -> str:
    taken, check = rule_in_words(judgement.rule), judgement.check
    over = windows(league)
    if len(judgement.rule.members) > 1 and check is not None:
        weights = "with weights from the earlier alone it did"
        return f"{_subject(taken)} scored best over {over}; {weights} {_gain(check)}."
    skill = league.skill(best)
    against = (
        "" if skill is None else f", its score {_percent(abs(skill))} {_than(skill)} what all customers did before"
    )
    return f"{_subject(taken)} forecast best over {over}{against}."


def _subject(taken: str) -> str:
    """Begin a sentence; what follows the name after a comma is closed by one."""
    return taken[0].upper() + taken[1:] + ("," if ", spend" in taken else "")


def _gain(check: Check) -> str:
    against = f"{check.against.title}, the best before"
    if abs(check.gain) < LEAST_GAIN:
        return f"as well at the last as {against}"
    return f"{_percent(abs(check.gain), 1)} {'better' if check.gain > 0.0 else 'worse'} at the last than {against}"


def _than(skill: float) -> str:
    return "better than that of" if skill >= 0.0 else "worse than that of"


def _close(league: League, best: Entrant) -> str:
    rivals = [one for one in league.entrants if one is not best and one.trials]
    better = [one for one in rivals if one.kind == PLAIN and (league.skill(one) or 0.0) > (league.skill(best) or 0.0)]
    if better:
        return f"The best model loses to a plain rule: {better[0].title}."
    close = list(dict.fromkeys(one.title for one in rivals if one.title != best.title and _within(league, one, best)))
    if close:
        return f"Within chance of the best single model, {best.title}: {_named(close)}."
    return f"No other forecast came within chance of {best.title}."


def _within(league: League, one: Entrant, best: Entrant) -> bool:
    gap = league.behind(one, best)
    return gap is not None and gap[0] <= CLOSE * gap[1]


def rule_in_words(rule: Rule) -> str:
    """Return the members of a rule with their shares: "BG/NBD", "a blend of BG/NBD (60 %) and NBD (40 %)"."""
    days = IN_WORDS[rule.spend]
    parts = sorted(zip(rule.weights, rule.members, strict=True), key=lambda part: -part[0])
    if len(parts) == 1:
        return f"{parts[0][1].title}{days}"
    return f"a blend of {_named([f'{member.title} ({_percent(weight)})' for weight, member in parts])}{days}"


def _named(names: Sequence[str]) -> str:
    """Return the first names and how many more there are: "BG/NBD, NBD, MBG/NBD and 4 others"."""
    if len(names) == 1:
        return names[0]
    more = len(names) - MOST_NAMED
    shown = [*names[:MOST_NAMED], f"{more}{_NBSP}others"] if more > 1 else names
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def titled(one: Entrant) -> str:
    """Return the entrant's title, and how its spend is told where that is not the usual."""
    days = "" if one.contender is None else IN_WORDS[one.contender.spend].removeprefix(", ")
    return f"{one.title} ({days})" if days else one.title


def windows(league: League) -> str:
    """Return how many windows of how many days were forecast: "2 windows of 90 days"."""
    number, window = len(league.origins.days), league.origins.window
    return f"{number} window{'s' if number != 1 else ''} of {window:,}{_NBSP}days"


def _percent(share: float, decimals: int = 0) -> str:
    return f"{share:.{decimals}%}".replace("%", f"{_NBSP}%")

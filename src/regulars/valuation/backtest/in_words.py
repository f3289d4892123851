"""What a back-test says to do, in two sentences: what is taken and by how much it was better, and what was close."""

from __future__ import annotations

from regulars.valuation.backtest.judgement import Judgement
from regulars.valuation.backtest.league import PLAIN, Entrant, League
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.spend_way import IN_WORDS

# A difference within two of its standard errors is called close.
CLOSE = 2.0


def verdict(league: League, judgement: Judgement | None) -> str:
    """Return what won, by how much, and what was close, in two sentences."""
    best = league.best
    if judgement is None or best is None:
        return "No model could be tried on the past."
    return f"{_won(league, judgement, best)} {_close(league, best)}"


def _won(league: League, judgement: Judgement, best: Entrant) -> str:
    taken, check = rule_in_words(judgement.rule), judgement.check
    skill = league.skill(best)
    over = windows(league)
    if len(judgement.rule.members) > 1 and check is not None:
        gain = f"{abs(check.gain):.1%} {'better' if check.gain > 0.0 else 'worse'}"
        return (
            f"{taken[0].upper()}{taken[1:]} scored best over {over}; with weights from the earlier alone it did {gain} "
            f"at the last than {titled(check.against)}, the best before."
        )
    against = "" if skill is None else f", its score {abs(skill):.0%} {_than(skill)} what all customers did before"
    return f"{taken} forecast best over {over}{against}."


def _than(skill: float) -> str:
    return "better than that of" if skill >= 0.0 else "worse than that of"


def _close(league: League, best: Entrant) -> str:
    rivals = [one for one in league.entrants if one is not best and one.trials]
    better = [one for one in rivals if one.kind == PLAIN and (league.skill(one) or 0.0) > (league.skill(best) or 0.0)]
    if better:
        return f"The best model loses to a plain rule: {better[0].title}."
    close = [titled(one) for one in rivals if _within(league, one, best)]
    if close:
        return f"Within chance of the best single model, {titled(best)}: {', '.join(close)}."
    return f"No other forecast came within chance of {titled(best)}."


def _within(league: League, one: Entrant, best: Entrant) -> bool:
    gap = league.behind(one, best)
    return gap is not None and gap[0] <= CLOSE * gap[1]


def rule_in_words(rule: Rule) -> str:
    """Return the members of a rule with their shares: "BG/NBD", "a blend of BG/NBD (60 %) and NBD (40 %)"."""
    days = IN_WORDS[rule.spend]
    parts = sorted(zip(rule.weights, rule.members, strict=True), key=lambda part: -part[0])
    if len(parts) == 1:
        return f"{parts[0][1].title}{days}"
    *first, last = (f"{member.title} ({weight:.0%})" for weight, member in parts)
    return f"a blend of {', '.join(first)} and {last}{days}"


def titled(one: Entrant) -> str:
    """Return the entrant's title, and how its spend is told where that is not the usual."""
    days = "" if one.contender is None else IN_WORDS[one.contender.spend]
    return f"{one.title}{days}"


def windows(league: League) -> str:
    """Return how many windows of how many days were forecast: "2 windows of 90 days"."""
    number, window = len(league.origins.days), league.origins.window
    return f"{number} window{'s' if number != 1 else ''} of {window:,} days"

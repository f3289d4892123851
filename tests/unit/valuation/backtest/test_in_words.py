"""The verdict in two sentences: who was taken and by how much, at most three names of who was close."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from artificial_backtest import backtest_of

from regulars.valuation.backtest.in_words import rule_in_words, verdict
from regulars.valuation.backtest.judgement import Check, Judgement
from regulars.valuation.backtest.league import MODEL, PLAIN, Entrant, League
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.tested import Tested as Account
from regulars.valuation.spend_way import ALL, REPEAT


@pytest.fixture(scope="module")
def found() -> Account:
    return backtest_of()


def plainly(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def beside(found: Account, names: int) -> League:
    """Return the league of the best alone and so many others that score a little worse, as much as better."""
    best = found.league.contenders[0]
    yardstick = next(one for one in found.league.entrants if one.name == "climatology")
    rng = np.random.default_rng(3)

    def worse(entrant: Entrant) -> Entrant:
        trials = [
            dataclasses.replace(
                trial,
                value=dataclasses.replace(trial.value, scores=trial.value.scores + rng.normal(0.0, 1.0, 600)),
            )
            for trial in entrant.trials
            if trial.value is not None
        ]
        return dataclasses.replace(entrant, trials=tuple(trials))

    others = [worse(dataclasses.replace(best, name=f"m{place}", title=f"M{place}")) for place in range(names)]
    return dataclasses.replace(found.league, entrants=(best, *others, yardstick))


@pytest.mark.parametrize(
    ("names", "said"),
    [(1, "M0."), (2, "M0 and M1."), (4, "M0, M1, M2 and M3."), (9, "M0, M1, M2 and 6 others.")],
)
def test_at_most_three_of_the_close_are_named(found: Account, names: int, said: str) -> None:
    text = plainly(verdict(beside(found, names), found.judgement))
    assert text.endswith(f"Within chance of the best single model, {found.league.contenders[0].title}: {said}")


def test_a_model_that_loses_to_a_plain_rule_says_so(found: Account) -> None:
    best, *_ = found.league.contenders
    yardstick = next(one for one in found.league.entrants if one.name == "climatology")
    plain = dataclasses.replace(best, name="luck", title="luck", kind=PLAIN)
    loser = dataclasses.replace(yardstick, name="loser", title="Loser", kind=MODEL)
    league = dataclasses.replace(found.league, entrants=(plain, loser, yardstick))
    assert verdict(league, found.judgement).endswith("The best model loses to a plain rule: luck.")


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (0.018, "it did 1.8 % better at the last than"),
        (-0.002, "0.2 % worse at"),
        (1e-5, "it did as well at the last as"),
    ],
)
def test_a_blend_is_told_with_its_shares_and_its_gain(found: Account, gain: float, said: str) -> None:
    one, two = found.league.contenders[:2]
    rule = Rule((one, two), (0.4, 0.6), ALL)
    text = plainly(verdict(found.league, Judgement(rule, Check(one, gain))))
    assert text.startswith(f"A blend of {two.title} (60 %) and {one.title} (40 %), spend on all days, scored best")
    assert said in text
    assert "%" not in text.replace(" %", "")


def test_one_model_is_told_with_its_skill(found: Account) -> None:
    best = found.league.contenders[0]
    text = plainly(verdict(found.league, Judgement(Rule((best,), (1.0,), REPEAT))))
    skill = found.league.skill(best)
    assert skill is not None
    assert f"{best.title} forecast best over 2 windows of 120 days, its score {skill:.0%}".replace("%", " %") in text
    assert rule_in_words(Rule((best,), (1.0,), ALL)) == f"{best.title}, spend on all days"

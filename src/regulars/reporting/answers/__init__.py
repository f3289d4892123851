"""Five questions of a board, one file each: the study in, one sentence with its figure out."""

from __future__ import annotations

from collections.abc import Callable

from regulars.reporting.answers.carriers import carriers
from regulars.reporting.answers.cost import cost
from regulars.reporting.answers.leaving import leaving
from regulars.reporting.answers.newer import newer
from regulars.reporting.answers.worth import worth
from regulars.reporting.document import Sentence
from regulars.reporting.study import Study

QUESTIONS: tuple[Callable[[Study], Sentence], ...] = (worth, carriers, newer, leaving, cost)

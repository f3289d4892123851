"""How many customers have probably left, and what would they bring if they had not?"""

from __future__ import annotations

from regulars.decisions.gone import Gone
from regulars.models.histories import Histories
from regulars.reporting import captions, formats
from regulars.reporting.document import KeyNumber, Sentence
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

QUESTION = "Who is at risk?"
NAME = "Probably gone"
# Below this many customers a whole number of them says too little.
FEW = 100
A_LONG_SILENCE = 1000.0


def leaving(study: Study) -> Sentence:
    """Return the expected number of customers gone, and the value at risk with them."""
    reason, customers = _why_unknown(study.valuation), study.valuation.totals.customers
    if reason:
        figure = KeyNumber(NAME, "unknown", f"of {formats.counted(customers, 'customer')}", None)
        return Sentence(QUESTION, f"Unknown: {reason}", figure, "customers")
    gone = study.gone
    who = formats.fixed(gone.customers, 0 if customers >= FEW else 1)
    of_all = f"{formats.share(gone.customers / customers)} of {formats.counted(customers, 'customer')}"
    figure = KeyNumber(NAME, f"{who}\N{NO-BREAK SPACE}customers", of_all, gone.customers)
    return Sentence(QUESTION, _said(study.valuation, gone), figure, "customers")


def _said(valuation: Valuation, gone: Gone) -> str:
    measure = Measure.of_future(valuation)
    share = formats.share(gone.customers / valuation.totals.customers)
    left = f"{share} of the customers have left for good, if the model is right; nobody can see which."
    if gone.value_at_risk <= 0.0:
        return f"{left}{_once(valuation)} Nothing more was expected of them."
    return (
        f"{left}{_once(valuation)} If all were still there, {captions.window(valuation.settings)} would bring "
        f"{measure.amount(gone.value_at_risk)} more than expected: this is the value at risk, "
        "not what a campaign could win back."
    )


def _once(valuation: Valuation) -> str:
    """Say so where the model cannot doubt a customer who bought once and has been silent ever since."""
    silent = Histories(frequency=0.0, recency=0.0, age=A_LONG_SILENCE, unit=valuation.fit.unit)
    if valuation.fit.probability_alive(silent)[0] < 1.0:
        return ""
    return f" Whoever bought once is taken to be still there by {valuation.transactions.title}."


def _why_unknown(valuation: Valuation) -> str:
    if not valuation.fit.model.has_dropout:
        return f"{valuation.transactions.title} takes it that nobody leaves."
    findings = valuation.transactions.certificate.findings
    if any(finding.check == "dropout" and finding.standing == "warning" for finding in findings):
        return "the record does not show that customers leave, so a number would be an assumption and no finding."
    return ""

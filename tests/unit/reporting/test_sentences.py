"""What stands above the report: the gravest things in few and plain words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from regulars.models.certificate import Certificate, Finding
from regulars.reporting.method.doubts import doubts
from regulars.reporting.sentences import alerts
from regulars.valuation.valuation import Valuation

Shops = dict[str, Callable[[], Valuation]]


def texts(valuation: Valuation) -> list[str]:
    return [alert.text for alert in alerts(valuation)]


def test_grave_doubts_stand_above_the_report_in_the_words_of_the_certificate(shops: Shops) -> None:
    shop = shops["five_customers"]()
    grave = [doubt.sentence for doubt in doubts(shop) if doubt.standing == "warning"]
    assert len(grave) == 2
    assert texts(shop)[:2] == grave


def test_what_is_said_in_plain_words_is_not_said_again_in_those_of_statistics(shops: Shops) -> None:
    said = texts(shops["five_customers"]())
    assert any("does not show that customers leave" in text for text in said)
    assert not any("Dropout is not identified" in text for text in said)


def test_one_alert_for_each_fit_however_many_its_warnings(shop: Valuation) -> None:
    warnings = tuple(Finding(f"check {number}", "warning", f"Trouble {number}.") for number in range(4))
    fit = dataclasses.replace(shop.transactions, certificate=Certificate(warnings))
    said = [text for text in texts(dataclasses.replace(shop, transactions=fit)) if text.startswith("Pareto/NBD")]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in said] == [
        "Pareto/NBD: Trouble 0. 3 more warnings below."
    ]


def test_a_mean_that_is_undefined_is_answered_below_not_announced(shops: Shops) -> None:
    shop = shops["undefined_mean"]()
    assert not any(shop.totals.reason in text for text in texts(shop))

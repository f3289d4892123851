from __future__ import annotations

import pytest

from regulars.contract.orders import ORDER_FIELDS, best_column, field_named, normalised
from regulars.contract.rules import RULES
from regulars.errors import UnknownName


def test_no_name_stands_for_two_fields() -> None:
    names = [name for field in ORDER_FIELDS for name in (normalised(field.name), *field.synonyms)]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_synonym_is_written_as_columns_are_compared() -> None:
    assert [name for field in ORDER_FIELDS for name in field.synonyms if name != normalised(name)] == []


def test_every_field_says_what_it_means_and_in_which_unit() -> None:
    assert [field.name for field in ORDER_FIELDS if not field.meaning or not field.unit] == []


def test_the_better_name_wins() -> None:
    assert best_column(field_named("customer_id"), ["Id", "Customer ID", "uid"]) == 1


def test_an_unknown_field_is_answered_with_the_known_ones() -> None:
    with pytest.raises(
        UnknownName, match=r"unknown field 'custommer_id' \(did you mean 'customer_id'\?\); known: amount"
    ):
        field_named("custommer_id")


def test_no_two_rules_share_a_name_and_each_has_a_sentence() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.name for rule in RULES if not rule.meaning.endswith(".")] == []

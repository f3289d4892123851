"""The fields that only learners read: each name leads to one field, and each has a column it is kept in."""

from __future__ import annotations

from regulars.contract.order_details import ATTRIBUTES, DETAIL_FIELDS, NUMBERS
from regulars.contract.orders import ORDER_FIELDS, normalised
from regulars.contract.tables import ORDER_DETAILS


def test_no_name_belongs_to_two_fields() -> None:
    fields = (*ORDER_FIELDS, *DETAIL_FIELDS)
    names = [name for field in fields for name in {normalised(field.name), *field.synonyms}]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_names_are_written_as_they_are_compared() -> None:
    assert [name for field in DETAIL_FIELDS for name in field.synonyms if name != normalised(name)] == []
    assert not any(field.required for field in DETAIL_FIELDS)


def test_every_attribute_has_its_column() -> None:
    types = {column.name: column.type for column in ORDER_DETAILS.columns}
    assert {one.name: types[one.name] for one in ATTRIBUTES} == {
        one.name: "DOUBLE" if one.name in NUMBERS else "VARCHAR" for one in ATTRIBUTES
    }

"""The columns of a listing: one declaration, for mypy and for the schema."""

from enum import StrEnum

from normalize import vocabulary
from normalize.columns import COLUMNS, NAMES, PLACE_FIELDS, Listing, PayColumns, nulls


def test_every_key_of_a_listing_is_a_column_in_the_same_order():
    assert tuple(Listing.__annotations__) == NAMES
    assert len(set(NAMES)) == len(NAMES)


def test_a_column_has_a_unit_or_values_and_never_both():
    for column in COLUMNS:
        assert column.unit is None or not column.values, column.name
        assert (column.type == "float") <= (column.unit is not None), column.name


def test_values_are_those_of_an_enumeration():
    enumerations = {tuple(words) for words in vars(vocabulary).values() if words in StrEnum.__subclasses__()}
    assert {column.values for column in COLUMNS if column.values} <= enumerations


def test_a_type_is_named_as_the_schema_names_it():
    types = {column.name: column.type for column in COLUMNS}
    assert {name: types[name] for name in ("kind", "pay_min", "start_date", "closed_at", "skills", "locations")} == {
        "kind": "string",
        "pay_min": "float",
        "start_date": "date",
        "closed_at": "instant",
        "skills": "list<string>",
        "locations": "list<place>",
    }
    assert PLACE_FIELDS == ("text", "city", "region", "country")


def test_a_part_of_a_listing_can_be_all_nulls():
    assert nulls(PayColumns) == dict.fromkeys(name for name in NAMES if name in PayColumns.__annotations__)

"""A posting's fields: text or None, whatever a spider hands over."""

import pytest

from normalize.posting import FIELDS, REQUIRED, MalformedField, RawPosting, without_placeholders

TEXTS = (*REQUIRED, "apply_url", "hiring_organization", "description", "department", "language")
RECORDS = [name for name in FIELDS if name not in TEXTS]
SHAPES = [
    (7, "7"),
    (7.5, "7.5"),
    (True, "true"),
    ([], "[]"),
    (["Zürich", None], '["Zürich", null]'),
    ({"min": 20}, '{"min": 20}'),
]


@pytest.mark.parametrize("name", RECORDS)
def test_a_value_of_any_shape_becomes_text(name):
    for value, text in SHAPES:
        assert getattr(RawPosting(**{name: value}), name) == text
        posting = RawPosting()
        setattr(posting, name, value)
        assert getattr(posting, name) == text


@pytest.mark.parametrize("name", TEXTS)
def test_a_field_that_can_only_be_text_takes_numbers_and_no_records(name):
    assert getattr(RawPosting(**{name: 7}), name) == "7"
    for value in (True, [], ["x"], {"a": 1}, float("nan"), b"x"):
        with pytest.raises(MalformedField, match=f"malformed {name}"):
            RawPosting(**{name: value})
        posting = RawPosting()
        with pytest.raises(MalformedField, match=f"malformed {name}"):
            setattr(posting, name, value)
        assert not getattr(posting, name)


def test_a_required_field_is_never_none():
    posting = RawPosting(**dict.fromkeys(REQUIRED))
    assert [getattr(posting, name) for name in REQUIRED] == [""] * len(REQUIRED)
    assert posting.to_dict() == {}


def test_an_id_is_a_whole_number_where_the_board_writes_a_fraction():
    assert RawPosting(posting_id=7.0).posting_id == "7"
    assert RawPosting(title=7.0).title == "7.0"


def test_a_json_object_may_hold_any_shape_in_any_field():
    for value, text in SHAPES:
        posting = RawPosting.from_dict(dict.fromkeys(FIELDS, value))
        assert set(posting.to_dict().values()) == {text}
    assert RawPosting.from_dict(dict.fromkeys(FIELDS)) == RawPosting()


@pytest.mark.parametrize("words", ["null", "0", " none ", "n/a", "-"])
def test_a_placeholder_is_an_id_for_the_reader_and_none_for_the_crawl(words):
    posting = RawPosting(posting_id=words, title="Intern")
    assert posting.posting_id == words
    assert without_placeholders(posting).missing() == ["source", "board", "posting_id", "url"]

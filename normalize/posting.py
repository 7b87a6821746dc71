"""A vacancy as one board shows it, in the board's own words."""

from __future__ import annotations

import hashlib
import json
import math
import re
from operator import attrgetter
from typing import Any

import attrs

REQUIRED = ("source", "board", "posting_id", "url", "title")
_PLACEHOLDER = re.compile(r"null|undefined|nan|\[object object\]", re.IGNORECASE)
_NO_ID = re.compile(rf"{_PLACEHOLDER.pattern}|none|nil|0|-|n/a", re.IGNORECASE)
_ENTITY = re.compile(r"(?:&amp;|&)[A-Za-z_][\w.-]*;")


class MalformedField(ValueError):
    """A text field of a posting was given a record, a list or a flag.

    >>> str(MalformedField("title"))
    'malformed title'
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"malformed {name}")
        self.name = name


def _json_text(value: Any) -> str | None:
    """Return a text as it is, and a number, flag, list or record as its JSON text."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _number_text(value: Any) -> Any:
    """Return a number as text; leave every other value to `_is_text`."""
    return value if value is None or isinstance(value, str) or not is_number(value) else json.dumps(value)


def _required_text(value: Any) -> Any:
    return "" if value is None else _number_text(value)


def _id_text(value: Any) -> Any:
    """Return an id as text; some boards write 7.0 for 7."""
    return _required_text(int(value) if isinstance(value, float) and value.is_integer() else value)


def _is_text(posting: RawPosting, field: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and not isinstance(value, str):
        raise MalformedField(field.name)


@attrs.define
class RawPosting:
    """One vacancy in its board's own words, copied and not computed.

    Every value is a string in the board's own words; ``None`` means that the board does not state it. A spider sets
    what it read: a number becomes text, and a record (a ``salaryRange``, a list of places) becomes its JSON text. The
    crawl adds ``source``, ``board`` and ``fetched_at``. `odd` names the parts of the board's record that could not be
    read; a field that is None because of them states nothing.

    Attributes:
        source: the kind of board: "greenhouse".
        board: the board, as the registry names it: "stripe".
        posting_id: the board's own identifier, unique within the board.
        url: the posting's page for people.
        description: HTML or text, as the board shows it.
        valid_through: the last day to apply.
        remote: the board's word or flag for the workplace.
        education: the degrees or levels of study that it asks for.
        work_permit: what the board says of visas and permits to work.
        fetched_at: ISO 8601 with a time zone; the day that "3 days ago" counts from.

    Raises:
        MalformedField: a field that can only be text, such as the title, was given a record, a list or a flag.

    >>> RawPosting(posting_id=7, title="Intern", location=["Lyon", "Paris"]).location
    '["Lyon", "Paris"]'
    >>> RawPosting(title=["Intern"])
    Traceback (most recent call last):
    normalize.posting.MalformedField: malformed title
    """

    source: str = attrs.field(default="", converter=_required_text, validator=_is_text)
    board: str = attrs.field(default="", converter=_required_text, validator=_is_text)
    posting_id: str = attrs.field(default="", converter=_id_text, validator=_is_text)
    url: str = attrs.field(default="", converter=_required_text, validator=_is_text)
    title: str = attrs.field(default="", converter=_required_text, validator=_is_text)
    apply_url: str | None = attrs.field(default=None, converter=_number_text, validator=_is_text)
    hiring_organization: str | None = attrs.field(default=None, converter=_number_text, validator=_is_text)
    description: str | None = attrs.field(default=None, converter=_number_text, validator=_is_text)
    location: str | None = attrs.field(default=None, converter=_json_text)
    date_posted: str | None = attrs.field(default=None, converter=_json_text)
    valid_through: str | None = attrs.field(default=None, converter=_json_text)
    start: str | None = attrs.field(default=None, converter=_json_text)
    duration: str | None = attrs.field(default=None, converter=_json_text)
    pay: str | None = attrs.field(default=None, converter=_json_text)
    remote: str | None = attrs.field(default=None, converter=_json_text)
    employment_type: str | None = attrs.field(default=None, converter=_json_text)
    department: str | None = attrs.field(default=None, converter=_number_text, validator=_is_text)
    skills: str | None = attrs.field(default=None, converter=_json_text)
    education: str | None = attrs.field(default=None, converter=_json_text)
    work_permit: str | None = attrs.field(default=None, converter=_json_text)
    language: str | None = attrs.field(default=None, converter=_number_text, validator=_is_text)
    fetched_at: str | None = attrs.field(default=None, converter=_json_text)
    odd: tuple[str, ...] = attrs.field(default=(), repr=False, eq=False)

    def missing(self) -> list[str]:
        """Return the required fields that are empty.

        >>> RawPosting(source="lever", board="acme", posting_id="7", url="u").missing()
        ['title']
        """
        return [name for name in REQUIRED if not getattr(self, name)]

    def to_dict(self) -> dict[str, str]:
        """Return the fields that are stated, in the order of declaration.

        >>> RawPosting(title="Intern", pay="unpaid").to_dict()
        {'title': 'Intern', 'pay': 'unpaid'}
        """
        return {name: value for name, value in zip(FIELDS, _VALUES(self), strict=True) if value}

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> RawPosting:
        """Return the posting that a JSON object describes; any field may be missing.

        A value that is not text becomes its JSON text, in fields that can only be text too: whoever wrote the object
        meant it.

        Raises:
            ValueError: the record is not a mapping, or names a field that a posting does not have.

        >>> RawPosting.from_dict({"title": "Intern", "pay": {"min": 20, "unit": "hour"}}).pay
        '{"min": 20, "unit": "hour"}'
        """
        if not isinstance(record, dict):
            raise ValueError(f"a posting is a JSON object, not {type(record).__name__}")
        unknown = record.keys() - _FIELD_SET
        if unknown:
            raise ValueError(f"unknown field {', '.join(sorted(unknown))}; a posting has {', '.join(FIELDS)}")
        texts: dict[str, Any] = {name: _json_text(value) for name, value in record.items()}
        return cls(**texts)


def readable_id(value: Any) -> str | None:
    """Return an id as text; None where the value is not an id.

    >>> [readable_id(value) for value in (7, 7.0, " r-7 ", "", None, True, ["7"], "null", 0)]
    ['7', '7', 'r-7', None, None, None, None, None, None]
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = str(value).strip() if isinstance(value, str) or is_number(value) else ""
    return words if words and not _NO_ID.fullmatch(words) else None


def is_no_word(text: str | None) -> bool:
    """Tell whether a text is a placeholder that a program writes for a missing value: "null", an unknown entity.

    >>> is_no_word("undefined"), is_no_word("&title;"), is_no_word("Null hypothesis intern")
    (True, True, False)
    """
    words = (text or "").strip()
    return _PLACEHOLDER.fullmatch(words) is not None or _ENTITY.fullmatch(words) is not None


def without_placeholders(posting: RawPosting) -> RawPosting:
    """Empty the id and the title of a posting where they are placeholders such as "null"; return the posting.

    >>> without_placeholders(RawPosting(posting_id=" 7 ", title="undefined")).to_dict()
    {'posting_id': '7'}
    """
    posting.posting_id = readable_id(posting.posting_id) or ""
    if is_no_word(posting.title):
        posting.title = ""
    return posting


def is_number(value: Any) -> bool:
    """Tell whether a value of JSON is a number.

    >>> [is_number(value) for value in (7, 7.5, True, float("nan"), "7")]
    [True, True, False, False, False]
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


FIELDS = tuple(field.name for field in attrs.fields(RawPosting) if field.name != "odd")
_FIELD_SET = frozenset(FIELDS)
_VALUES = attrgetter(*FIELDS)


def listing_id(source: str, board: str, posting_id: str) -> str:
    """Return the stable identifier of a posting: 24 hex digits of the SHA-256 of its raw keys.

    Twenty-four digits keep one identifier, with a suffix for its place, within the 40 characters
    that feed consumers allow.

    >>> listing_id("greenhouse", "stripe", "8026689")
    '177ed80302e1640b12306d88'
    """
    return hashlib.sha256(f"{source}\0{board}\0{posting_id}".encode("utf-8", "surrogatepass")).hexdigest()[:24]

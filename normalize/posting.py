"""A vacancy as one board shows it, in the board's own words."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from operator import attrgetter
from typing import Any

REQUIRED = ("source", "board", "posting_id", "url", "title")
_NO_WORD = re.compile(r"null|undefined|nan|\[object object\]", re.IGNORECASE)
_NO_ID = re.compile(rf"{_NO_WORD.pattern}|none|nil|0|-|n/a", re.IGNORECASE)
_ENTITY = re.compile(r"(?:&amp;|&)[A-Za-z_][\w.-]*;")
_TEXTS = frozenset({"apply_url", "hiring_organization", "description", "department", "language", *REQUIRED})


class MalformedField(ValueError):
    """A field that is text holds something else.

    >>> str(MalformedField("title"))
    'malformed title'
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"malformed {name}")
        self.name = name


@dataclasses.dataclass(slots=True)
class RawPosting:
    """What a board says about one vacancy, copied and not computed.

    Every value is a string in the board's own words, or the board's own record as JSON text
    where it states one (a ``salaryRange``, a list of places). ``None`` means the board does not
    say. A spider sets what it read, records and numbers too, which `in_words` turns into their JSON
    text; the crawl adds ``source``, ``board`` and ``fetched_at``. `odd` names the parts of the board's record that
    could not be read: what is None because of them says nothing.

    >>> RawPosting(posting_id="7", url="https://example.org/7", title="Intern").pay is None
    True
    """

    source: str = ""  # the kind of board: "greenhouse"
    board: str = ""  # the place, as the registry names it: "stripe"
    posting_id: str = ""  # the board's own identifier, unique within the board
    url: str = ""  # the posting's page for people
    title: str = ""
    apply_url: Any = None
    hiring_organization: Any = None
    description: Any = None  # HTML or text, as shown
    location: Any = None  # words, or a JSON array or record where the board states one
    date_posted: Any = None
    valid_through: Any = None  # the deadline
    start: Any = None
    duration: Any = None
    pay: Any = None
    remote: Any = None  # the board's word or flag for the workplace
    employment_type: Any = None
    department: Any = None
    skills: Any = None
    language: Any = None
    fetched_at: Any = None  # ISO 8601 with zone; "today" for relative dates
    odd: tuple[str, ...] = dataclasses.field(default=(), repr=False, compare=False)

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

    def in_words(self) -> RawPosting:
        """Turn every value that is not text into its JSON text, in place, and return the posting.

        An id that is none, see `readable_id`, and a title such as "undefined" become empty.

        Raises:
            MalformedField: a field that is text holds something else, such as a title that is a record.

        >>> RawPosting(posting_id=7, location=["Lyon", "Paris"]).in_words().location
        '["Lyon", "Paris"]'
        >>> RawPosting(title=["Intern"]).in_words()
        Traceback (most recent call last):
        normalize.posting.MalformedField: malformed title
        """
        for name in FIELDS:
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                if name in _TEXTS and not is_number(value):
                    raise MalformedField(name)
                setattr(self, name, (readable_id(value) or "") if name == "posting_id" else _words(value))
        self.posting_id = readable_id(self.posting_id) or ""
        if is_no_word(self.title):
            self.title = ""
        return self

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> RawPosting:
        """Return the posting that a mapping describes; any field may be missing.

        A value that is not text becomes its JSON text, as boards' own records do.

        Raises:
            ValueError: the record is no mapping, or names a field that a posting does not have.

        >>> RawPosting.from_dict({"title": "Intern", "pay": {"min": 20, "unit": "hour"}}).pay
        '{"min": 20, "unit": "hour"}'
        """
        if not isinstance(record, dict):
            raise ValueError(f"a posting is a JSON object, not {type(record).__name__}")
        unknown = record.keys() - _FIELD_SET
        if unknown:
            raise ValueError(f"unknown field {', '.join(sorted(unknown))}; a posting has {', '.join(FIELDS)}")
        values: dict[str, Any] = {name: _words(value) for name, value in record.items() if value is not None}
        return cls(**values)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def readable_id(value: Any) -> str | None:
    """Return an id as text, None where a value is none.

    >>> [readable_id(value) for value in (7, 7.0, " r-7 ", "", None, True, ["7"], "null", 0)]
    ['7', '7', 'r-7', None, None, None, None, None, None]
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = str(value).strip() if isinstance(value, str) or is_number(value) else ""
    return words if words and not _NO_ID.fullmatch(words) else None


def is_no_word(text: str | None) -> bool:
    """Tell whether a text is what a program writes where it has none: "null", or the name of an unknown entity.

    >>> is_no_word("undefined"), is_no_word("&title;"), is_no_word("Null hypothesis intern")
    (True, True, False)
    """
    said = (text or "").strip()
    return _NO_WORD.fullmatch(said) is not None or _ENTITY.fullmatch(said) is not None


def is_number(value: Any) -> bool:
    """Tell whether a value of JSON is a number.

    >>> [is_number(value) for value in (7, 7.5, True, float("nan"), "7")]
    [True, True, False, False, False]
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


FIELDS = tuple(field.name for field in dataclasses.fields(RawPosting) if field.name != "odd")
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

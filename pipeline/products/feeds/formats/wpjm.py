"""wpjm.csv: a table for WP All Import, with the field names and terms of WP Job Manager.

Its salary is free text, and its units are five periods. Pay by another period, such as a fixed fee, names the period in
words and has no unit.
"""

from __future__ import annotations

from collections.abc import Callable

from normalize.vocabulary import Kind, RemoteStatus
from pipeline.products.feeds.formats.base import Format, Header
from pipeline.products.feeds.formats.entry import Entry
from pipeline.products.feeds.formats.jobposting import PERIODS
from pipeline.products.feeds.formats.salary import amount_by_period
from pipeline.products.feeds.formats.values import number

_FORMULA = frozenset("=+-@\t\r")
_CATEGORIES: dict[str, str] = {Kind.MICRO_INTERNSHIP: "Micro-internship", Kind.INTERNSHIP: "Internship"}

COLUMNS: tuple[tuple[str, Callable[[Entry], str | None]], ...] = (
    ("listing_id", lambda entry: entry.listing_id),
    ("post_title", lambda entry: entry.title),
    ("post_content", lambda entry: entry.html),
    ("post_date", lambda entry: entry.date_posted),
    ("_job_location", lambda entry: entry.regions),
    ("_application", lambda entry: entry.apply_url or entry.url),
    ("_company_name", lambda entry: entry.hiring_organization),
    ("_job_expires", lambda entry: entry.valid_through),
    ("_remote_position", lambda entry: "1" if entry.remote_status == RemoteStatus.REMOTE else "0"),
    ("_filled", lambda entry: "0"),
    ("_featured", lambda entry: "0"),
    ("_job_salary", lambda entry: _salary(entry)),
    ("_job_salary_currency", lambda entry: entry.pay_currency if _salary(entry) else None),
    (
        "_job_salary_unit",
        lambda entry: entry.pay_period.upper() if entry.pay_period in PERIODS and _salary(entry) else None,
    ),
    ("job_listing_type", lambda entry: "Internship"),
    ("job_listing_category", lambda entry: _CATEGORIES[entry.kind]),
    ("url", lambda entry: entry.url),
    ("duration", lambda entry: entry.duration_text),
    ("pay_text", lambda entry: entry.pay_words),
    ("attribution", lambda entry: entry.attribution),
)


def cell(value: str | None) -> bytes:
    """Return a value as a CSV cell that spreadsheets do not take for a formula.

    >>> cell('=HYPERLINK("x")'), cell("plain, words")
    (b'"\\'=HYPERLINK(""x"")"', b'"plain, words"')
    """
    if not value:
        return b""
    if value[0] in _FORMULA or value.lstrip()[:1] in _FORMULA:
        value = f"'{value}"
    return b'"%b"' % value.encode().replace(b'"', b'""')


def _salary(entry: Entry) -> str | None:
    if entry.pay_period not in PERIODS:
        return amount_by_period(entry)
    bounds = [number(bound) for bound in (entry.pay_min, entry.pay_max) if bound is not None]
    return "-".join(dict.fromkeys(filter(None, bounds)))


def _head(header: Header) -> bytes:
    return f"{','.join(name for name, _ in COLUMNS)}\r\n".encode()


def _entry(entry: Entry) -> bytes:
    return b",".join([cell(value(entry)) for _, value in COLUMNS]) + b"\r\n"


WPJM = Format("wpjm", ".csv", _head, _entry, lambda header: b"")

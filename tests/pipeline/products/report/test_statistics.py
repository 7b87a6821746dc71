"""The figures of a snapshot, from tables of a few rows."""

import pyarrow as pa
import pytest

from pipeline.lifecycle.state import BoardState
from pipeline.products.report import statistics as figures
from pipeline.store.schema import LISTINGS


def table(*rows):
    names = figures.COLUMNS
    usual = dict.fromkeys(names) | {"source": "lever", "country": "FR", "remote_status": "remote", "status": "open"}
    return pa.Table.from_pylist(
        [usual | row for row in rows], schema=pa.schema([LISTINGS.field(name) for name in names])
    )


def found(title, *rows):
    return [measure for measure in figures.measures(table(*rows)) if measure.title == title]


HOURLY = {"pay_currency": "USD", "pay_period": "hour", "pay_min": 20.0, "pay_hourly_min": 20.0}
FIXED = {"pay_currency": "USD", "pay_period": "total", "pay_min": 600.0}
WEEKLY = [  # a listing, and its pay a week where that follows exactly
    ({"pay_currency": "USD", "pay_period": "week", "pay_min": 500.0}, 500),
    (HOURLY | {"hours_per_week_min": 30.0, "hours_per_week_max": 30.0}, 600),
    (HOURLY | {"hours_per_week_min": 20.0, "hours_per_week_max": 30.0}, None),
    (HOURLY, None),
    (FIXED | {"duration_unit": "week", "duration_weeks_min": 4.0, "duration_weeks_max": 4.0}, 150),
    (FIXED | {"duration_unit": "week", "duration_weeks_min": 4.0, "duration_weeks_max": 6.0}, None),
    (FIXED | {"duration_unit": "month", "duration_weeks_min": 4.348, "duration_weeks_max": 4.348}, None),
    ({"pay_currency": "USD", "pay_period": "month", "pay_min": 2000.0}, None),
    ({"pay_status": "unpaid"}, None),
]


@pytest.mark.parametrize(("row", "weekly"), WEEKLY)
def test_pay_a_week_is_stated_or_follows_exactly(row, weekly):
    measures = found("Pay a week", *[row] * figures.LEAST)
    assert [measure.groups["source"][0].quantiles[2] for measure in measures] == ([weekly] if weekly else [])


def test_pay_is_never_compared_across_currencies():
    euros = HOURLY | {"pay_currency": "EUR", "pay_hourly_min": 14.0}
    measures = found("Pay an hour", *[HOURLY] * 4, *[euros] * 3, HOURLY | {"pay_currency": "GBP"})
    assert [(measure.unit, measure.groups["source"][0].listings) for measure in measures] == [
        ("USD an hour", 4),
        ("EUR an hour", 3),
    ]


def test_too_few_values_make_no_spread():
    (measure,) = figures.measures(table({"duration_weeks_min": 4.0}, {"duration_weeks_min": 6.0}))
    assert measure.groups == {"source": [], "country": []}


def test_listings_that_do_not_state_the_country_are_a_separate_group():
    rows = table(*[{"country": None, "duration_weeks_min": 4.0}] * 3, {"remote_status": "hybrid"})
    assert figures.measures(rows)[0].groups["country"][0].name == "not stated"
    assert figures.remote(rows, "country") == [("not stated", {"remote": 3}), ("FR", {"hybrid": 1})]


def test_coverage_is_weighted_by_the_open_listings_of_each_board():
    def board(source, listings, **shares):
        return BoardState(source, "acme", listings_open=listings, coverage=shares or None)

    boards = [board("lever", 3, pay_min=1.0), board("lever", 1, pay_min=0.0), board("jsonld", 9, url=0.5)]
    assert figures.coverage([*boards, board("lever", 0, pay_min=0.0), board("lever", None)]) == [
        figures.Coverage("jsonld", 9, {"pay_min": None, "url": 0.5}),
        figures.Coverage("lever", 4, {"pay_min": 0.75, "url": None}),
    ]

"""Days: what a date is, which day it is, and what happens on it."""

import time
from datetime import date

import pytest

from normalize.schedule.dates import parse_date
from normalize.schedule.deadline import parse_deadline
from normalize.schedule.period import parse_period
from normalize.schedule.posted import parse_posted
from normalize.text.scanner import scan

TODAY = date(2026, 11, 23)
NOTHING = scan("")

NO_DATE = [
    "", "may", "a", "to", "N/A", "PT", "10 weeks", "6 Months", "1-3 months", "20 hrs", "8 weeks, 10 hrs/week",
    "Do you have a car", "Q1 2027", "31 Nov 2026", "2026-02-30", "29 February 2027", "00/00/2026", "June 2027", "12",
    "3 out of 10", "2 set tables", "4 ago",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_DATE)
def test_what_is_no_day_gives_none(text):
    assert parse_date(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("05/06/2027", True, date(2027, 6, 5)),
        ("05/06/2027", False, date(2027, 5, 6)),
        ("13/06/2027", False, date(2027, 6, 13)),
        ("06/13/2027", True, date(2027, 6, 13)),
        ("5.6.2027", None, date(2027, 6, 5)),
        ("15 out 2027", None, date(2027, 10, 15)),
        ("3. Jänner 2027", None, date(2027, 1, 3)),
    ],
)
def test_the_order_of_day_and_month_is_what_the_country_writes(text, day_first, day):
    assert parse_date(text, TODAY, day_first) == day


def test_a_posting_is_of_the_past_and_a_deadline_of_the_future():
    assert parse_posted("12 December", TODAY).day == date(2025, 12, 12)
    assert parse_deadline("12 January", NOTHING, TODAY).day == date(2027, 1, 12)


def test_relative_days_are_marked_since_they_move_with_the_crawl():
    assert parse_posted("3 days ago", TODAY).relative
    assert not parse_posted("2026-11-20", TODAY).relative


def test_the_deadline_field_outranks_the_text_and_an_empty_word_in_it_does_not():
    text = scan("Apply by 5 December 2026.")
    assert parse_deadline("2026-12-24", text, TODAY).basis == "field"
    assert parse_deadline("open", text, TODAY).basis == "description"


def test_numeric_days_follow_the_order_that_the_text_itself_shows():
    text = scan("Posted 11/16/2026. Application deadline: 02/03/2027.")
    assert parse_deadline(None, text, TODAY, day_first=True).day == date(2027, 2, 3)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("From 3 to 28 May 2027", date(2027, 5, 3), date(2027, 5, 28)),
        ("Dates: 1 December 2026 - 5 February", date(2026, 12, 1), date(2027, 2, 5)),
        ("Dates: November 2 - January 29", date(2026, 11, 2), date(2027, 1, 29)),
        ("Summer internship from May through August", date(2027, 5, 1), date(2027, 8, 31)),
        ("Internship: November 2026 to January 2027", date(2026, 11, 1), date(2027, 1, 31)),
    ],
)
def test_years_that_are_left_out_are_those_that_make_a_period(text, start, end):
    assert parse_period(None, NOTHING, scan(text), TODAY)[:2] == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "The fair takes place June 3-5, 2027.",
        "Six weeks between May 1 and September 30, 2027.",
        "Applications are open from January 4 to February 26, 2027.",
        "Review of applications begins February 15, 2027.",
    ],
)
def test_days_of_other_things_are_no_period(text):
    assert parse_period(None, NOTHING, scan(text), TODAY) is None


@pytest.mark.parametrize(
    "piece", ["june 3 - ", "1 to ", "1/1/1", "start ", "may ", "- ", "1. ", "deadline ", "summer 20", "3 june until "]
)
def test_hostile_text_is_answered_in_a_second(piece):
    words = piece * (500_000 // len(piece))
    parse_date("3 June 2027", TODAY)
    text = scan(words)
    begun = time.process_time()
    parse_period(words, text, text, TODAY)
    parse_deadline(words, text, TODAY)
    parse_posted(words, TODAY)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Mon Nov 23 10:00:00 UTC 2026", date(2026, 11, 23)),
        ("Sun Nov 22 10:00:00 UTC 2026", date(2026, 11, 22)),
        ("22 November 2026 10:00 +0000", date(2026, 11, 22)),
        ("1 December 2359 hrs", date(2026, 12, 1)),
        ("1 May 1800 EUR", date(2027, 5, 1)),
        ("2002-01-01", date(2002, 1, 1)),
        ("2001-12-31", None),
        ("2036-11-01", date(2036, 11, 1)),
        ("2037-01-01", None),
    ],
)
def test_a_year_may_stand_behind_the_time_and_is_one_that_a_posting_can_state(text, day):
    assert parse_date(text, TODAY) == day


@pytest.mark.parametrize("text", ["999 years ago", "2099-12-31", "2028-01-01"])
def test_no_posting_is_older_than_boards_or_of_the_year_after_next(text):
    assert parse_posted(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "start", "latest"),
    [
        ("You can start between 1 June and 15 July 2027.", date(2027, 6, 1), date(2027, 7, 15)),
        ("Start between May and September 2027.", date(2027, 5, 1), date(2027, 9, 30)),
        ("Prise de poste au plus tard le 1er septembre 2027.", None, date(2027, 9, 1)),
        ("Earliest start: 1 March 2027, latest start: 1 May 2027.", date(2027, 3, 1), date(2027, 5, 1)),
        ("Starts 7 June 2027.", date(2027, 6, 7), None),
    ],
)
def test_days_between_which_one_may_start_are_no_period(text, start, latest):
    period = parse_period(None, NOTHING, scan(text), TODAY)
    assert (period.start, period.latest, period.end, period.weeks) == (start, latest, None, None)


def test_a_day_without_a_year_comes_after_a_deadline_that_is_over():
    text = scan("We hire three fellows from June 2nd to August 8th. Apply by March 7, 2025.")
    deadline = parse_deadline(None, text, TODAY)
    period = parse_period(None, NOTHING, text, TODAY, deadline=deadline.day)
    assert (period.start, period.end) == (date(2025, 6, 2), date(2025, 8, 8))


@pytest.mark.parametrize(
    "text", ["Legislature period: 2024-09-01 to 2029-08-31.", "The zebra month: 1 May - 31 May 2027"]
)
def test_a_label_that_nobody_knows_is_no_label_of_the_job(text):
    assert parse_period(None, NOTHING, scan(text), TODAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("First deadline: 1 December 2026. Second deadline: 20 January 2027.", date(2027, 1, 20)),
        ("Bewerbungsfrist: 20.12.2026 (statt 01.12.2026)", date(2026, 12, 20)),
        ("Visa application deadline: 1 December 2026.", None),
        ("Priority will be given to applications received by 5 December 2026.", None),
    ],
)
def test_of_several_deadlines_the_last_that_is_the_jobs_counts(text, day):
    deadline = parse_deadline(None, scan(text), TODAY)
    assert (deadline and deadline.day) == day


@pytest.mark.parametrize("text", ["Updated 2 days ago", "Aktualisiert vor 3 Tagen", "Last seen: 20 Nov 2026"])
def test_an_update_is_not_the_day_of_posting(text):
    assert parse_posted(text, TODAY) is None


def test_a_day_that_is_written_in_words_too_shows_the_order_of_numbers():
    text = scan("Close date\n03/09/2027\nApplications must be submitted no later than March 9, 2027.")
    assert parse_deadline(None, text, TODAY, day_first=True).day == date(2027, 3, 9)

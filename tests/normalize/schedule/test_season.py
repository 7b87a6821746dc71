"""The term of a posting: the year that is joined to it, and the day after which a job is over."""

from datetime import date

import pytest

from normalize import RawPosting, normalize

TODAY = date(2026, 11, 23)


def read(**fields):
    return normalize(RawPosting(source="simplify", **fields), TODAY)


YEARS = [  # title, the board's word for the term, board, day of posting, season
    ("Intern", "Summer", "kelp/Summer2025-Internships", None, "summer 2025"),
    ("Intern", "Summer", "kelp/Summer-2025-Internships", None, "summer 2025"),
    ("Intern", "Summer 2026", "kelp/Summer2025-Internships", None, "summer 2026"),
    ("Summer Intern", None, "kelp/Summer2027-Internships", None, "summer 2027"),
    ("Intern", "Fall", "kelp/Summer2025-Internships", "2025-03-01", "fall 2025"),
    ("Intern", "Fall", "kelp/Summer2025-Internships", None, None),
    ("Intern", None, "kelp/Summer2025-Internships", "2025-03-01", None),
    ("Summer Analyst", None, "kelppost", "2026-11-02", "summer 2027"),
    ("Summer Internship, Tides", None, "kelppost", "2026-02-02", "summer 2026"),
    ("Tide Intern (Summer)", None, "kelppost", "2026-02-02", "summer 2026"),
    ("Winter Intern", None, "kelppost", "2026-10-02", "winter 2026"),
    ("Winter Intern", None, "kelppost", "2026-01-12", None),
    ("Spring Intern", None, "kelppost", "2026-10-02", "spring 2027"),
    ("Spring Intern", None, "kelppost", "2026-02-02", None),
    ("Summer Intern", None, "kelppost", "2026-07-02", None),
    ("Summer Intern", None, "kelppost", None, None),
    ("Spring Boot Intern", None, "kelppost", "2026-10-02", None),
    ("Intern, Summerville", None, "kelppost", "2026-10-02", None),
    ("Stage été", None, "kelppost", "2026-02-02", "summer 2026"),
]


@pytest.mark.parametrize(("title", "start", "board", "posted", "season"), YEARS)
def test_a_season_without_a_year_is_dated_by_the_board_or_the_day_of_posting(title, start, board, posted, season):
    assert read(title=title, start=start, board=board, date_posted=posted)["season"] == season


DAYS = [  # title, the board's word for the term, text, the day after which it is over
    ("Summer Intern 2025", None, "", date(2025, 9, 30)),
    ("Intern", "Summer 2026, Fall 2026", "", date(2026, 12, 31)),
    ("Winter 2026 Intern", None, "", date(2027, 3, 31)),
    ("Intern, Spring 2027", None, "", date(2027, 6, 30)),
    ("Intern", None, "The internship runs from June 3 to August 9, 2027.", date(2027, 8, 9)),
    ("Summer Intern 2027", None, "The internship runs from June 3 to August 9, 2027.", date(2027, 8, 9)),
    ("Intern", "2027-06-01", "The internship lasts 8 weeks.", date(2027, 7, 27)),
    ("Intern", "2027-06-01", "", None),
    ("Intern", None, "Start between 1 and 15 June.", date(2027, 6, 15)),
    ("Intern", None, "The internship lasts 8 weeks.", None),
]


@pytest.mark.parametrize(("title", "start", "text", "day"), DAYS)
def test_a_job_is_over_after_the_last_day_that_is_stated(title, start, text, day):
    assert read(title=title, start=start, description=text)["over_after"] == day

"""Rows of the dataset, written by hand for tests."""

from datetime import UTC, date, datetime, timedelta

from normalize.columns import NAMES

RUN = "20261123T120000Z-0a1b"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def listing(number: int, **values):
    """Return a row of the dataset: a plain open internship, unless the values change it."""
    row = dict.fromkeys(NAMES) | {
        "listing_id": f"{number:024x}",
        "canonical_id": f"{number:024x}",
        "source": "greenhouse",
        "board": "kelppost",
        "posting_id": str(number),
        "url": f"https://kelppost.example/jobs/{number}",
        "title": f"Intern number {number}",
        "hiring_organization": "Kelp Post",
        "description_text": "A plain description.",
        "language": "en",
        "kind": "internship",
        "kind_reasons": ["called an internship"],
        "time_commitment": "unknown",
        "scope": "unknown",
        "skills": [],
        "warnings": [],
        "pay_status": "unknown",
        "remote_status": "unknown",
        "applicant_location_requirements": [],
        "locations": [],
        "first_seen": NOW,
        "last_seen": NOW,
        "updated_at": NOW,
        "date_posted": date(2026, 11, 1) - timedelta(days=number),
        "status": "open",
        "redistribution": "feed",
        "run_id": RUN,
        "normalizer_version": "1",
        "content_hash": f"{number:x}",
    }
    return row | values


def place(text, country, region=None):
    """Return a place of work in the form of the dataset; the city is the text before the first comma."""
    return {"text": text, "city": text.split(",")[0], "region": region, "country": country}

"""Employers: one row for each employer across boards, with its openings and the shares of them that state each fact.

Two spellings are one employer if they differ only in capitals, accents, punctuation and the legal form at their end.
Similar names are never merged: "Acme Labs" and "Acme Lab" are two employers.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import pyarrow as pa

from pipeline.products.openings import Openings

_WORDS = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")  # between the letters of "S.A." and "B.V."


@cache
def _forms() -> tuple[frozenset[str], frozenset[str]]:
    lists = tomllib.loads(Path(__file__).with_name("legal_forms.toml").read_text("utf-8"))
    return frozenset(lists["forms"]), frozenset(lists["between"])


def normalized_name(name: str) -> str:
    """Return an employer's name without what its spellings differ in: case, accents, punctuation, legal forms.

    >>> [normalized_name(name) for name in ("Café Müller GmbH & Co. KG", "CAFE MULLER", "Acme S.A.", "Inc.")]
    ['cafe muller', 'cafe muller', 'acme', 'inc']
    """
    plain = unicodedata.normalize("NFKD", _DOTTED.sub("", name).replace("&", " and ").casefold())
    words = _WORDS.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    forms, between = _forms()
    end = len(words)
    while end > 1 and (
        words[end - 1] in forms or (words[end - 1] in between and (end < len(words) or words[end - 2] in forms))
    ):
        end -= 1
    return " ".join(words[:end])


def employers(openings: Openings) -> pa.Table:
    """Return the table of employers, in order of their normalized names."""
    base = openings.connection
    names = [name for (name,) in base.execute("select distinct hiring_organization from opening").fetchall() if name]
    base.register(
        "names", pa.table({"name": pa.array(names, pa.string()), "employer": [normalized_name(name) for name in names]})
    )
    return base.sql(_EMPLOYERS).to_arrow_table()


# A listing is a re-posting if a listing of the same employer with the same title closed before a run first saw it.
_EMPLOYERS = """
with named as (
    select opening.*, names.employer, lower(trim(title)) as role
    from opening join names on hiring_organization = names.name where names.employer <> ''
), spelling as (
    select employer, hiring_organization as name from named group by employer, hiring_organization
    qualify row_number() over (partition by employer order by count(*) desc, hiring_organization) = 1
), paid as (
    select employer, pay_currency, median(pay_hourly) as middle, count(*) as listings
    from named where pay_hourly is not null and pay_currency is not null group by employer, pay_currency
    qualify row_number() over (partition by employer order by count(*) desc, pay_currency) = 1
), earlier as (
    select employer, role, min(closed_at) as first_closed from named group by all
), warned as (
    select employer, list_sort(list(distinct warning)) as warnings
    from (select employer, unnest(warnings) as warning from named where is_open) group by all
), figures as (
    select employer,
        list_sort(list(distinct hiring_organization)) as aliases,
        list_sort(list(distinct board_name)) as boards,
        min(named.first_seen) as first_seen,
        max(last_seen) as last_seen,
        count(*) filter (is_open) as listings_open,
        count(*) filter (is_open and kind = 'micro_internship') as micro_internships_open,
        count(*) as listings_ever,
        count(*) filter (kind = 'micro_internship') as micro_internships_ever,
        avg((pay_status <> 'unknown')::int) as share_pay_stated,
        avg((duration_weeks is not null)::int) as share_duration_stated,
        avg((remote_status <> 'unknown')::int) as share_workplace_stated,
        avg((pay_status = 'paid')::int) filter (pay_status <> 'unknown') as share_paid,
        avg((remote_status = 'remote')::int) filter (remote_status <> 'unknown') as share_remote,
        median(duration_weeks) as duration_weeks_median,
        avg(coalesce(named.first_seen > earlier.first_closed, false)::int) as share_reposted
    from named join earlier using (employer, role) group by employer
)
select employer, spelling.name, figures.* exclude (employer), paid.pay_currency as pay_hourly_currency,
    paid.middle as pay_hourly_median, paid.listings as pay_hourly_listings,
    coalesce(warned.warnings, []::varchar[]) as warnings
from figures join spelling using (employer) left join paid using (employer) left join warned using (employer)
order by employer
"""

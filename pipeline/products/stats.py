"""Stats: a small table for charts, so that a chart needs no scan of the listings.

Openings are counted in the month in which a run first saw them. Each row is one group of openings: `grouped_by` names
the columns that make the group, and the other columns of `STATS_GROUPS` are null. Medians cannot be added up, so there
are rows for each month, for each month by each single column, and for each month by all columns together.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline.products.openings import Openings
from pipeline.store.schema import STATS_GROUPS


def stats(openings: Openings) -> pa.Table:
    """Return the table of figures, in order of its groups."""
    names = ", ".join(STATS_GROUPS)
    parts = {
        "groups": names,
        "grouped_by": " || ".join(
            ["'month'", *(f"case grouping({name}) when 0 then ' {name}' else '' end" for name in STATS_GROUPS)]
        ),
        "same_group_hourly": _same_group("hourly"),
        "same_group_monthly": _same_group("monthly"),
        "sets": _sets(),
        "sets_by_currency": _sets("pay_currency"),
    }
    return openings.connection.sql(_QUERY.format(**parts)).to_arrow_table()


def _same_group(table: str) -> str:
    columns = ("grouped_by", "month", *STATS_GROUPS)
    return " and ".join(f"figures.{name} is not distinct from {table}.{name}" for name in columns)


def _sets(*more: str) -> str:
    """Return the grouping sets: the month alone, with each column, and with all of them."""
    groups = [(), *((name,) for name in STATS_GROUPS), STATS_GROUPS]
    return ", ".join(f"({', '.join(('month', *names, *more))})" for names in groups)


# Pay is comparable only within a currency and a period, so a group states that of its most frequent currency.
_PAY = """
    select {{grouped_by}} as grouped_by, month, {{groups}}, pay_currency, median({name}) as middle, count(*) as listings
    from dated where {name} is not null and pay_currency is not null
    group by grouping sets ({{sets_by_currency}})
    qualify row_number() over (
        partition by grouped_by, month, {{groups}} order by listings desc, pay_currency
    ) = 1
"""
_QUERY = f"""
with dated as (
    select *, strftime(first_seen, '%Y-%m') as month,
        case pay_period when 'month' then coalesce(pay_min, pay_max) end as pay_monthly,
        date_diff('second', first_seen, closed_at) / 86400.0 as days_open
    from opening
), hourly as ({_PAY.format(name="pay_hourly")}), monthly as ({_PAY.format(name="pay_monthly")}), figures as (
    select {{grouped_by}} as grouped_by, month, {{groups}},
        count(*) as openings,
        avg((duration_weeks is not null)::int) as share_duration_stated,
        avg((pay_status <> 'unknown')::int) as share_pay_stated,
        avg((remote_status <> 'unknown')::int) as share_workplace_stated,
        avg((pay_status = 'paid')::int) filter (pay_status <> 'unknown') as share_paid,
        avg((remote_status = 'remote')::int) filter (remote_status <> 'unknown') as share_remote,
        median(duration_weeks) as duration_weeks_median,
        count(duration_weeks) as duration_weeks_listings,
        count(*) filter (not is_open and closed_at is not null) as closed,
        median(days_open) filter (not is_open) as days_open_median
    from dated group by grouping sets ({{sets}})
)
select figures.*,
    hourly.pay_currency as pay_hourly_currency, hourly.middle as pay_hourly_median,
    hourly.listings as pay_hourly_listings,
    monthly.pay_currency as pay_monthly_currency, monthly.middle as pay_monthly_median,
    monthly.listings as pay_monthly_listings
from figures
left join hourly on {{same_group_hourly}}
left join monthly on {{same_group_monthly}}
order by all
"""

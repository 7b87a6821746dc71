"""`internfeed plan`: the boards that the next run would take, and what they cost."""

from __future__ import annotations

import argparse
import datetime
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from crawlers.boards.sources import host_of, spiders
from crawlers.contract.board import Board, BoardKey
from crawlers.contract.clock import microseconds
from pipeline.cli.arguments import DONE, INTERRUPTED, USAGE, add_budget, add_data, whole_number
from pipeline.cli.ledger import Ledger, read_ledger
from pipeline.cli.streams import print_json
from pipeline.lifecycle.ledger import Phase
from pipeline.lifecycle.night import Budget, Night, plan_night, summary
from pipeline.lifecycle.simulation import WORLD, NightReport, simulate
from pipeline.run.today import parse_today

EXAMPLE = "internfeed plan --minutes 60"
STATUSES = {**DONE, **USAGE, **INTERRUPTED}
_BUSIEST = 10
_HEADS = (
    "night", "due", "read", "postponed", "resting", "dead", "requests", "busiest host", "minutes", "internships",
    "known", "days since confirmed: median, 90 %",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    add_budget(parser)
    parser.add_argument(
        "--today",
        type=parse_today,
        metavar="YYYY-MM-DD[THH:MM]",
        help="plan as if it were this time, UTC (default: now)",
    )
    parser.add_argument(
        "--simulate", type=whole_number, metavar="NIGHTS", help="play so many nights with made-up boards instead"
    )
    parser.add_argument(
        "--boards",
        type=whole_number,
        default=40_000,
        metavar="N",
        help="the number of boards in a simulation (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")


def run(options: argparse.Namespace) -> int:
    """Print the plan of a night, or of simulated nights; return the exit status.

    Raises:
        UsageError: a registry cannot be read.
    """
    budget = Budget(options.minutes, options.requests)
    ledger = read_ledger(options.data)
    if options.simulate:
        _simulate(ledger, options, budget)
        return 0
    now = microseconds(options.today or datetime.datetime.now(datetime.UTC))
    night = plan_night(ledger.entries, ledger.host_of, now, budget)
    if options.json:
        for entry in night.chosen:
            print_json({**entry.key._asdict(), "phase": entry.phase, "requests": entry.requests})
        return 0
    _print_night(night, budget)
    return 0


def _print_night(night: Night, budget: Budget) -> None:
    console = Console()
    phases = Table("boards", "taken", "postponed", "not due", title="The next run")
    taken, postponed = (Counter(entry.phase for entry in entries) for entries in (night.chosen, night.postponed))
    for phase in sorted({*taken, *postponed, *night.asleep}):
        phases.add_row(phase, *(f"{counts[phase]:,}" for counts in (taken, postponed, night.asleep)))
    console.print(phases)
    hosts = Table("host", "requests", "minutes", title="The hosts with the most requests")
    for host, requests in night.requests.most_common(_BUSIEST):
        hosts.add_row(host, f"{requests:,}", f"{requests * budget.delay / 60:.1f}")
    console.print(hosts)
    print(summary(night, budget))


def _simulate(ledger: Ledger, options: argparse.Namespace, budget: Budget) -> None:
    keys, hosts = _made_up(ledger, options.boards)
    reports = []
    table = Table(*_HEADS, title=f"{options.simulate} nights of {len(keys):,} made-up boards")
    for report in simulate(keys, hosts.__getitem__, options.simulate, budget):
        reports.append(report)
        if options.json:
            print_json(report._asdict() | {"asleep": {str(phase): count for phase, count in report.asleep.items()}})
        table.add_row(*_cells(report))
    if options.json:
        return
    Console(width=190).print(table)
    print(_summary(reports))


def _cells(report: NightReport) -> Sequence[str]:
    host, most = report.busiest
    median, most_old = report.ages
    return (
        *(f"{count:,}" for count in (report.night, report.due, report.read, report.postponed)),
        *(f"{report.asleep[phase]:,}" for phase in (Phase.RESTING, Phase.DEAD)),
        f"{report.requests:,}",
        f"{host}: {most:,}",
        f"{report.minutes:.0f}",
        f"{report.internships:,}",
        f"{report.known:.1%}",
        f"{median:.1f}, {most_old:.1f}",
    )


def _summary(reports: Sequence[NightReport]) -> str:
    if not reports:
        return "no night was played"
    last = reports[-7:]
    known = sum(report.known for report in last) / len(last)
    median = max(report.ages[0] for report in last)
    oldest = max(report.ages[1] for report in last)
    busiest = max(reports, key=lambda report: report.busiest[1]).busiest
    return (
        f"In the last {len(last)} nights, {known:.1%} of the open internships were known; half of those were confirmed "
        f"at most {median:.1f} days before, nine in ten at most {oldest:.1f} days before.\n"
        f"No host received more than {busiest[1]:,} requests in a night ({busiest[0]}).\n"
        f"Assumed: {WORLD.with_internships:.0%} of the boards have internships, {WORLD.mean_internships:g} on average, "
        f"open for {WORLD.days_open:g} days; {WORLD.failing:.0%} give no answer on a night."
    )


def _made_up(ledger: Ledger, count: int) -> tuple[list[BoardKey], dict[BoardKey, str]]:
    """Return made-up boards of the known sources with tenants, as frequent as in the ledger, and the host of each."""
    shares = Counter(key.source for key in ledger.boards if "{board}" in _first_url(key.source))
    keys: list[BoardKey] = []
    total = shares.total()
    for source, share in sorted(shares.items()):
        keys += [BoardKey(source, f"made-up-{number}") for number in range(round(count * share / total))]
    return keys, {key: host_of(Board(*key)) for key in keys}


def _first_url(source: str) -> str:
    return spiders()[source].first_url if source in spiders() else ""

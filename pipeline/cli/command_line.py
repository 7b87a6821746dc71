"""The command line: the only place where crawlers and pipeline meet."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import gc
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from crawlers.contract.board import Board
from crawlers.contract.errors import InternfeedError, Interrupted
from pipeline.cli import boards, drill, feeds, score, serve
from pipeline.cli.console import OUT, Reporter, fail, flush_streams, prepare_streams, print_json
from pipeline.demo import days as demo
from pipeline.engine.pool import without_pandas
from pipeline.products.catalogue import BESIDE
from pipeline.run import cycle as runs
from pipeline.store import snapshot

EXIT_STATUS = """\
exit status: 0 every board ended well; 3 published, but some board failed or a guard held closings;
2 nothing published; 4 another run holds the data; 1 usage or internal error; 130, 143 interrupted"""


# Commands of their own module: HELP, EXAMPLE, add_arguments(parser) and run(options) -> exit status.
_MODULES = {"feeds": feeds, "score": score, "serve": serve}
_PUBLISHING = ("demo", "run", "normalize", "rebuild")


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, as every other error does."""

    def error(self, message: str) -> NoReturn:
        raise runs.Usage(f"{message}; see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = _Parser(
        prog="internfeed",
        description="Short-term internships from public job boards as clean Parquet datasets and feeds.",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, help: str, example: str, data: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=help,
            description=help[0].upper() + help[1:] + ".",
            epilog=f"example: {example}\n\n{EXIT_STATUS}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if data:
            made.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the data folder (./data)")
        return made

    made = command("demo", demo.HELP, demo.EXAMPLE, data=False)
    demo.add_arguments(made)
    made.set_defaults(function=_demo)

    made = command("run", "crawl, normalize, merge, check, publish", "internfeed run --sources greenhouse,lever")
    made.add_argument("--sources", metavar="A,B", help="only boards of these sources")
    made.add_argument("--boards", metavar="S/B,...", help="only these boards, as source/board")
    made.add_argument("--record", type=Path, metavar="DIR", help="keep every response in a folder")
    made.add_argument("--replay", type=Path, metavar="DIR", help="crawl from such a folder, without a network")
    made.add_argument("--resume", action="store_true", help="continue the run that was interrupted, or fail")
    made.add_argument(
        "--unconfirmed-days",
        type=_count,
        default=30,
        metavar="N",
        help="close what no complete answer confirmed for so long (30)",
    )
    made.add_argument(
        "--feed-days", type=_count, default=14, metavar="N", help="after so long such listings leave the feeds (14)"
    )
    made.add_argument(
        "--page-days", type=_count, default=7, metavar="N", help="read a posting's own page again after so long (7)"
    )
    made.add_argument("--keep-snapshots", type=_count, default=2, metavar="N", help="snapshots to keep at least (2)")
    made.add_argument("--keep-hours", type=_count, default=48, metavar="N", help="and every one younger than this (48)")
    made.add_argument("--keep-raw-days", type=_count, default=90, metavar="N", help="raw runs, in days (90)")
    made.add_argument("--keep-history-months", type=_count, metavar="N", help="history, in months (all)")
    _publishes(made)
    made.set_defaults(function=_run)

    made = command("normalize", "re-read stored raw runs with today's extractors", "internfeed normalize --data data")
    _publishes(made)
    made.set_defaults(function=_normalize)

    made = command(
        "extract",
        "postings as JSON lines on stdin, listings as JSON lines on stdout; or one text as an argument",
        'internfeed extract "Paid 10-week internship, $25 per hour, fully remote"',
        data=False,
    )
    made.add_argument("text", nargs="?", help="the text of one posting")
    made.add_argument(
        "--today", metavar="DAY", help="the day for relative dates of postings that do not say when they were read"
    )
    made.set_defaults(function=_extract)

    made = command("boards", boards.HELP, boards.EXAMPLE, data=False)
    boards.add_arguments(made)
    made.set_defaults(function=_boards)

    made = command("drill", drill.HELP, drill.EXAMPLE, data=False)
    drill.add_arguments(made)
    made.set_defaults(function=_drill)

    made = command("rebuild", "the newest snapshot from raw runs and history alone", "internfeed rebuild --data data")
    made.set_defaults(function=_rebuild)

    made = command("show", "what the dataset holds, as tables in the terminal", "internfeed show boards --ill")
    made.add_argument(
        "what", nargs="?", choices=["listings", "boards"], default="listings", help="listings (default) or boards"
    )
    made.add_argument("--ill", action="store_true", help="only boards that somebody should look at")
    made.add_argument("--limit", type=_count, default=20, metavar="N", help="listings to print (20)")
    made.set_defaults(function=_show)

    made = command(
        "verify", "is the published snapshot whole: manifest, checksums, schema, feeds", "internfeed verify --data data"
    )
    made.set_defaults(function=_verify)

    for name, module in _MODULES.items():
        made = command(name, module.HELP, module.EXAMPLE, data=False)
        module.add_arguments(made)
        made.set_defaults(function=module.run)
    return top


def _publishes(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--scope", choices=["internships", "all"], default="internships", help="all: every kind of job, never in feeds"
    )
    made.add_argument("--today", metavar="YYYY-MM-DD[THH:MM]", help="the run's only clock, UTC, noon if only a day")
    made.add_argument("--force", action="store_true", help="publish even if a check fails; the manifest says so")
    made.add_argument("--json", action="store_true", help="print the manifest's summary as JSON")


def _count(text: str) -> int:
    """Read a number of things or days from the command line."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    A command goes on where nobody reads its output any more; only ``extract``, which does nothing but write, ends.
    """
    if argv is None:  # the process is the command's own
        without_pandas()
        gc.set_threshold(50_000, 20, 20)  # else a tenth of a short command's time goes into looking for no garbage
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else ""
    prepare_streams(streaming=command == "extract")
    try:
        status = _main(arguments)
    finally:
        lost = _flush()
    if lost and command not in _PUBLISHING:
        fail(f"output could not be written: {lost}")
        return status or 1
    return status


def _flush() -> str:
    with contextlib.suppress(OSError):  # a streaming command's last lines
        return flush_streams()
    return flush_streams()


def _main(arguments: list[str]) -> int:
    try:
        made = parser()
        if not arguments:
            made.print_help()
            return 1
        options = made.parse_args(arguments)
        if (data := getattr(options, "data", None)) and data.exists() and not data.is_dir():
            raise runs.Usage(f"--data {data} is no folder")
        status: int = options.function(options)
        return status
    except (InternfeedError, Interrupted) as error:
        fail(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        fail("interrupted")
        return 130
    except BrokenPipeError:  # the reader of a streaming command had enough
        return 0
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
        if arguments[0] in _PUBLISHING:
            fail(f"nothing published: {what}")
            return 2
        fail(what)
        return 1


def _chosen(options: argparse.Namespace, replay: Path | None) -> tuple[list[Board], bool]:
    """Return the boards to crawl and whether they are all there are."""
    from crawlers.boards.sources import spiders
    from crawlers.contract import registry

    if replay is not None:
        files = [replay / "boards.csv"]
        if not files[0].is_file():
            raise runs.Usage(
                f"--replay {replay}: no boards.csv there; a recorded folder has boards.csv and index.jsonl"
            )
    else:
        files = [registry.shipped()]
        own = options.data / "boards.csv"
        if own.is_file():
            files.append(own)
    try:
        known = registry.load_boards(*files)
    except ValueError as error:
        raise runs.Usage(str(error)) from error
    boards = known
    if options.sources is not None:
        sources = set(options.sources.split(","))
        readable = spiders().keys() | {board.source for board in known}
        if unknown := sources - readable:
            raise runs.Usage(f"unknown source {', '.join(sorted(unknown))}; there are {', '.join(sorted(readable))}")
        boards = [board for board in boards if board.source in sources]
    if getattr(options, "boards", None) is not None:
        names = set(options.boards.split(","))
        if unknown := names - {str(board.key) for board in known}:
            raise runs.Usage(f"unknown board {', '.join(sorted(unknown))}; internfeed boards list shows source/board")
        boards = [board for board in boards if str(board.key) in names]
    return boards, replay is None and len(boards) == len(known)


def _crawler(progress: Callable[[runs.Event], None]) -> Callable[[runs.Options], runs.Crawl]:
    """Return what makes the crawl of a run's options."""

    def crawler(options: runs.Options) -> runs.Crawl:
        def crawl(boards: Sequence[Board], run_dir: Path, now: datetime.datetime, known: runs.Known) -> None:
            from crawlers import settings
            from crawlers.contract.plan import CrawlPlan
            from crawlers.crawl import crawl as crawl_boards

            if options.replay is None and not settings.CONTACT:
                text = "boards cannot reach you: set INTERNFEED_CONTACT to a page or an address, for the User-Agent"
                progress({"stage": "note", "text": text})
            ended = _ended(progress)

            def told(event: runs.Event) -> None:
                runs.remember_signals()  # by now the crawl has its own handlers
                ended(event)

            plan = CrawlPlan(
                boards=list(boards),
                run_dir=run_dir,
                now=now,
                scope_all=options.scope == "all",
                replay=options.replay,
                record=options.record,
                validators=known.validators,
                pages=known.pages,
                page_days=options.page_days,
                progress=told,
            )
            try:
                crawl_boards(plan)
            except ValueError as error:  # what is to be replayed is no recording
                raise runs.Usage(str(error)) from error

        return crawl

    return crawler


def _ended(progress: Callable[[runs.Event], None]) -> Callable[[runs.Event], None]:
    """Return what tells of every board that ended."""

    def told(event: runs.Event) -> None:
        if event.get("verdict"):
            progress({"stage": "board"} | event)

    return told


def _run(options: argparse.Namespace) -> int:
    from crawlers.politeness.proxies import check_proxies

    if options.replay is None:
        try:
            check_proxies()
        except ValueError as error:
            raise runs.Usage(str(error)) from error
    with Reporter(quiet=options.json) as reporter:
        common = _common(options, reporter)
        boards, everything = _chosen(options, options.replay)
        asked = runs.Options(
            data=options.data,
            boards=boards,
            everything=everything,
            resume=options.resume,
            replay=options.replay,
            record=options.record,
            unconfirmed_days=options.unconfirmed_days,
            feed_days=options.feed_days,
            page_days=options.page_days,
            retention=snapshot.Retention(
                options.keep_snapshots, options.keep_hours, options.keep_raw_days, options.keep_history_months
            ),
            **common,
        )
        published = runs.run(asked, _crawler(reporter)(asked))
    return _tell(published, options)


def _demo(options: argparse.Namespace) -> int:
    with Reporter() as reporter:
        return demo.run(options, _crawler(reporter), reporter, BESIDE)


def _common(options: argparse.Namespace, reporter: Reporter) -> dict[str, Any]:
    return {
        "scope": options.scope,
        "today": runs.parse_today(options.today) if options.today else None,
        "force": options.force,
        "progress": reporter,
        "extras": BESIDE,
    }


def _normalize(options: argparse.Namespace) -> int:
    _need_snapshot(options.data)
    with Reporter(quiet=options.json) as reporter:
        published = runs.normalize(runs.Options(data=options.data, **_common(options, reporter)))
    return _tell(published, options)


def _tell(published: Any, options: argparse.Namespace) -> int:
    """Print how a run ended: the summary as JSON, or a few lines for people."""
    manifest = {name: value for name, value in published.manifest.items() if name != "files"}
    if options.json:
        print_json(manifest)
        return int(published.status)
    if published.path is None:
        ill = manifest.get("ill", [])  # each was named when it ended; here is the sum, with an example
        for verdict, count in Counter(board["verdict"] for board in ill).most_common():
            first = next(board for board in ill if board["verdict"] == verdict)
            fail(f"{count} boards {verdict}: {first['source']}/{first['board']}: {first['error'] or 'no reason given'}")
        failed = [check for check in manifest.get("checks", []) if not check["ok"]]
        for check in failed:
            fail(f"check failed: {check['name']}: {check['detail']}")
        fail(f"{manifest['result']}; what was published before is as it was")
        return int(published.status)
    listings = manifest["listings"]
    counts = ", ".join(
        f"{listings[name]} {name}" for name in ("opened", "changed", "renormalized", "closed", "reopened")
    )
    OUT.print(f"published {manifest['run_id']}: {listings['open']} open listings; {counts}", markup=False)
    OUT.print(
        "boards: " + ", ".join(f"{count} {verdict}" for verdict, count in manifest["verdicts"].items()), markup=False
    )
    if (pages := manifest["pages"])["requests"]:
        OUT.print(f"postings' own pages: {pages['requests']} requests, {pages['seconds']:.1f} s", markup=False)
    if listings["held"]:
        OUT.print(f"held: {listings['held']} closings wait for the next complete run", markup=False)
    OUT.print(f"look: {options.data / 'latest' / 'listings'}", markup=False)
    return int(published.status)


def _need_snapshot(data: Path) -> Path:
    """Return the newest snapshot of a data folder.

    Raises:
        Usage: there is none.
    """
    latest = snapshot.DataFolder(data).latest()
    if latest is None:
        raise runs.Usage(f"{data} holds no snapshot; internfeed run --data {data} makes one")
    return latest


def _extract(options: argparse.Namespace) -> int:
    from normalize.posting import RawPosting
    from pipeline.extract import extract, extract_lines, to_json

    today = runs.parse_today(options.today).date() if options.today else datetime.datetime.now(datetime.UTC).date()
    if options.text is not None:
        sys.stdout.buffer.write(to_json(extract(RawPosting(description=options.text), today)))
        return 0
    return 1 if extract_lines(sys.stdin.buffer, sys.stdout.buffer, today) else 0


def _boards(options: argparse.Namespace) -> int:
    from crawlers import crawl
    from crawlers.boards import import_list as slugs
    from crawlers.boards import probe as fetch
    from crawlers.contract import registry
    from crawlers.politeness import proxies

    own = options.data / "boards.csv"

    def check(chosen: Sequence[Board]) -> list[dict[str, Any]]:
        proxies.check_proxies()
        with Reporter() as reporter:
            reporter({"stage": "crawl", "boards": len(chosen)})
            return crawl.check(list(chosen), _ended(reporter.advance))

    try:
        tools = boards.Tools(
            chosen=lambda: _chosen(options, None)[0],
            shipped=lambda: registry.load_boards(registry.shipped()),
            own=lambda: registry.load_boards(own) if own.is_file() else [],
            save=lambda added: registry.save_boards(own, added),
            find=fetch.find,
            probe=fetch.probe,
            read_list=slugs.read_list,
            check=check,
        )
        return boards.run(options, tools)
    except ValueError as error:
        raise runs.Usage(str(error)) from error


def _drill(options: argparse.Namespace) -> int:
    from crawlers import crawl
    from crawlers.contract import registry
    from crawlers.replay.faults import FAULTS
    from crawlers.replay.server import Drill

    def check(chosen: Sequence[Any], origin: str) -> list[dict[str, Any]]:
        return crawl.check(list(chosen), stand_in=origin)

    return drill.run(options, drill.Tools(FAULTS, Drill, registry.save_boards, check))


def _rebuild(options: argparse.Namespace) -> int:
    path = runs.rebuild(options.data, BESIDE)
    OUT.print(f"rebuilt {path.name}", markup=False)
    return 0


def _show(options: argparse.Namespace) -> int:
    from pipeline.cli.show import show_boards, show_listings

    path = _need_snapshot(options.data)
    if options.what == "boards" or options.ill:
        show_boards(path, options.ill)
    else:
        show_listings(path, options.limit)
    return 0


def _verify(options: argparse.Namespace) -> int:
    path = _need_snapshot(options.data)
    problems = snapshot.verify(path)
    for problem in problems:
        fail(f"{path.name}: {problem}")
    if problems:
        return 1
    files = snapshot.read_manifest(path)["files"]
    OUT.print(f"{path.name} is whole: {len(files)} files, every checksum, every schema", markup=False)
    return 0

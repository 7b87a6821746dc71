"""The command line: the list of commands, the parser, and the errors that end a command."""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, NoReturn

from crawlers import __version__
from crawlers.contract.errors import InternfeedError, Interrupted, UsageError
from pipeline.cli.nearest import did_you_mean
from pipeline.cli.streams import fail, flush_streams, prepare_streams
from pipeline.engine.imports import block_pandas


class Command(NamedTuple):
    """One command.

    Attributes:
        module: the module with its EXAMPLE, its exit STATUSES, `add_arguments(parser)` and `run(options)`.
        help: what it does, as an imperative.
    """

    module: str
    help: str


COMMANDS = {
    "demo": Command("pipeline.cli.demo", "Run the whole cycle on recorded boards, without a network"),
    "run": Command("pipeline.cli.run", "Crawl boards and publish a snapshot"),
    "normalize": Command("pipeline.cli.normalize", "Read the stored postings again with the current extractors"),
    "extract": Command("pipeline.cli.extract", "Read one text, or postings as JSON lines, into listings as JSON lines"),
    "explain": Command(
        "pipeline.cli.explain", "Print why each value of a posting was read: the words and their weights"
    ),
    "boards": Command(
        "pipeline.cli.boards", "List, add, probe, check, import or discover boards, or print their ledger"
    ),
    "plan": Command("pipeline.cli.plan", "Print which boards the next run would take, and what they cost"),
    "drill": Command("pipeline.cli.drill", "Serve boards with faults on this machine, to practise on"),
    "rebuild": Command("pipeline.cli.rebuild", "Rebuild the newest snapshot from raw runs and history"),
    "show": Command("pipeline.cli.show", "Print the dataset as tables"),
    "verify": Command("pipeline.cli.verify", "Check the published snapshot: manifest, checksums, schema and feeds"),
    "feeds": Command("pipeline.cli.feeds", "Rebuild the feeds, or write a filtered feed to another folder"),
    "export": Command("pipeline.cli.export", "Write the newest snapshot as CSV, Excel, SQLite or DuckDB"),
    "score": Command("pipeline.cli.score", "Measure precision and recall of each field on labelled postings"),
    "serve": Command("pipeline.cli.serve", "Serve the feeds and a page to browse listings, on this machine"),
}
_PUBLISHING = ("demo", "run", "normalize", "rebuild")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors have the format of all other errors, and that takes no abbreviated option."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}{self._nearest(message)}; run `{self.prog} --help` for usage")

    def _nearest(self, message: str) -> str:
        """Return what a misspelled command or option may have been, as the end of the message."""
        if match := re.search(r"invalid choice: '([^']+)' \(choose from (.+)\)", message):
            return did_you_mean(match[1], re.findall(r"[\w-]+", match[2]))
        if match := re.search(r"unrecognized arguments: (--[\w-]+)", message):
            return did_you_mean(match[1], self._option_names())
        return ""

    def _option_names(self) -> Iterator[str]:
        """Yield the names of the options of this parser and of those below it."""
        yield from self._option_string_actions
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for parser in action.choices.values():
                    yield from parser._option_names()


def parser(chosen: str = "") -> argparse.ArgumentParser:
    """Return the parser of the command line; only the chosen command's module is imported."""
    top = _Parser(
        prog="internfeed",
        description="Short-term internships from public job boards as clean Parquet datasets and feeds.",
        epilog="`internfeed COMMAND --help` prints a command's options, an example and its exit statuses.",
    )
    top.add_argument("--version", action="version", version=f"internfeed {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser, required=True)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(
            name,
            help=command.help,
            description=f"{command.help}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == chosen:
            module = importlib.import_module(command.module)
            subparser.epilog = epilog(module.EXAMPLE, module.STATUSES)
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)
    return top


def epilog(example: str, statuses: dict[int, str]) -> str:
    """Return the end of a command's help.

    >>> print(epilog("internfeed verify", {0: "the snapshot is intact"}))
    example: internfeed verify
    <BLANKLINE>
    exit statuses:
      0    the snapshot is intact
    """
    lines = (f"  {status:<3}  {meaning}" for status, meaning in sorted(statuses.items()))
    return "\n".join([f"example: {example}", "", "exit statuses:", *lines])


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    A command continues when its output has no reader. Only `extract` ends then, because writing is all that it does.
    """
    if argv is None:  # the process runs this command only
        block_pandas()
        gc.set_threshold(50_000, 20, 20)  # otherwise a short command spends a tenth of its time on garbage collection
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = next((argument for argument in arguments if not argument.startswith("-")), "")
    prepare_streams(streaming=command == "extract")
    try:
        status = _run(command, arguments)
    finally:
        lost = _flush()
    if lost and command not in _PUBLISHING:
        fail(f"the output could not be written: {lost}")
        return status or 1
    return status


def _flush() -> str:
    with contextlib.suppress(OSError):  # a streaming command raises it for its last lines
        return flush_streams()
    return flush_streams()


def _run(command: str, arguments: list[str]) -> int:
    try:
        top = parser(command)
        if not arguments:
            top.print_help()
            return 1
        options = top.parse_args(arguments)
        _check_data(options)
        status: int = options.run(options)
        return status
    except (InternfeedError, Interrupted) as error:
        fail(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        fail("interrupted")
        return 130
    except BrokenPipeError:  # the reader of a streaming command stopped
        return 0
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
        if command in _PUBLISHING:
            fail(f"nothing published: {problem}")
            return 2
        fail(problem)
        return 1


def _check_data(options: Any) -> None:
    data = getattr(options, "data", None)
    if data and data.exists() and not data.is_dir():
        raise UsageError(f"--data {data} is not a folder; name a folder")

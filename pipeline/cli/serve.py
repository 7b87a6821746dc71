"""`internfeed serve`: the published feeds, the listings as JSON, and a page to browse them."""

from __future__ import annotations

import argparse

import uvicorn

from crawlers.contract.errors import UsageError
from pipeline.cli.arguments import INTERRUPTED, add_data
from pipeline.cli.latest import latest_snapshot
from pipeline.products.serve.app import make_app
from pipeline.products.serve.store import Latest

EXAMPLE = "internfeed serve --data data/demo"
STATUSES = {0: "stopped", 1: "the address is in use, usage error, or an internal error", **INTERRUPTED}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_data(parser)
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="listen on this address (default: %(default)s, which only this machine can reach)",
    )
    parser.add_argument(
        "--port", type=int, default=8000, metavar="N", help="listen on this port (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; return the exit status.

    Raises:
        UsageError: there is no snapshot, or the port is out of range.
    """
    if not 0 <= options.port <= 65535:
        raise UsageError(f"--port {options.port} is out of range; choose a port from 0 to 65535")
    latest_snapshot(options.data)
    latest = Latest(options.data)
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Serving {options.data} at http://{host}:{options.port}/; stop with Ctrl-C", flush=True)
    try:
        uvicorn.run(make_app(latest), host=options.host, port=options.port, log_level="warning", server_header=False)
    except KeyboardInterrupt:
        return 130
    except SystemExit:  # uvicorn has printed why it cannot listen
        return 1
    finally:
        latest.close()
    return 0

"""`internfeed serve`: the published feeds, the listings as JSON, and a page to browse them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "the feeds and a page to browse and filter listings, on localhost"
EXAMPLE = "internfeed serve --data data/demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder (default: data)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; return the exit status."""
    import uvicorn

    from pipeline.products.serve.app import make_app
    from pipeline.products.serve.store import Latest
    from pipeline.run.cycle import Usage

    if not 0 <= args.port <= 65535:
        raise Usage(f"--port {args.port}: a port is a number from 0 to 65535")
    try:
        latest = Latest(args.data)
    except FileNotFoundError as problem:
        print(f"internfeed serve: {problem}; publish one with internfeed run or internfeed demo", file=sys.stderr)
        return 1
    host = f"[{args.host}]" if ":" in args.host else args.host
    print(f"internfeed serve: http://{host}:{args.port}/ reads {args.data}; stop with Ctrl-C", flush=True)
    try:
        uvicorn.run(make_app(latest), host=args.host, port=args.port, log_level="warning", server_header=False)
    except KeyboardInterrupt:
        return 130
    except SystemExit:  # uvicorn has said why it cannot listen
        return 1
    finally:
        latest.close()
    return 0

"""Pages per second of a crawl with all politeness, compared with a bare Scrapy spider on the same server.

One request at a time over 64 hosts on this machine (127.0.0.2 and on), no delay, in both; each crawl is a process
of its own, and they take turns, since the machine is shared.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HOSTS = [f"127.0.0.{number}" for number in range(2, 66)]  # the loopback alone
PAGES = 50  # of each host
ROUNDS = 5
BAR = 0.85

_BODY = json.dumps(
    {
        "jobs": [
            {
                "id": number,
                "absolute_url": f"https://jobs.acme.example/{number}",
                "title": "Senior Engineer",
                "location": {"name": "Ulm"},
                "content": "We build things that last. " * 30,
            }
            for number in range(1, 5)
        ],
        "meta": {"total": 4},
    }
).encode()
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_BODY) + _BODY
_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class _Connection(asyncio.Protocol):
    """Answers a request with a page; there is no robots.txt."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._read = b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while b"\r\n\r\n" in self._read:
            request, _, self._read = self._read.partition(b"\r\n\r\n")
            page = request.startswith(b"GET /v1/")
            self._transport.write(_OK if page else _NOTHING)  # type: ignore[attr-defined]


async def serve() -> None:
    """Serve every host, and print the port."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(_Connection, HOSTS[0], 0, backlog=512)
    port = first.sockets[0].getsockname()[1]
    others = await loop.create_server(_Connection, HOSTS[1:], port, backlog=512)
    print(port, flush=True)
    await asyncio.gather(first.serve_forever(), others.serve_forever())


def addresses(port: int) -> list[str]:
    """Return the pages of all hosts, alternating between hosts."""
    return [f"http://{host}:{port}/v1/boards/b{page}/jobs?content=true" for page in range(PAGES) for host in HOSTS]


def bare(port: int) -> float:
    """Crawl with a spider as in Scrapy's tutorial; return the seconds."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    seen = []

    class Bare(Spider):
        name = "bare"

        async def start(self):
            for address in addresses(port):
                yield Request(address)

        def parse(self, response):
            for record in response.json()["jobs"]:
                seen.append(record["id"])
                yield {"id": record["id"], "title": record["title"], "url": record["absolute_url"]}

    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": len(HOSTS),
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Bare)
    begun = time.perf_counter()
    process.start()
    took = time.perf_counter() - begun
    assert len(seen) == 4 * len(HOSTS) * PAGES
    return took


def ours(port: int) -> float:
    """Crawl the same pages as boards, with all politeness; return the seconds."""
    from crawlers.contract.board import Board
    from crawlers.contract.plan import CrawlPlan
    from crawlers.crawl import crawl

    boards = [Board("greenhouse", str(number), "Acme", url) for number, url in enumerate(addresses(port))]
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        plan = CrawlPlan(
            boards,
            Path(folder) / "run",
            now=datetime.now(UTC),
            delay=0,
            loopback_allowed=True,
            progress=lambda event: verdicts.append(event["verdict"]) if event["event"] == "commit" else None,
        )
        begun = time.perf_counter()
        crawl(plan)
        took = time.perf_counter() - begun
    assert verdicts == ["ok"] * len(HOSTS) * PAGES, set(verdicts)
    return took


def main() -> None:
    """Print the pages per second of both crawls, the best of several rounds, and their ratio."""
    me = [sys.executable, "-m", "tests.bench.crawl"]
    server = subprocess.Popen([*me, "serve"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        took: dict[str, list[float]] = {"bare": [], "ours": []}
        for _ in range(ROUNDS):
            for name, times in took.items():
                done = subprocess.run([*me, name, port], stdout=subprocess.PIPE, text=True, check=True)
                times.append(float(done.stdout))
    finally:
        server.terminate()
        server.wait()
    speed = {name: len(HOSTS) * PAGES / min(times) for name, times in took.items()}
    print(f"{len(HOSTS) * PAGES} pages of {len(_BODY)} bytes over {len(HOSTS)} hosts, one request at a time for each")
    print(f"  bare Scrapy spider                   {speed['bare']:8,.0f} pages a second")
    print(f"  internfeed, all manners and journals {speed['ours']:8,.0f} pages a second")
    ratio = speed["ours"] / speed["bare"]
    print(f"  ratio {ratio:.2f}, bar {BAR}: {'met' if ratio >= BAR else 'MISSED'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve())
    elif sys.argv[1:]:
        print({"bare": bare, "ours": ours}[sys.argv[1]](int(sys.argv[2])))
    else:
        main()

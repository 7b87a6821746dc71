"""``scrapy genspider``: a spider from a template, its saved page, and an expectation to be completed."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
from pathlib import Path

from scrapy.commands import genspider
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.utils.conf import closest_scrapy_cfg

from crawlers.boards.probe import fetch
from crawlers.contract.board import Board
from crawlers.contract.registry import save_boards
from crawlers.politeness.proxies import check_proxies

_ENDINGS = {"json": "json", "html": "html", "jsonld": "html", "feed": "xml"}
_TYPES = {"json": "application/json", "html": "text/html; charset=utf-8", "xml": "text/xml"}
_UNKNOWN = "what the page says"


class Command(genspider.Command):
    """Scrapy's command with our templates, which also creates the first fixture of the source."""

    def syntax(self) -> str:
        """Return the arguments of the command."""
        return "[-t json|html|jsonld|feed] <name> <url>"

    def short_desc(self) -> str:
        """Return the description of the command."""
        return "Create a spider, its saved page and a failing expectation"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the options; the default template is json."""
        super().add_options(parser)
        parser.set_defaults(template="json")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the command.

        Raises:
            UsageError: the name or the address is not valid, or a proxy is set.
        """
        if len(args) == 2 and not re.fullmatch(r"[a-z][a-z0-9_]*", args[0]):
            raise UsageError(f"{args[0]} is not a valid name: use small letters, digits and _, and begin with a letter")
        if len(args) == 2 and not re.match(r"(?:https?://)?[\w.-]+\.\w+(?:[:/?]|$)", args[1]):
            raise UsageError(f"{args[1]} is not a web address")
        try:
            if len(args) == 2:
                check_proxies()
        except ValueError as error:
            raise UsageError(str(error)) from error
        super().run(args, opts)

    def _genspider(
        self, module: str, name: str, url: str, template_name: str, template_file: str | os.PathLike[str]
    ) -> Path:
        """Write the spider as Scrapy does, then the fixture that tests it."""
        spider = super()._genspider(module, name, url, template_name, template_file)
        folder = Path(closest_scrapy_cfg()).parent / "tests" / "crawlers" / "fixtures" / name / "first"
        if folder.exists():
            print(f"{folder} exists already and was not changed")
            return spider
        folder.mkdir(parents=True)
        ending = _ENDINGS.get(template_name, "html")
        page = fetch([url])[url]
        if isinstance(page, Response):
            (folder / f"01.{ending}").write_bytes(page.body)
            content_type = (page.headers.get("Content-Type") or b"").decode("latin-1") or _TYPES[ending]
            print(f"Saved {url}. Its texts belong to their authors: replace them with invented ones.")
        else:
            example = Path(self.templates_dir).parent / "pages" / f"{template_name}.{ending}"
            shutil.copy(example, folder / f"01.{ending}")
            content_type = _TYPES[ending]
            print(f"Could not save {url} ({page}); an example was saved in its place.")
        save_boards(folder / "boards.csv", [Board(name, name, name)])
        headers = {"content-type": content_type}
        asked = {"url": url, "method": "GET", "request_json": None, "status": 200, "headers": headers}
        (folder / "index.jsonl").write_text(json.dumps({**asked, "body": f"01.{ending}"}) + "\n", "utf-8")
        board = {"source": name, "board": name}
        posting = dict.fromkeys(("posting_id", "url", "title"), _UNKNOWN)
        (folder / "expected.jsonl").write_text(json.dumps(board | posting) + "\n", "utf-8")
        (folder / "commits.jsonl").write_text(json.dumps({**board, "verdict": "ok"}) + "\n", "utf-8")
        print(f"Created the fixture of the source in:\n  {folder}")
        print(f"Next, run: pytest tests/crawlers/test_sources.py -k {name}")
        return spider

"""`python -m tests.tools.tree`: write the tree of files in CONTRIBUTING.md, a line per file, from their docstrings."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- tree: written by python -m tests.tools.tree -->\n", "<!-- /tree -->"
PACKAGES = ("normalize", "crawlers", "pipeline")
LISTS = {"crawlers/spiders": "one file for each source; the table is in crawlers/README.md"}


def summary(file: Path) -> str:
    """Return the first sentence of a module's docstring, without its full stop."""
    words = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    words = " ".join(words.partition("\n\n")[0].split())
    return re.split(r"(?<=[^\d])\. ", words)[0].rstrip(".")


def tree() -> str:
    """Return the tree of the three packages, with the summary of each folder and file."""
    lines = []
    for package in PACKAGES:
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")}):
            name = folder.relative_to(ROOT).as_posix()
            lines.append(f"{name}/".ljust(44) + summary(folder / "__init__.py"))
            if name in LISTS:
                lines.append("    *.py".ljust(44) + LISTS[name])
                continue
            files = [path for path in sorted(folder.glob("*.py")) if path.name not in ("__init__.py", "__main__.py")]
            lines += [f"    {path.name}".ljust(44) + summary(path) for path in files]
    return "```\n" + "\n".join(line.rstrip() for line in lines) + "\n```\n"


def guide() -> str:
    """Return CONTRIBUTING.md with the current tree."""
    before, _, rest = GUIDE.read_text("utf-8").partition(BEGIN)
    return before + BEGIN + tree() + END + rest.partition(END)[2]


if __name__ == "__main__":
    GUIDE.write_text(guide(), "utf-8")

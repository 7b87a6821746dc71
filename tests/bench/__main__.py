"""`python -m tests.bench [NAME…]`: run all benchmarks of speed and memory, or those named."""

import importlib
import sys
from pathlib import Path

NAMES = ("normalize", "crawl", "feeds", "serve", "million")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them; options after a name are passed to that benchmark."""
    here = Path(__file__).parent
    known = [name for name in NAMES if (here / f"{name}.py").exists()]
    asked = [name for name in names if not name.startswith("--")]
    options = [name for name in names if name.startswith("--")]
    if unknown := [name for name in asked if name not in known]:
        print(f"no benchmark {unknown[0]}; there are {', '.join(known)}", file=sys.stderr)
        return 1
    for name in asked or known:
        print(f"\n{name}")
        sys.argv = [f"bench {name}", *options]
        importlib.import_module(f"tests.bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

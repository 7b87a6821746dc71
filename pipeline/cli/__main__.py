"""Run the command line with `python -m pipeline.cli`."""

import sys

from pipeline.cli.command_line import main

if __name__ == "__main__":
    sys.exit(main())

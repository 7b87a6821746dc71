"""The command line: one module per command; the only package that may import all others."""

from pipeline.cli.command_line import main

__all__ = ["main"]

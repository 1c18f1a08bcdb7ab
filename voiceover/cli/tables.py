"""Tables on stdout: as wide as the terminal, never cut where the output is a file or a pipe."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

PIPE_WIDTH = 160  # wide enough that paths in a log stay on one line


def show(table: Table) -> None:
    """Print a table on stdout."""
    Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, markup=False).print(table)

"""What commands print: tables on stdout, sentences on stderr."""

import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Column, Table

errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
PIPE_COLUMNS = 120  # width of a table that goes to no terminal


def print_runs(rows: Iterable[Any]) -> None:
    """A line a run; the rows are those of `read_runs`."""
    ids = [Column(name, no_wrap=True, min_width=8) for name in ("experiment", "run")]
    table = Table(*ids, "net", "status", "progress", "train %", "test %", "seconds", "images/s")
    for row in rows:
        numbers = [
            "" if value != value or value is None else f"{value:.1f}"
            for value in (row.train_error, row.test_error, row.seconds, row.images_per_second)
        ]
        progress = f"{row.step}/{row.steps}"
        table.add_row(row.experiment_id, row.run_id, row.label, row.status, progress, *numbers)
    print_table(table)


def print_table(table: Table, columns: int = PIPE_COLUMNS) -> None:
    """As wide as the terminal, or so many columns."""
    Console(width=None if sys.stdout.isatty() else columns).print(table)

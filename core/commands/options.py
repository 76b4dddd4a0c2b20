"""Options that several commands take."""

from typing import Annotated

import typer

StoreOption = Annotated[
    str | None, typer.Option("--store", help="A file or URL; by default the lab's home.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
RunArgument = Annotated[str, typer.Argument(help="A run's id, as `runs` prints it.")]

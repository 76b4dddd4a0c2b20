"""python -m core doctor: what to look at when something is odd."""

import json

import typer
from rich.console import Console

from core.commands.options import JsonOption, StoreOption


def doctor(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Versions, devices, the store and its journal: what to look at when something is odd."""
    from core.doctor import examine

    findings = examine(store)
    if as_json:
        typer.echo(json.dumps(findings))
        return
    for name, finding in findings.items():
        Console(soft_wrap=True, highlight=False).print(f"{name:>16}  {finding}")

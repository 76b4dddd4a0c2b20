"""python -m core runs and show: what is in the store."""

import json

import typer
from rich.table import Table

from core.commands.options import JsonOption, RunArgument, StoreOption
from core.commands.output import print_runs, print_table
from core.report import curves_report, run_report
from core.store.database import open_store
from core.store.reads import read_curves, read_runs


def runs(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List all runs, newest first."""
    found = read_runs(open_store(store))
    if as_json:
        typer.echo(json.dumps({"runs": [run_report(run) for _, run in found.iterrows()]}))
    else:
        print_runs(found.itertuples())


def show(run: RunArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """One run: its spec, results and curves."""
    opened = open_store(store)
    found = read_runs(opened, run_ids=[run])
    if found.empty:
        raise ValueError(f"no run {run!r}; `python -m core runs` lists them")
    curves = read_curves(opened, run_ids=[run])
    if as_json:
        report = run_report(found.iloc[0]) | {"spec": json.loads(found.iloc[0]["spec"])}
        report["versions"] = json.loads(found.iloc[0]["versions"] or "{}")
        typer.echo(json.dumps(report | {"curves": curves_report(curves)}))
        return
    print_runs(found.itertuples())
    table = Table("epoch", "split", "error %", "loss", "learning rate")
    for point in curves[curves["split"] == "test"].itertuples():
        table.add_row(
            f"{point.epoch:.2f}",
            "test",
            f"{point.error:.1f}",
            f"{point.loss:.3f}",
            f"{point.learning_rate:g}",
        )
    print_table(table)

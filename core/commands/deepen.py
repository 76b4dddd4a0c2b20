"""python -m core deepen: a trained net made deeper by blocks that change nothing."""

import json
from typing import Annotated

import typer

from core.deeper import check_deepening
from core.spec import RunSpec
from core.store.database import Store, open_store
from core.store.reads import list_checkpoints, list_run
from core.store.recorded import find_store


def deepen(
    run: Annotated[str, typer.Argument(help="A run's id, as `runs` prints it, or a recorded one.")],
    to: Annotated[int, typer.Option(metavar="DEPTH", help="Layers with weights.")],
    step: Annotated[int | None, typer.Option(help="Of the run; by default its last.")] = None,
    store: Annotated[
        str | None, typer.Option(help="A file or URL; by default the lab's home.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Insert identity blocks into a trained net and keep it as a new run: its error stays."""
    opened = open_store(store)
    found = find_store(opened, run)
    row = list_run(found, run) if found else None
    if found is None or row is None:
        raise ValueError(
            f"no run {run!r} in the store or the gallery; `python -m core runs` lists the store's"
        )
    check_deepening(RunSpec.model_validate_json(row.spec), to)
    address = (found.url, found.read_only, run, _last_step(found, row) if step is None else step)
    from core.deepen import deepen_and_test  # torch takes seconds: what is wrong is said before

    made = deepen_and_test(opened, address, to)
    if as_json:
        errors = {"error_before": made.error_before, "error_after": made.error_after}
        rounded = {name: round(error, 4) for name, error in errors.items()}
        typer.echo(json.dumps({"run": made.run, "depth": made.spec.depth, **rounded}))
        return
    typer.echo(
        f"{made.spec.net} is run {made.run}: {made.error_after:.2f} % test error on {made.images:,}"
        f" images, {made.error_before:.2f} % before it was deepened"
    )


def _last_step(store: Store, run) -> int:
    kinds = ("weights", "resume")
    steps = [step for kind in kinds for step in list_checkpoints(store, run.run_id, kind)]
    if not steps:
        raise ValueError(
            f"run {run.run_id}, {run.label}, has no weights to deepen; train it, or choose a run"
            " that has"
        )
    return max(steps)

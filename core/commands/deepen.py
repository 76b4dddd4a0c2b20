"""python -m core deepen: a trained net made deeper by blocks that change nothing."""

import json
from typing import Annotated

import typer

from core.commands.options import JsonOption, StoreOption
from core.commands.stored import newest_net, stored_run
from core.deeper import check_deepening
from core.spec import RunSpec
from core.store.database import open_store


def deepen(
    run: Annotated[str, typer.Argument(help="A run's id, as `runs` prints it, or a recorded one.")],
    to: Annotated[int, typer.Option(metavar="DEPTH", help="Layers with weights.")],
    step: Annotated[int | None, typer.Option(help="Of the run; by default its last.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Insert identity blocks into a trained net and keep it as a new run: its error stays."""
    opened = open_store(store)
    found, row = stored_run(opened, run)
    check_deepening(RunSpec.model_validate_json(row.spec), to)
    at = newest_net(found, run) if step is None else step
    if at is None:
        raise ValueError(
            f"run {run}, {row.label}, has no weights to deepen; train it, or choose a run that has"
        )
    from core.deepen import deepen_and_test  # torch takes seconds: what is wrong is said before

    made = deepen_and_test(opened, (found.url, found.read_only, run, at), to)
    if as_json:
        errors = {"error_before": made.error_before, "error_after": made.error_after}
        rounded = {name: round(error, 4) for name, error in errors.items()}
        typer.echo(json.dumps({"run": made.run, "depth": made.spec.depth, **rounded}))
        return
    typer.echo(
        f"{made.spec.net} is run {made.run}: {made.error_after:.2f} % test error on {made.images:,}"
        f" images, {made.error_before:.2f} % before it was deepened"
    )

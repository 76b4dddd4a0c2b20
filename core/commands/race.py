"""python -m core race, widths and resume: training in the foreground."""

import json
from typing import Annotated

import pandas as pd
import typer

from core.commands.options import JsonOption, RunArgument, StoreOption
from core.commands.output import errors, print_runs
from core.engines.local import run_sizes
from core.presets import PRESETS, find_preset, with_settings
from core.report import experiment_report
from core.spec import Experiment
from core.store.database import open_store
from core.store.reads import find_run, read_runs
from core.store.requests import hand_over
from core.store.runs import submit
from core.verdict import judge
from core.widths import (
    EPOCHS,
    FAMILIES,
    IMAGES,
    LABEL_NOISE,
    WIDTHS,
    is_width_sweep,
    parse_widths,
    width_experiment,
)


def race(
    preset: Annotated[str, typer.Argument(help=f"One of {', '.join(PRESETS)}.")] = "classroom",
    seed: Annotated[list[int] | None, typer.Option(help="Give it several times.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any field of the experiment."),
    ] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or mps.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train an experiment here, in the foreground."""
    changes: dict[str, object] = dict(_key_and_value(text) for text in settings or ())
    changes |= {"seeds": tuple(seed)} if seed else {}
    changes |= {"device": device} if device else {}
    _train(with_settings(find_preset(preset), changes), store, as_json)


def widths(
    widths: Annotated[
        str, typer.Option(metavar="1,2,...", help="Channels of the first stage, 1 to 64.")
    ] = ",".join(map(str, WIDTHS)),
    noise: Annotated[float, typer.Option(help="Share of wrong labels, up to 0.2.")] = LABEL_NOISE,
    images: Annotated[int, typer.Option(help="To train on, 128 to 4,000.")] = IMAGES,
    epochs: Annotated[float, typer.Option(help="1 to 1,000.")] = EPOCHS,
    family: Annotated[str, typer.Option(help="plain or resnet.")] = FAMILIES[0],
    seed: Annotated[int, typer.Option(help="Of the weights and the order of the images.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train one small net at several widths on partly wrong labels: double descent."""
    experiment = width_experiment(
        parse_widths(widths), noise, images, epochs, family=family, seed=seed, device=device
    )
    _train(experiment, store, as_json)


def resume(run: RunArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Go on with a run that was paused, stopped, interrupted or failed, from its checkpoint."""
    opened = open_store(store)
    spec = find_run(opened, run)
    if spec is None:
        raise ValueError(f"no run {run!r}; `python -m core runs` lists them")
    from core.foreground import train_here

    whole = train_here(opened, spec.device, lambda worker: hand_over(opened, run, worker))
    _conclude(read_runs(opened, run_ids=[run]), as_json, whole)


def _train(experiment: Experiment, where: str | None, as_json: bool) -> None:
    """Here, in the foreground; then the results."""
    sizes = run_sizes(experiment)
    opened = open_store(where)
    from core.foreground import train_here  # torch takes seconds: what is wrong is said before

    submitted: list[str] = []

    def take_runs(worker_id: str) -> None:
        experiment_id, _ = submit(
            opened, experiment, **sizes, source="command line", worker_id=worker_id
        )
        submitted.append(experiment_id)
        labels = ", ".join(read_runs(opened, experiment_id)["label"])
        errors.print(f"experiment {experiment_id}: {labels}")

    whole = train_here(opened, experiment.device, take_runs)
    found = read_runs(opened, submitted[0])
    _conclude(found, as_json, whole, judged=not is_width_sweep(experiment))


def _key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set {text} is no setting; write it like --set width=16")
    return key.strip(), value.strip()


def _conclude(found: pd.DataFrame, as_json: bool, whole: bool, judged: bool = True) -> None:
    if as_json:
        typer.echo(json.dumps(experiment_report(found)))
    else:
        print_runs(found.itertuples())
    verdict = judge(found.itertuples())
    for sentence in (verdict.headline, *verdict.sentences) if judged else ():
        errors.print(sentence)
    if not whole:
        for row in found[found["status"] == "interrupted"].itertuples():
            command = f"python -m core resume {row.run_id}"
            errors.print(f"{row.label} was interrupted; go on with: {command}")
        raise typer.Exit(130)
    if (found["status"] == "failed").any():
        failed = found[found["status"] == "failed"]
        for row in failed.itertuples():
            errors.print(f"{row.label} failed: {row.message}")
        raise typer.Exit(1)

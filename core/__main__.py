"""python -m core: races without a browser."""

import json
import logging
import sys
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy.exc import DBAPIError

from core.commands.deepen import deepen
from core.commands.describe import describe
from core.commands.evaluate import evaluate
from core.commands.grad_cam import grad_cam
from core.engines.local import run_sizes
from core.presets import PRESETS, find_preset, with_settings
from core.refusals import explain
from core.report import curves_report, experiment_report, run_report
from core.spec import Experiment
from core.store.database import Store, StoreError, is_full, open_store, reason
from core.store.reads import find_run, read_curves, read_runs
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

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
PIPE_COLUMNS = 120  # width of a table that goes to no terminal

StoreOption = Annotated[
    str | None, typer.Option("--store", help="A file or URL; by default the lab's home.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
RunArgument = Annotated[str, typer.Argument(help="A run's id, as `runs` prints it.")]


@app.command()
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


@app.command()
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


@app.command()
def resume(run: RunArgument, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Go on with a run that was paused, stopped, interrupted or failed, from its checkpoint."""
    opened = open_store(store)
    spec = find_run(opened, run)
    if spec is None:
        raise ValueError(f"no run {run!r}; `python -m core runs` lists them")
    from core.foreground import train_here

    whole = train_here(opened, spec.device, lambda worker: hand_over(opened, run, worker))
    _conclude(opened, read_runs(opened, run_ids=[run]), as_json, whole)


@app.command()
def runs(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """List all runs, newest first."""
    found = read_runs(open_store(store))
    if as_json:
        typer.echo(json.dumps({"runs": [run_report(run) for _, run in found.iterrows()]}))
    else:
        _print_table(found)


@app.command()
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
    _print_table(found)
    table = Table("epoch", "split", "error %", "loss", "learning rate")
    for point in curves[curves["split"] == "test"].itertuples():
        table.add_row(
            f"{point.epoch:.2f}",
            "test",
            f"{point.error:.1f}",
            f"{point.loss:.3f}",
            f"{point.learning_rate:g}",
        )
    _print(table)


@app.command()
def doctor(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Versions, devices, the store and its journal: what to look at when something is odd."""
    from core.doctor import examine

    findings = examine(store)
    if as_json:
        typer.echo(json.dumps(findings))
        return
    for name, finding in findings.items():
        Console(soft_wrap=True, highlight=False).print(f"{name:>16}  {finding}")


@app.command()
def gallery(
    experiment: Annotated[str, typer.Argument(help="Id of a finished experiment.")],
    to: Annotated[str, typer.Option(help="Folder of the gallery to write.")],
    weights: Annotated[bool, typer.Option(help="Of the nets of the first seed, too.")] = True,
    store: StoreOption = None,
) -> None:
    """Copy a finished experiment into a small read-only store, as shipped in assets/gallery."""
    from core.store.gallery import export

    size = export(open_store(store), experiment, to, weights=weights)
    errors.print(f"{to}: {size / 1e6:.1f} MB")


for command in (describe, evaluate, grad_cam, deepen):  # files of their own: these train nothing
    app.command()(command)


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
    _conclude(opened, found, as_json, whole, judged=not is_width_sweep(experiment))


def _key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--set {text} is no setting; write it like --set width=16")
    return key.strip(), value.strip()


def _conclude(store: Store, found, as_json: bool, whole: bool, judged: bool = True) -> None:
    if as_json:
        typer.echo(json.dumps(experiment_report(found)))
    else:
        _print_table(found)
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


def _print_table(found) -> None:
    ids = [Column(name, no_wrap=True, min_width=8) for name in ("experiment", "run")]
    table = Table(*ids, "net", "status", "progress", "train %", "test %", "seconds", "images/s")
    for row in found.itertuples():
        numbers = [
            "" if value != value or value is None else f"{value:.1f}"
            for value in (row.train_error, row.test_error, row.seconds, row.images_per_second)
        ]
        progress = f"{row.step}/{row.steps}"
        table.add_row(row.experiment_id, row.run_id, row.label, row.status, progress, *numbers)
    _print(table)


def _print(table: Table) -> None:
    Console(width=None if sys.stdout.isatty() else PIPE_COLUMNS).print(table)


def main() -> None:
    """A bad value is one line on stderr and exit code 2, never a traceback."""
    logging.basicConfig(level=logging.CRITICAL)  # the sentence below is all that is said
    try:
        app()
    except ValidationError as error:
        _refuse("; ".join(explain(error).values()))
    except (ValueError, StoreError) as error:
        _refuse(str(error))
    except (DBAPIError, OSError) as error:
        _refuse(f"the store cannot be written: {reason(error)}{HINTS[is_full(error)]}", code=1)


def _refuse(sentence: str, code: int = 2) -> None:
    errors.print(" ".join(sentence.split()), style="red")
    sys.exit(code)


HINTS = {True: "; make space, then go on with: python -m core resume RUN", False: ""}


if __name__ == "__main__":
    main()

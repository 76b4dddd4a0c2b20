"""python -m core grad-cam: where a net looks in an image, as a picture and as numbers."""

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from core.attributions import ATTRIBUTIONS
from core.commands.options import JsonOption, StoreOption
from core.commands.stored import newest_net, stored_run
from core.store.database import open_store
from core.weight_settings import WeightSettings

if TYPE_CHECKING:
    from core.inspect.nets import Loaded

Numbers = Annotated[str | None, typer.Option(metavar="R,G,B", help="Of pixels from 0 to 1.")]
Text = str | None
GROUPS = {  # which options go with which
    "run": ("step",),
    "weights": ("family", "depth", "mean", "std", "stem_stride", "stride_in"),
}


def grad_cam(
    image: Annotated[str, typer.Option(help="A picture file; up to 8 MB.")],
    out: Annotated[str, typer.Option(help="The PNG to write: the image under its map.")],
    run: Annotated[Text, typer.Option(help="Of a run in the store or the gallery.")] = None,
    step: Annotated[int | None, typer.Option(help="Of the run; by default its last.")] = None,
    weights: Annotated[Text, typer.Option(help="A file of weights, or torchvision:NAME.")] = None,
    family: Annotated[Text, typer.Option(help="Of the weights; so is all up to stride-in.")] = None,
    depth: Annotated[int | None, typer.Option(help="Layers with weights.")] = None,
    mean: Numbers = None,
    std: Numbers = None,
    stem_stride: Annotated[int | None, typer.Option(help="1 or 2, of a 3x3 stem.")] = None,
    stride_in: Annotated[Text, typer.Option(help="Where bottlenecks halve: 1x1 or 3x3.")] = None,
    block: Annotated[Text, typer.Option(help="Like stages.2.8; by default the last.")] = None,
    target: Annotated[
        int | None, typer.Option("--class", help="Its number; by default the net's first guess.")
    ] = None,
    method: Annotated[str, typer.Option(help=f"One of {', '.join(ATTRIBUTIONS)}.")] = "grad-cam",
    smooth: Annotated[bool, typer.Option("--smooth", help="SmoothGrad around it.")] = False,
    relu: Annotated[bool, typer.Option("--relu", help="Keep only what raises the class.")] = False,
    npz: Annotated[Text, typer.Option(help="File for the arrays `map` and `overlay`.")] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Draw where a net looks in an image: red raises the class, blue lowers it."""
    described = {
        "family": family,
        "depth": depth,
        "mean": mean,
        "std": std,
        "stem_stride": stem_stride,
        "stride_in": stride_in,
    }
    _check_groups({"run": run, "step": step, "weights": weights, **described})
    content = _read(image)
    loaded = _of_run(run, step, store) if run else _of_weights(str(weights), described)
    from core.inspect.attribution import explain

    asked = block or loaded.places()[-1]
    found = explain(loaded, content, target, method, asked, smooth)
    if relu:
        found |= _raising(found)
    _write(out, _png(found))
    if npz:
        _write(npz, _arrays(found))
    typer.echo(json.dumps(_report(found, out)) if as_json else _sentence(found, loaded, out))


def _check_groups(given: dict[str, object]) -> None:
    chosen = [name for name in GROUPS if given[name] is not None]
    if len(chosen) != 1:
        told = "both --run and --weights are" if chosen else "neither --run nor --weights is"
        raise ValueError(f"{told} given; give one of them")
    for group, names in GROUPS.items():
        for name in names:
            if group not in chosen and given[name] is not None:
                raise ValueError(f"--{name.replace('_', '-')} goes with --{group} alone")
    if missing := [
        name for name in ("family", "depth") if chosen == ["weights"] and not given[name]
    ]:
        raise ValueError(f"--weights needs --{missing[0]} too; the file does not tell it")


def _read(image: str) -> bytes:
    try:
        return Path(image).read_bytes()
    except OSError as error:
        raise ValueError(f"{image} cannot be read: {error.strerror}") from error


def _of_run(run: str, step: int | None, where: str | None) -> "Loaded":
    store, _ = stored_run(open_store(where), run)
    last = newest_net(store, run) or 0  # the net before training is built anew
    from core.inspect.nets import load_net  # torch takes seconds: what is wrong is said before

    return load_net(store.url, store.read_only, run, last if step is None else step)


def _of_weights(weights: str, described: dict[str, object]) -> "Loaded":
    given = {name: value for name, value in described.items() if value is not None}
    settings = WeightSettings.model_validate({"dataset": "cifar10", **given})
    from core.inspect.weight_files import load_weights

    return load_weights(weights, settings)


def _raising(found: dict[str, Any]) -> dict[str, np.ndarray]:
    """The classic ReLU, before the map is stretched."""
    from core.inspect.overlay import stretched

    grid = np.maximum(found["map"], 0)
    return {"map": grid, "overlay": stretched(grid, *found["overlay"].shape)}


def _png(found: dict[str, Any]) -> bytes:
    from core.inspect.overlay import overlay_png

    return overlay_png(found["image"], found["overlay"])


def _arrays(found: dict[str, Any]) -> bytes:
    file = BytesIO()
    np.savez_compressed(file, map=found["map"], overlay=found["overlay"])
    return file.getvalue()


def _write(name: str, content: bytes) -> None:
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise ValueError(f"{name} cannot be written: {error.strerror}") from error


def _report(found: dict[str, Any], out: str) -> dict[str, Any]:
    return {
        "block": found["block"] if ATTRIBUTIONS[found["method"]].needs_block else None,
        "class": found["target"],
        "probability": found["probability"],
        "method": found["method"],
        "shape": list(found["map"].shape),
        "min": float(found["map"].min()),
        "max": float(found["map"].max()),
        "out": out,
    }


def _sentence(found: dict[str, Any], loaded: "Loaded", out: str) -> str:
    told = _report(found, out)
    title, name = ATTRIBUTIONS[told["method"]].title, loaded.class_names[told["class"]]
    named = name if name == f"class {told['class']}" else f"class {told['class']}, {name}"
    place = f" at {told['block']}" if told["block"] else ""
    return (
        f"{title} of {loaded.spec.net}{place} for {named} (probability"
        f" {told['probability']:.3f}): {' x '.join(map(str, told['shape']))} numbers from"
        f" {told['min']:.3g} to {told['max']:.3g}; drawn in {out}"
    )

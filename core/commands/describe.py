"""python -m core describe: a net's layers and what each costs."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from core.commands.options import JsonOption
from core.commands.output import print_table
from core.nets.library import find_net

PIPE_COLUMNS = 140  # width of a table that goes to no terminal

Number = Annotated[str | None, typer.Option(metavar="N")]  # checked with all other settings


def describe(
    name: Annotated[str, typer.Argument(help="A family (resnet) or a library's net (vgg16).")],
    depth: Number = None,
    width: Number = None,
    stem: Annotated[str | None, typer.Option(metavar="cifar|imagenet")] = None,
    shortcut: Annotated[str | None, typer.Option(metavar="A|B|C")] = None,
    stride_in: Annotated[str | None, typer.Option(metavar="1x1|3x3")] = None,
    size: Annotated[str | None, typer.Option(metavar="N", help="Side of the images, px.")] = None,
    classes: Number = None,
    no_batch_norm: Annotated[bool, typer.Option("--no-batch-norm")] = False,
    as_json: JsonOption = False,
) -> None:
    """Every layer of a net: output size, parameters, multiply-adds, memory, receptive field."""
    given = {
        "depth": depth,
        "width": width,
        "stem": stem,
        "shortcut": shortcut,
        "stride_in": stride_in,
        "size": size,
        "classes": classes,
        "batch_norm": False if no_batch_norm else None,
    }
    settings = {key: value for key, value in given.items() if value is not None}
    find_net(name, settings)
    from core import describe as nets  # torch takes seconds: what is wrong is said before

    found = nets.describe(name, settings)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        print_table(_table(found), PIPE_COLUMNS)


def _table(net: dict[str, Any]) -> Table:
    table = Table(
        "layer", "kind", title=net["name"], show_footer=True, caption="one image; memory in float32"
    )
    table.columns[0].footer = "total"
    totals = {key: f"{net[key]:,}" for key in ("parameters", "multiply_adds")}
    table.add_column("output", justify="right")
    table.add_column("parameters", totals["parameters"], justify="right")
    table.add_column("multiply-adds", totals["multiply_adds"], justify="right")
    table.add_column("memory, kB", _kilobytes(net["activation_bytes"]), justify="right")
    table.add_column("sees, px", justify="right")
    for layer in net["layers"]:
        table.add_row(
            layer["name"],
            layer["kind"],
            " x ".join(str(side) for side in layer["output"]),
            _count(layer["parameters"]),
            _count(layer["multiply_adds"]),
            _kilobytes(layer["activation_bytes"]),
            _count(layer["receptive_field"] or 0),
        )
    return table


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _kilobytes(number: int) -> str:
    return f"{number / 1000:,.1f}" if number else ""

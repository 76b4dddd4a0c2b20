"""python -m core evaluate: the test error of weights that others published."""

import json
from typing import Annotated

import typer

from core.commands.options import JsonOption
from core.weight_settings import WeightSettings


def evaluate(
    weights: Annotated[
        str,
        typer.Option(
            help="A .safetensors, .pth, .pt or .th file, or torchvision:resnet18 and the like."
        ),
    ],
    family: Annotated[str, typer.Option(help="plain, resnet, bottleneck, preact or highway.")],
    depth: Annotated[int, typer.Option(help="Layers with weights.")],
    data: Annotated[str, typer.Option(help="A data set by name, or folder:PATH.")],
    mean: Annotated[
        str | None, typer.Option(metavar="R,G,B", help="Of pixels from 0 to 1.")
    ] = None,
    std: Annotated[
        str | None, typer.Option(metavar="R,G,B", help="By default the data set's own, as mean.")
    ] = None,
    batch: Annotated[int, typer.Option(help="Images at a time.")] = 200,
    stem_stride: Annotated[int, typer.Option(help="1 or 2, of a 3x3 stem.")] = 1,
    stride_in: Annotated[
        str | None,
        typer.Option(help="Where bottlenecks halve the image, 1x1 or 3x3 (published files)."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Test published weights on the test images of a data set, in float32."""
    settings = WeightSettings.model_validate(
        {
            "family": family,
            "depth": depth,
            "dataset": data,
            "mean": mean,
            "std": std,
            "batch": batch,
            "stem_stride": stem_stride,
            "stride_in": stride_in,
        }
    )
    from core.weights import evaluate_weights  # torch takes seconds: what is wrong is said before

    tested = evaluate_weights(weights, settings)
    if as_json:
        typer.echo(json.dumps({"error": round(tested.error, 4), "images": tested.images}))
    else:
        typer.echo(f"{tested.error:.2f} % test error on {tested.images:,} images of {data}")

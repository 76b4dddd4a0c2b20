"""What one takes home of a map: a picture, the numbers, or the net with a script that makes it."""

import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.export import Dim

from core.chosen_image import ChosenImage
from core.inspect.attribution import attribute, effort_of
from core.inspect.export_script import INPUT, MAP, NET, SCRIPT, script
from core.inspect.nets import THREADS, Loaded, load_net
from core.inspect.overlay import overlay_png
from core.training.device import threads

OPACITY = 0.6  # of the map over its image


class Wanted(NamedTuple):
    """A map as `attribute` tells it, and all that it was made from; `inputs` are normalised."""

    loaded: Loaded
    inputs: Tensor
    answer: dict[str, Any]
    smooth: bool


def export(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    image: ChosenImage,
    target: int | None,
    method: str,
    block: str,
    smooth: bool,
    kind: str = "zip",
    limit: float | None = None,
) -> bytes:
    """A map as a file.

    Args:
        url: of the store; so the others as `attribute` takes them.
        kind: `png`, the overlay; `npz`, the arrays map, overlay, image (uint8 [H, W, C]),
            probabilities and class_names; `zip`, the net (torch.export), its input, the map and
            a script that makes it again without this project.
        limit: of the colours of the PNG: maps of one limit can be compared; None takes the map's
            own largest size.

    Raises:
        ValueError: as `attribute`.
    """
    answer = attribute(url, read_only, run_id, step, image, target, method, block, smooth)
    loaded = load_net(url, read_only, run_id, step)
    inputs = loaded.normalise(loaded.picture(image).pixels).contiguous()
    with threads(THREADS):
        return KINDS[kind](Wanted(loaded, inputs, answer, smooth), limit)


def _png(wanted: Wanted, limit: float | None) -> bytes:
    return overlay_png(wanted.answer["image"], wanted.answer["overlay"], OPACITY, limit)


def _npz(wanted: Wanted, limit: float | None) -> bytes:
    with torch.no_grad():
        probabilities = wanted.loaded.net(wanted.inputs)[0].softmax(0).numpy()
    arrays = {name: wanted.answer[name] for name in ("map", "overlay", "image")}
    names = np.array(wanted.loaded.class_names)
    file = BytesIO()
    np.savez_compressed(file, **arrays, probabilities=probabilities, class_names=names)
    return file.getvalue()


def _zip(wanted: Wanted, limit: float | None) -> bytes:
    loaded, inputs, answer, smooth = wanted
    effort = effort_of(loaded, inputs, smooth)
    text = script(loaded, inputs, answer["target"], answer["method"], answer["block"], effort)
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SCRIPT, text)
        archive.writestr(NET, _exported(loaded, inputs))
        archive.writestr(INPUT, _npy(inputs.numpy()))
        archive.writestr(MAP, _npy(answer["map"]))
    return file.getvalue()


def _exported(loaded: Loaded, inputs: Tensor) -> bytes:
    """The net with the addresses of its blocks, for any number of images at once."""
    batch = inputs.repeat(2, 1, 1, 1)  # of one image torch would take the number as fixed
    file = BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # about where weights of shared memory lie
        program = torch.export.export(loaded.net, (batch,), dynamic_shapes=({0: Dim.DYNAMIC},))
        for node in program.graph.nodes:
            node.meta.pop("stack_trace", None)  # where the lab lies on this computer
        torch.export.save(program, file)
    return file.getvalue()


def _npy(array: np.ndarray) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


KINDS: dict[str, Callable[[Wanted, float | None], bytes]] = {"png": _png, "npz": _npz, "zip": _zip}

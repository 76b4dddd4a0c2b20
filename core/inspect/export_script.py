"""A few lines of Python that make a map again, with torch and captum alone."""

from importlib.metadata import version
from typing import Any

import torch

from core.attributions import ATTRIBUTIONS
from core.inspect.attribution_methods import METHODS, NOISE, SEED, Effort
from core.inspect.nets import Loaded

NET, INPUT, MAP, SCRIPT = "net.pt2", "input.npy", "map.npy", "make_map.py"

TEXT = '''"""{about}

Run it in its own folder: python {script}
Made with torch {torch} and captum {captum}.
"""

import numpy as np
import torch
from captum.attr import {imports}

net = torch.export.unflatten(torch.export.load("{net}"))  # blocks keep their addresses
{guided}image = torch.from_numpy(np.load("{input}")).requires_grad_()  # [1, C, H, W], normalised
method = {method}
torch.manual_seed({seed})
found = method.attribute({settings})
found = found.detach().{combine}(1)[0].numpy()  # [h, w]
np.save("my_map.npy", found)
print("largest difference from {map}:", np.abs(found - np.load("{map}")).max())
'''
GUIDED = """for name, layer in list(net.named_modules()):
    if getattr(layer, "type_name", str)().endswith(".ReLU"):
        net.set_submodule(name, torch.nn.ReLU())  # only such ones can be guided
"""


def script(
    loaded: Loaded, inputs: torch.Tensor, target: int, method: str, block: str, effort: Effort
) -> str:
    """The script; beside it lie the net, the input, and the map to compare with.

    Args:
        inputs: [1, C, H, W], normalised.
        method: one of ATTRIBUTIONS; so are the others as `attribution_map` takes them.
    """
    recipe = METHODS[method](loaded.net, block, inputs, effort)
    of_captum = type(recipe.method).__name__
    layer = f', net.get_submodule("{block}")' if ATTRIBUTIONS[method].needs_block else ""
    made = f"{of_captum}(net{layer})"
    return TEXT.format(
        about=_about(loaded, target, method, block, effort),
        script=SCRIPT,
        torch=version("torch"),
        captum=version("captum"),
        imports=f"{of_captum}, NoiseTunnel" if effort.samples else of_captum,
        net=NET,
        guided=GUIDED if ATTRIBUTIONS[method].guided else "",
        input=INPUT,
        method=f"NoiseTunnel({made})" if effort.samples else made,
        seed=SEED,
        settings=_settings(recipe.settings, inputs, target, effort),
        combine=recipe.combine.__name__,
        map=MAP,
    )


def _about(loaded: Loaded, target: int, method: str, block: str, effort: Effort) -> str:
    title = ATTRIBUTIONS[method].title + (" with SmoothGrad" if effort.samples else "")
    where = f", block {block}" if ATTRIBUTIONS[method].needs_block else ""
    return f"{title} of {loaded.spec.net}{where}, class {target}."


def _settings(given: dict[str, Any], inputs: torch.Tensor, target: int, effort: Effort) -> str:
    """Arguments of captum's `attribute`, as they stand in the script."""
    noise = {
        "nt_type": "smoothgrad",
        "nt_samples": effort.samples,
        "nt_samples_batch_size": effort.copies,
        "stdevs": NOISE * (inputs.max() - inputs.min()).item(),
    }
    settings = {"target": target} | (noise if effort.samples else {}) | given
    settings.pop("return_convergence_delta", None)  # the map alone
    return ", ".join(["image", *(f"{name}={value!r}" for name, value in settings.items())])

"""The names of published VGG nets (features.0.weight, classifier.6.bias, ...) as ours."""

import re
from collections.abc import Mapping

from torch import Tensor

FEATURE = re.compile(r"^features\.(\d+)\.(\w+)$")
CLASSIFIER = re.compile(r"^classifier\.([036])\.(\w+)$")
HEAD = {"0": 3, "3": 5, "6": 7}  # ours has two pools before, and no dropout


def is_vgg(tensors: Mapping[str, Tensor]) -> bool:
    """These are the names of a published VGG."""
    return "features.0.weight" in tensors


def vgg_names(tensors: Mapping[str, Tensor]) -> dict[str, str]:
    """Our name of each tensor whose place in a VGG is known; the others keep theirs."""
    places = _places(tensors)
    ours = {}
    for name in tensors:
        if match := FEATURE.match(name):
            ours[name] = f"{places.get(int(match[1]), f'features.{match[1]}')}.{match[2]}"
        elif match := CLASSIFIER.match(name):
            ours[name] = f"head.{HEAD[match[1]]}.{match[2]}"
        else:
            ours[name] = name
    return ours


def fold_biases(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Without the biases of convolutions that a batch norm follows: it subtracts them as well.

    Our convolutions have none there; in eval mode the net computes the same.
    """
    folded = dict(tensors)
    for name in tensors:
        conv, _, last = name.rpartition(".running_mean")
        stem, _, number = conv.rpartition(".")
        bias = f"{stem}.{int(number) - 1}.bias" if number.isdecimal() and not last else ""
        if bias in folded:
            folded[name] = tensors[name] - folded.pop(bias)
    return folded


def _places(tensors: Mapping[str, Tensor]) -> dict[int, str]:
    """Our module of each layer in `features`: a pool stands where a number is left out."""
    weights = {
        int(m[1]): tensors[m[0]] for m in map(FEATURE.match, tensors) if m and m[2] == "weight"
    }
    places: dict[int, str] = {}
    stage = block = 0
    before = None
    for layer in sorted(number for number, weight in weights.items() if weight.dim() == 4):
        norm = layer + 1 in weights and weights[layer + 1].dim() == 1
        if before is None:
            place = "stem"
        else:
            pooled = layer - before > (3 if norm else 2)  # a convolution, its norm, a ReLU
            stage, block = (stage + 1, 0) if pooled else (stage, block)
            place = f"stages.{stage}.{block}.branch"
            block += 1
        places[layer] = f"{place}.0"
        if norm:
            places[layer + 1] = f"{place}.1"
        before = layer
    return places

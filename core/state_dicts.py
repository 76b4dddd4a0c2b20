"""Files of weights that others published, by our nets' names. Nothing in them is ever run."""

import pickle
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from core.vgg_names import fold_biases, is_vgg, vgg_names
from core.weight_settings import LARGEST, SUFFIXES

WRAPPERS = ("state_dict", "model", "net")  # names under which checkpoints keep the weights
PREFIX = re.compile(r"^(?:module\.|net\.)+")  # of a wrapped net, and of our own checkpoints
BROKEN = (  # what a file that is no state dict makes the restricted loader raise
    pickle.UnpicklingError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    ArithmeticError,
    AssertionError,
    MemoryError,
    struct.error,
    zipfile.BadZipFile,
)


class StateDict(NamedTuple):
    """Weights by the names of our modules.

    Attributes:
        names: what the file calls them.
        published: the file has the names of published ResNets (conv1, layer1.0.conv1, ...).
    """

    tensors: dict[str, Tensor]
    names: dict[str, str]
    published: bool

    def name_in_file(self, name: str) -> str:
        """What the file calls a tensor of ours, or would call it if it had it."""
        if name in self.names or not self.published:
            return self.names.get(name, name)
        return published_name(name, has_norm(self.tensors))


def read_state_dict(file: Path) -> StateDict:
    """The weights in a `.safetensors`, `.pth`, `.pt` or `.th` file, in float32.

    Pickles are read by torch's restricted loader alone, which runs no code.

    Raises:
        ValueError: one sentence about what is wrong with the file.
    """
    check_file(file)
    try:
        content = LOADERS[file.suffix.lower()](file)
    except (*BROKEN, SafetensorError) as error:
        raise ValueError(
            f"{file.name} was refused: it is damaged, no file of weights, or holds more than"
            " tensors (code is never run); save the net's state_dict() alone, best as .safetensors"
        ) from error
    return _in_our_names(_plain_tensors(_unwrap(content), file.name))


def check_file(file: Path) -> None:
    """A ValueError when there is no such file, or by its name or size it cannot hold weights."""
    if not file.is_file():
        raise ValueError(f"there is no file {file}; give a file of weights ({', '.join(SUFFIXES)})")
    if file.suffix.lower() not in LOADERS:
        raise ValueError(
            f"{file.name} is no file of weights by its name; those end in {', '.join(SUFFIXES)}"
        )
    size = file.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"{file.name} has {size / 1e9:.1f} GB and was not read;"
            f" the largest file is {LARGEST / 1e9:g} GB"
        )


def has_norm(tensors: Mapping[str, Tensor]) -> bool:
    """True when batch norm's statistics are among the tensors."""
    return any(name.endswith("running_mean") for name in tensors)


def our_name(name: str, norm: bool) -> str:
    """`layer1.0.conv1.weight` is `stages.0.0.branch.0.weight`; our own names stay as they are."""
    for pattern, ours in OURS[norm]:
        name = re.sub(pattern, ours, name)
    return name


def published_name(name: str, norm: bool) -> str:
    """The inverse of `our_name`, in the words of nets for CIFAR."""
    for pattern, theirs in THEIRS[norm]:
        name = re.sub(pattern, theirs, name)
    return name


def _read_safetensors(file: Path) -> dict[str, Tensor]:
    return safetensors.torch.load_file(file)


def _read_restricted(file: Path) -> Any:
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > LARGEST:
            raise ValueError(f"{unpacked} bytes when unpacked")
    return torch.load(file, map_location="cpu", weights_only=True)


def _unwrap(content: Any) -> Any:
    for name in WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(name), Mapping):
            return content[name]
    return content


def _plain_tensors(content: Any, file_name: str) -> dict[str, Tensor]:
    if not isinstance(content, Mapping) or not content:
        raise ValueError(f"{file_name} holds no state dict: names, each with its tensor")
    tensors: dict[str, Tensor] = {}
    for name, value in content.items():
        if not isinstance(value, Tensor) or not _is_plain(value):
            raise ValueError(
                f"{file_name} holds {name!r}, which is no tensor of plain numbers;"
                " save the net's state_dict() alone"
            )
        tensors[str(name)] = value.detach()
    own = {name: value for name, value in tensors.items() if name.startswith("net.")}
    return own or tensors  # our checkpoints keep the optimizer's state beside `net.`


def _is_plain(value: Tensor) -> bool:
    on_cpu = value.device.type == "cpu" and value.layout == torch.strided
    return on_cpu and not (value.is_quantized or value.is_complex())


def _in_our_names(tensors: Mapping[str, Tensor]) -> StateDict:
    bare = {PREFIX.sub("", name): value for name, value in tensors.items()}
    if is_vgg(bare):
        bare = fold_biases(bare)
        ours = vgg_names(bare)
        names = {ours[name]: name for name in bare}
        return StateDict({ours[name]: value for name, value in bare.items()}, names, False)
    norm = has_norm(tensors)
    names = {our_name(PREFIX.sub("", name), norm): name for name in tensors}
    published = any(PREFIX.sub("", name).startswith("layer1.") for name in tensors)
    return StateDict({ours: tensors[name] for ours, name in names.items()}, names, published)


def _branch(norm: bool) -> Callable[[re.Match[str]], str]:
    """conv1, bn1, conv2, ... are layers 0, 1, 3, ... of a branch; ReLUs lie between them."""
    layers = 3 if norm else 2  # a convolution, its norm, a ReLU
    return lambda match: f".branch.{layers * (int(match[2]) - 1) + (match[1] == 'bn')}."


def _conv_or_norm(norm: bool) -> Callable[[re.Match[str]], str]:
    layers = 3 if norm else 2
    return lambda match: (
        f".{'bn' if int(match[1]) % layers else 'conv'}{int(match[1]) // layers + 1}."
    )


LOADERS: dict[str, Callable[[Path], Any]] = {
    suffix: _read_safetensors if suffix == ".safetensors" else _read_restricted
    for suffix in SUFFIXES
}
OURS = {
    norm: (
        (r"^conv1\.", "stem.0."),
        (r"^bn1\.", "stem.1."),
        (r"^(?:linear|fc)\.", "head.1."),
        (r"^layer([1-4])\.", lambda match: f"stages.{int(match[1]) - 1}."),
        (r"\.downsample\.", ".shortcut."),
        (r"\.(conv|bn)([1-3])\.", _branch(norm)),
    )
    for norm in (True, False)
}
THEIRS = {
    norm: (
        (r"^stem\.0\.", "conv1."),
        (r"^stem\.1\.", "bn1."),
        (r"^head\.1\.", "linear."),
        (r"^stages\.(\d)\.", lambda match: f"layer{int(match[1]) + 1}."),
        (r"\.branch\.(\d)\.", _conv_or_norm(norm)),
    )
    for norm in (True, False)
}

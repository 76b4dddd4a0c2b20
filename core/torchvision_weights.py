"""Weights of torchvision's nets for ImageNet by name: from torch's cache, or fetched."""

import hashlib
import http.client
import urllib.request
from pathlib import Path

import torch
from torchvision.models import get_model_weights

from core.data.download import TIMEOUT
from core.store.files import write_file
from core.weight_settings import NAMED, TORCHVISION


def torchvision_file(name: str) -> Path:
    """The file of a net's first ImageNet weights (IMAGENET1K_V1), fetched if need be.

    Args:
        name: `torchvision:resnet18` and the like.

    Raises:
        ValueError: no such net, or no way to its file; the text says which file goes where.
    """
    if name not in NAMED:
        raise ValueError(f"there are no weights {name}; there are {', '.join(NAMED)}")
    url = get_model_weights(name.removeprefix(TORCHVISION))["IMAGENET1K_V1"].url
    file = Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
    if not file.is_file():
        try:
            write_file(file, _fetch(url))
        except (OSError, http.client.HTTPException) as error:
            raise ValueError(
                f"{name} is not on this computer and cannot be fetched ({error});"
                f" put {url} at {file}"
            ) from error
    return file


def _fetch(url: str) -> bytes:
    """The bytes at `url`, whose name ends in the first digits of their SHA-256."""
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        content = response.read()
    digits = url.rpartition("-")[2].removesuffix(".pth")
    if not hashlib.sha256(content).hexdigest().startswith(digits):
        raise OSError(f"{url} arrived broken")
    return content

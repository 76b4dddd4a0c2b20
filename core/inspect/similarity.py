"""How alike the blocks of two nets see the same images: linear CKA.

Simon Kornblith, Mohammad Norouzi, Honglak Lee, Geoffrey Hinton: Similarity of neural network
representations revisited, arXiv:1905.00414, section 3.
"""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from core.inspect.nets import evenly_spaced, load_net

IMAGES = 128  # of the test set
KEPT = 4  # nets whose Gram matrices are kept: 13 MB for 404 layers


def similarity(
    url: str,
    read_only: bool,
    run_id: str,
    step: int,
    other_url: str,
    other_read_only: bool,
    other_run_id: str,
    other_step: int,
) -> dict[str, Any]:
    """Linear CKA between all pairs of blocks of two nets, or of one net at two times.

    Args:
        url: of the store, like `read_only`, the run and the step; then the same of the other net.

    Returns:
        rows and columns (addresses of the stem and the blocks of the one and the other net), cka
        (float32 [A, B], 0 to 1; not a number where a block gives the same for all images, or
        overflows) and images (how many it is measured on, whole feature maps).

    Raises:
        ValueError: no such net, or nets of different data sets; one sentence.
    """
    one = (url, read_only, run_id, step)
    other = (other_url, other_read_only, other_run_id, other_step)
    nets = load_net(*one), load_net(*other)
    names = [loaded.images.name for loaded in nets]
    if names[0] != names[1]:
        raise ValueError(
            f"{nets[0].spec.net} learned from {names[0]} and {nets[1].spec.net} from {names[1]};"
            " similarity compares nets on the same images"
        )
    rows, columns = _grams(*one), _grams(*other)
    return {
        "rows": nets[0].places(),
        "columns": nets[1].places(),
        "cka": linear_cka(rows, columns).numpy(),
        "images": rows.shape[1],
    }


def linear_cka(rows: Tensor, columns: Tensor) -> Tensor:
    """Linear CKA [A, B], 0 to 1, of all pairs of features, told by their `unit_gram`.

    ||Y'X||^2 / (||X'X|| ||Y'Y||) of centred X and Y is the inner product of XX' and YY' over their
    norms: matrices as large as the images are many, however many the features.

    Args:
        rows: [A, N, N]; so `columns` [B, N, N].
    """
    return (rows.flatten(1) @ columns.flatten(1).T).clamp(0, 1)


def unit_gram(features: Tensor) -> Tensor:
    """XX' [N, N] over its Frobenius norm, of features [N, ...] less their mean over the images."""
    x = features.flatten(1).double()
    x = x - x.mean(0)
    gram = x @ x.T
    return gram / gram.norm()


@lru_cache(maxsize=KEPT)
def _grams(url: str, read_only: bool, run_id: str, step: int) -> Tensor:
    """Of all places, float32 [P, N, N]."""
    loaded = load_net(url, read_only, run_id, step)
    images = loaded.images.test_images
    images = images[evenly_spaced(len(images), IMAGES)]
    places = loaded.places()
    grams = torch.empty(len(places), len(images), len(images))  # in one piece: the heap stays whole

    def see(place: str, output: Tensor) -> None:
        grams[places.index(place)] = unit_gram(output)

    loaded.run(images, see, places)
    return grams

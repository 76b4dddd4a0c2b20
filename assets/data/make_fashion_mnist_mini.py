"""Makes fashion-mnist-mini.npz: python make_fashion_mnist_mini.py FOLDER [OUTPUT].

FOLDER holds the four idx files of Fashion-MNIST, gzipped. What counts is the MD5 of what they
contain: packagers (Debian's `dataset-fashion-mnist`, for one) zip the same bytes anew.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

SEED = 2017
PER_CLASS = {"train": 1000, "test": 200}
CONTENT_MD5 = {
    "train-images-idx3-ubyte.gz": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "train-labels-idx1-ubyte.gz": "9018921c3c673c538a1fc5bad174d6f9",
    "t10k-images-idx3-ubyte.gz": "8181f5470baa50b63fa0f6fddb340f0a",
    "t10k-labels-idx1-ubyte.gz": "15d484375f8d13e6eb1aabb0c3f46965",
}
FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def read_idx(path: Path) -> np.ndarray:
    """The uint8 array of one gzipped idx file; a ValueError if its content is not official."""
    content = gzip.decompress(path.read_bytes())
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != CONTENT_MD5[path.name]:
        raise ValueError(f"{path} contains MD5 {found}, not {CONTENT_MD5[path.name]}")
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def choose(labels: np.ndarray, per_class: int) -> np.ndarray:
    """Indices of `per_class` images of every class, in the order of the official file.

    RandomState, because numpy has frozen its numbers for good.
    """
    random = np.random.RandomState(SEED)
    chosen = [random.permutation(np.flatnonzero(labels == k))[:per_class] for k in range(10)]
    return np.sort(np.concatenate(chosen))


def make(folder: Path, output: Path) -> None:
    """Writes train_images, train_labels, test_images, test_labels (uint8) and class_names."""
    arrays = {"class_names": np.array(CLASS_NAMES)}
    for split, (images_name, labels_name) in FILES.items():
        images, labels = read_idx(folder / images_name), read_idx(folder / labels_name)
        chosen = choose(labels, PER_CLASS[split])
        arrays |= {f"{split}_images": images[chosen], f"{split}_labels": labels[chosen]}
    np.savez_compressed(output, allow_pickle=False, **arrays)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    beside = Path(__file__).with_name("fashion-mnist-mini.npz")
    make(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else beside)

"""A map of the last layer's features in two dimensions: PCA, or t-SNE.

Laurens van der Maaten, Geoffrey Hinton: Visualizing data using t-SNE, JMLR 9, 2008.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from core.inspect.nets import THREADS, evenly_spaced, load_net
from core.inspect.predictions import answer_test_images

IMAGES = 1000  # at most: t-SNE of so many takes some 2 s on one core
ROUNDS = 500  # of t-SNE; twice as many end 5 % lower, and classes are no farther apart (n = 2)
PERPLEXITY = 30.0  # neighbours that count; the paper: between 5 and 50
SEED = 0
KEPT = 16  # maps: 8 kB each


@lru_cache(maxsize=KEPT)
def embedding(url: str, read_only: bool, run_id: str, step: int, kind: str) -> dict[str, Any]:
    """What goes into a net's last layer, one point a test image.

    Features are compared by their direction: else a few images with large ones fill the map, and
    all others share a corner of it.

    Args:
        url: of the store, like `read_only`, the run and the step.
        kind: one of KINDS.

    Returns:
        step, class_names, places (int64 [N], of the test images, evenly spaced), labels and guesses
        (int64 [N]), xy (float32 [N, 2]) and shares (of the features' variance along the two axes,
        0 to 1; None of t-SNE, whose axes mean nothing).

    Raises:
        ValueError: as `predictions`, no such kind, or features that are the same for all images;
            one sentence.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no map {kind!r}; there are {' and '.join(KINDS)}")
    address = (url, read_only, run_id, step)
    loaded, answers = load_net(*address), answer_test_images(*address)
    chosen = evenly_spaced(len(answers.places), IMAGES)
    features = of_length_one(answers.features[chosen].numpy())
    if np.ptp(features, 0).max() == 0:
        raise ValueError(
            f"{loaded.spec.net} gives all test images the same features: there is no map of them"
        )
    xy, shares = KINDS[kind](features)
    return {
        "step": step,
        "class_names": tuple(loaded.class_names),
        "places": answers.places[chosen].numpy(),
        "labels": answers.labels[chosen].numpy(),
        "guesses": answers.guesses[chosen].numpy(),
        "xy": xy,
        "shares": shares,
    }


def of_length_one(features: np.ndarray) -> np.ndarray:
    """Each row of [N, C] over its L2 norm; a row of zeros as it is."""
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.where(norms > 0, norms, 1)


def principal_components(features: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """The two directions in which features float [N, C] differ most, and their variance's shares.

    Returns:
        Coordinates float32 [N, 2] in the features' own units, centred; shares from 0 to 1.
    """
    with threadpool_limits(THREADS):
        pca = PCA(2, svd_solver="full")
        xy = pca.fit_transform(features.astype(np.float64))
    first, second = pca.explained_variance_ratio_.tolist()
    return xy.astype(np.float32), (first, second)


def neighbours(features: np.ndarray) -> tuple[np.ndarray, None]:
    """t-SNE of features float [N, C], float32 [N, 2]: who is near there is near here."""
    scaled = (features - features.mean(0)) / features.std()
    perplexity = min(PERPLEXITY, (len(features) - 1) / 3)
    with threadpool_limits(THREADS):
        tsne = TSNE(2, perplexity=perplexity, init="pca", max_iter=ROUNDS, random_state=SEED)
        return tsne.fit_transform(scaled.astype(np.float32)), None


KINDS = {"pca": principal_components, "tsne": neighbours}

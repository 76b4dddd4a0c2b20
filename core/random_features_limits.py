"""What a fit on random features takes, told before it starts."""

from bisect import bisect_right
from collections.abc import Callable

from core.data.catalogue import DatasetInfo
from core.random_features import TESTS, Settings

MOST_SECONDS = 20.0  # of one fit: nobody else is answered meanwhile
SECONDS_EACH = 8e-11  # of a multiply-add in float64 on one core, as measured


def check(settings: Settings, most: int, info: DatasetInfo, free: int) -> None:
    """A ValueError, one sentence, for what the data set or this computer cannot do.

    Args:
        most: the largest N.
        info: of the data set.
        free: bytes of memory.
    """
    images, pixels = settings.images, info.channels * info.size**2
    if images > info.train_images:
        raise ValueError(
            f"{info.title} has {info.train_images:,} training images, not {images:,};"
            f" the largest n is {info.train_images:,}"
        )
    largest = _largest(lambda count: bytes_needed(images, count, pixels), most, free)
    if largest < most:
        raise ValueError(
            f"N = {most:,} features of {images:,} images need"
            f" {bytes_needed(images, most, pixels) / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB"
            f" are free; the largest N that fits is {largest:,}"
        )
    longest = _largest(lambda count: seconds_needed(images, count, pixels), most, MOST_SECONDS)
    if longest < most:
        raise ValueError(
            f"one fit with N = {most:,} features of {images:,} images would take about"
            f" {seconds_needed(images, most, pixels):.0f} s, and {MOST_SECONDS:.0f} s is the most;"
            f" the largest N is {longest:,}"
        )


def bytes_needed(images: int, count: int, pixels: int) -> float:
    """Memory of one fit: features in float32 and in float64, the copy that is decomposed."""
    features = 4 * count * (pixels + max(images, TESTS)) + 8 * count * (2 * images + TESTS)
    return features + 24 * min(images, count) ** 2 + 16 * pixels * (images + TESTS)


def seconds_needed(images: int, count: int, pixels: int) -> float:
    """Time of one fit on one core; features are computed in float32, twice as fast."""
    smaller, larger = sorted((images, count))
    features = count * pixels * (images + TESTS) / 2
    return SECONDS_EACH * (features + larger * smaller**2 + 3 * smaller**3)


def _largest(need: Callable[[int], float], most: int, limit: float) -> int:
    """The largest N up to `most` whose need, which rises with N, is within the limit."""
    return bisect_right(range(1, most + 1), limit, key=need)

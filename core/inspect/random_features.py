"""A fit on random features of a data set; a page draws the risk by their number."""

from threadpoolctl import threadpool_limits

from core.data.image_set import ImageSet
from core.inspect.images import load_images
from core.inspect.nets import THREADS
from core.random_features import TESTS, Images, Settings, measure


def random_features(settings: Settings, count: int) -> dict[str, float]:
    """Risks of the fit with so many features, as `measure` gives them.

    Learned are the first training images of the data set, tested its first 2,000 test images.

    Raises:
        ValueError: no such data set, or it could not be fetched; one sentence.
    """
    images = load_images(settings.dataset)
    train, test = _first(images, "train", settings.images), _first(images, "test", TESTS)
    with threadpool_limits(THREADS):
        return measure(train, test, len(images.class_names), settings, count)


def _first(images: ImageSet, split: str, count: int) -> Images:
    pixels, labels = (getattr(images, f"{split}_{name}")[:count] for name in ("images", "labels"))
    return Images(pixels.flatten(1).numpy(), labels.numpy())

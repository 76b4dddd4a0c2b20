"""The image that a page asks about, as it travels to the inspection process. Knows no torch."""

from typing import NamedTuple


class Cropped(NamedTuple):
    """A square cut out of a picture file, in its own pixels once it stands upright (EXIF)."""

    content: bytes
    left: int
    top: int
    side: int


ChosenImage = int | bytes | Cropped  # a place in the test images, a picture file, or a part of one

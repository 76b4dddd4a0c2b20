"""The image that is sent through the nets: one of the test images, a sample, or one's own."""

import random

import numpy as np
import streamlit as st

from core.chosen_image import ChosenImage
from core.data.catalogue import describe_dataset
from dashboard.components.image_own import leave_own, own_crop, own_image, own_popover, shown_own

KEY = "image"
THUMBNAIL_PIXELS = 112


def picked_image(dataset: str) -> ChosenImage:
    """A number of a test image, also in the link as ?image=, or a part of another picture."""
    try:
        images = describe_dataset(dataset).test_images
    except ValueError as error:
        st.error(str(error), icon=":material/error:")
        images = 0
    last = max(images - 1, 0)
    if st.session_state.get(KEY, 0) > last:
        st.session_state[KEY] = last
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input(
            f"Test image, 0 to {last:,}",
            0,
            last,
            key=KEY,
            bind="query-params",
            on_change=leave_own,
            width=190,
            help="Images that the nets never trained on.",
        )
        for name, (icon, words) in MOVES.items():
            st.button(
                "", key=f"image-{name}", icon=icon, help=words, on_click=_move, args=(name, images)
            )
        own_popover()
    own_crop()
    return shown_image()


def shown_image() -> ChosenImage:
    """What is picked now."""
    own = shown_own()
    return own_image(own) if own else int(st.session_state.get(KEY) or 0)


def thumbnail(image: np.ndarray, label: str | None, pixels: int = THUMBNAIL_PIXELS) -> None:
    """The image as the net gets it, its pixels enlarged, above its true class.

    Args:
        image: uint8 [H, W, C].
        label: None where nobody has told it.
    """
    times = max(1, -(-2 * pixels // image.shape[0]))
    large = image.repeat(times, 0).repeat(times, 1)
    truth = f"true class: {label}" if label else "your picture"
    st.image(large.squeeze(), caption=truth, width=pixels, alt=f"The image; {truth}.")


def _move(name: str, images: int) -> None:
    now = int(st.session_state.get(KEY) or 0)
    steps = {"previous": -1, "next": 1, "random": random.randrange(1, max(images, 2))}
    st.session_state[KEY] = (now + steps[name]) % max(images, 1)
    leave_own()


MOVES = {  # icon and words of the buttons
    "previous": (":material/chevron_left:", "the image before"),
    "next": (":material/chevron_right:", "the next image"),
    "random": (":material/shuffle:", "any image"),
}

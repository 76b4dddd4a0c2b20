"""The image that is sent through the nets: one of the test images, or one's own."""

import random
from typing import Any

import numpy as np
import streamlit as st

from core.data.catalogue import describe_dataset
from dashboard.components.everywhere import tell_all

LARGEST_MB = 5
KEY, UPLOAD = "image", "image_upload"
THUMBNAIL_PIXELS = 112


def picked_image(dataset: str) -> int | bytes:
    """A number of a test image, also in the link as ?image=, or the content of an uploaded file."""
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
            on_change=tell_all,
            width=190,
            help="Images that the nets never trained on.",
        )
        for name, (icon, words) in MOVES.items():
            st.button(
                "", key=f"image-{name}", icon=icon, help=words, on_click=_move, args=(name, images)
            )
        with st.popover("Your own picture", icon=":material/upload:", key="image-own"):
            st.file_uploader(
                f"PNG or JPEG, at most {LARGEST_MB} MB",
                type=["png", "jpg", "jpeg"],
                key=UPLOAD,
                max_upload_size=LARGEST_MB,
                on_change=tell_all,
                help="It is cut to a square and made as small as the images that the net knows."
                " Remove it to see test images again.",
            )
    upload = st.session_state.get(UPLOAD)
    if upload is not None and not _is_small(upload):
        st.error(f"{upload.name} has {upload.size / 1e6:.1f} MB; at most {LARGEST_MB} MB are read")
    return shown_image()


def shown_image() -> int | bytes:
    """What is picked now."""
    upload = st.session_state.get(UPLOAD)
    if upload is not None and _is_small(upload):
        return upload.getvalue()
    return int(st.session_state.get(KEY) or 0)


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


def _is_small(upload: Any) -> bool:
    return upload.size <= LARGEST_MB * 10**6


def _move(name: str, images: int) -> None:
    now = int(st.session_state.get(KEY) or 0)
    steps = {"previous": -1, "next": 1, "random": random.randrange(1, max(images, 2))}
    st.session_state[KEY] = (now + steps[name]) % max(images, 1)
    tell_all()


MOVES = {  # icon and words of the buttons
    "previous": (":material/chevron_left:", "the image before"),
    "next": (":material/chevron_right:", "the next image"),
    "random": (":material/shuffle:", "any image"),
}

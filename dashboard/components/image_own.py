"""A picture of one's own or a sample picture, and the square of it that the nets see."""

from typing import NamedTuple
from zlib import crc32

import streamlit as st

from core.chosen_image import ChosenImage, Cropped
from dashboard.components.everywhere import tell_all
from dashboard.data import ASSETS
from dashboard.image_crop import chosen_square, image_crop

LARGEST_MB = 8
TYPES = ["png", "jpg", "jpeg", "webp"]
SAMPLES = {file.stem: file for file in sorted((ASSETS / "images").glob("*.jpg"))}
SAMPLE, UPLOAD, FAULT, ROUND = "sample", "image_own", "image_fault", "image_round"


class Own(NamedTuple):
    """A picture file by its name on screen; `key` is that of its crop."""

    name: str
    content: bytes
    key: str


def own_popover() -> None:
    """Choose a sample picture, also in the link as ?sample=, or upload a file."""
    with st.popover("Other pictures", icon=":material/upload:", key="image-own"):
        st.pills(
            "A sample picture",
            list(SAMPLES),
            key=SAMPLE,
            bind="query-params",
            on_change=_take_sample,
            help="Free photographs that come with the lab; none shows what these nets learned.",
        )
        upload = f"image_upload_{st.session_state.get(ROUND, 0)}"  # a new one is empty
        st.file_uploader(
            f"Or your own: PNG, JPEG or WebP, at most {LARGEST_MB} MB",
            type=TYPES,
            key=upload,
            max_upload_size=LARGEST_MB,
            on_change=_take_upload,
            args=(upload,),
            help="The nets see a square of it, made as small as the images that they know. It is"
            " not kept.",
        )
    if fault := st.session_state.pop(FAULT, None):
        st.error(fault, icon=":material/error:")


def own_crop() -> None:
    """The picture under a square to drag, if one is chosen."""
    own = shown_own()
    if own is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="image-crop"):
        with st.container(width=380):
            image_crop(own.content, key=own.key, alt=own.name, on_change=tell_all)
        with st.container(width=240):
            st.markdown(
                f"**{own.name}**: the nets see what is in the square. Drag it, or one of its"
                " corners."
            )
            st.button(
                "Back to the test images",
                key="image-back",
                icon=":material/undo:",
                on_click=leave_own,
            )


def shown_own() -> Own | None:
    """The upload or the sample that is chosen; None while test images are shown."""
    return st.session_state.get(UPLOAD) or _sample(st.session_state.get(SAMPLE))


def own_image(own: Own) -> ChosenImage:
    """What the nets see of it: the square, or of an untouched picture what they would cut."""
    square = chosen_square(own.key)
    return own.content if square is None else Cropped(own.content, *square)


def leave_own() -> None:
    """Show test images again."""
    st.session_state[UPLOAD] = st.session_state[SAMPLE] = None
    tell_all()


def _sample(name: str | None) -> Own | None:
    file = SAMPLES.get(name or "")
    return file and Own(file.stem, _content(file.name), f"crop-{file.stem}")


@st.cache_resource(show_spinner=False)
def _content(name: str) -> bytes:
    return SAMPLES[name.removesuffix(".jpg")].read_bytes()


def _take_sample() -> None:
    st.session_state[UPLOAD] = None
    tell_all()


def _take_upload(key: str) -> None:
    upload = st.session_state[key]
    if upload is None:
        return
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    if upload.size > LARGEST_MB * 10**6:
        st.session_state[FAULT] = (
            f"{upload.name} has {upload.size / 1e6:.1f} MB; at most {LARGEST_MB} MB are read"
        )
        return
    content = upload.getvalue()
    st.session_state[UPLOAD] = Own(upload.name, content, f"crop-{crc32(content):08x}")
    st.session_state[SAMPLE] = None
    tell_all()

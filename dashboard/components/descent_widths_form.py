"""A sweep of widths of one's own: what it takes is said before it starts."""

import streamlit as st
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from core.data.catalogue import describe_dataset
from core.refusals import explain
from core.spec import Experiment
from core.store.database import reason
from core.widths import (
    EPOCHS,
    FAMILIES,
    IMAGES,
    LABEL_NOISE,
    LIMITS,
    WIDTHS,
    parse_widths,
    width_command,
    width_experiment,
)
from dashboard import words
from dashboard.data import engine

TIMING_SECONDS = 1.0  # between two looks whether the worker has timed the device


def width_form() -> None:
    """Folded away: every setting of a sweep, its cost, and *Train*."""
    with st.expander("Train your own sweep", icon=":material/tune:", key="width_form"):
        _fields()
        draft = _draft()
        if isinstance(draft, str):
            st.error(draft, icon=":material/error:")
        else:
            timed = _seconds(draft) is not None
            cost = st.fragment(_cost, run_every=None if timed else TIMING_SECONDS, key="width-cost")
            cost(draft)
        st.button(
            "Train",
            key="start-widths",
            type="primary",
            icon=":material/play_arrow:",
            disabled=isinstance(draft, str),
            on_click=_start,
        )
        if not isinstance(draft, str):
            st.caption("The same from a terminal, in the lab's folder:")
            st.code(width_command(draft), language="bash", wrap_lines=True)
    if notice := st.session_state.pop("width_notice", None):
        st.error(notice, icon=":material/error:")


def _fields() -> None:
    low, high = LIMITS["width"]
    first, second = st.columns([2, 1]), st.columns(4)
    first[0].text_input(
        "Widths",
        ", ".join(map(str, WIDTHS)),
        key="width_widths",
        help=f"Channels of the first stage, {low} to {high}; the second has twice, the third four"
        " times as many. Each width is a net of its own.",
    )
    first[1].segmented_control(
        "Family",
        FAMILIES,
        default=FAMILIES[0],
        required=True,
        format_func=words.family,
        key="width_family",
        help="Both have 8 layers; the residual net adds a shortcut around every two of them.",
    )
    second[0].number_input(
        "Wrong labels (%)",
        value=round(100 * LABEL_NOISE),
        key="width_noise",
        help="How many of the training images carry another class's label, up to 20 %.",
    )
    second[1].number_input(
        "Images", value=IMAGES, step=500, key="width_images", help="To train on, up to 4,000."
    )
    second[2].number_input(
        "Epochs", value=round(EPOCHS), step=10, key="width_epochs", help="Passes over the images."
    )
    second[3].number_input(
        "Seed", value=0, key="width_seed", help="Of the weights and of the order of the images."
    )


def _draft() -> Experiment | str:
    """The sweep in the form, checked on the server; or why it cannot be."""
    asked = {name: st.session_state[f"width_{name}"] for name in FIELDS}
    try:
        return width_experiment(
            parse_widths(asked["widths"]),
            asked["noise"] / 100,
            asked["images"],
            asked["epochs"],
            family=asked["family"],
            seed=asked["seed"],
        )
    except ValidationError as error:
        return "; ".join(explain(error).values())
    except ValueError as error:
        return str(error)


def _seconds(draft: Experiment) -> float | None:
    """What the sweep would take on this computer; None while nothing has been timed here."""
    return _estimate(draft.model_dump_json(), draft)


@st.cache_resource(ttl=TIMING_SECONDS, max_entries=16, show_spinner=False)
def _estimate(spec: str, _draft: Experiment) -> float | None:
    """Width by width: as many narrow nets as there are cores advance at once, wide ones do not."""
    each = [engine().cost(_draft, [run]).seconds for run in _draft.chosen]
    return None if None in each else sum(filter(None, each))


def _cost(draft: Experiment) -> None:
    first, seconds = draft.chosen[0], _seconds(draft)
    images = first.training_images(describe_dataset(first.dataset).train_images)
    parts = (
        words.plural(len(draft.chosen), "net"),
        f"{images:,} images, {round(first.label_noise * images):,} with a wrong label",
        f"{first.epochs:g} epochs",
        "timing this device ..." if seconds is None else f"**about {words.duration(seconds)}**",
    )
    st.caption(" · ".join(parts))


def _start() -> None:
    draft = _draft()  # as it is now: the click may have ended a field's editing
    if isinstance(draft, str):
        return
    try:
        experiment_id, _ = engine().submit(draft)
    except (ValueError, DBAPIError, OSError) as error:
        st.session_state["width_notice"] = reason(error)
        return
    st.query_params["sweep"] = experiment_id


FIELDS = ("widths", "family", "noise", "images", "epochs", "seed")

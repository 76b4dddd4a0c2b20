"""Double descent in conv nets: one small net at many widths, recorded or one's own."""

import streamlit as st

from core.data.catalogue import describe_dataset
from core.spec import Experiment
from core.store.reads import read_experiments
from core.widths import is_width_sweep
from dashboard.components.descent_widths_form import width_form
from dashboard.components.descent_widths_reading import (
    find_threshold,
    sweep_curves,
    sweep_ends,
    sweep_reading,
)
from dashboard.components.everywhere import rerun_if_told
from dashboard.components.section import data_table, page_mode, section
from dashboard.data import Snapshot, snapshot, user_store, width_gallery
from dashboard.figures.descent_map import descent_map
from dashboard.figures.descent_map_ends import descent_map_ends
from dashboard.live_plot import live_plot, message
from dashboard.provenance import provenance_of
from dashboard.theme import Mode

HEIGHT = 400
PICKER = 520  # pixels
LIVE_SECONDS = 1.5
SOURCE = "Nakkiran et al. 2020, *Deep Double Descent*, https://arxiv.org/abs/1912.02292"
SENTENCE = (
    "A small net is trained again and again, each time with more channels; some of its training"
    " images carry a **wrong label**. A narrow net cannot learn the wrong ones, a wide one learns"
    " them all by heart and still fits smoothly between the images. At the width that only **just**"
    " knows them all, the *interpolation threshold*, there is hardly more than one way to fit them,"
    " and it is a bad one."
)
EMC = (
    "Nakkiran et al. call the number of images that a training learns by heart (training error"
    " about 0) its *effective model complexity*, EMC. It grows with the width and with the epochs;"
    " the test error should be worst where it equals the number of training images."
)


def width_section() -> None:
    """The newest sweep of one's own or the recorded one, and a form to train another."""
    st.fragment(_section, key="descent-widths")()


def _section() -> None:
    rerun_if_told()
    names = sweep_names()
    chosen = _chosen(list(names))
    shown = snapshot(chosen)
    if shown is None:
        st.warning("This sweep was deleted a moment ago.", icon=":material/delete:")
        return
    kind = "live" if shown.active else "recorded"
    with section(
        "descent-widths",
        "Is just wide enough the worst width?",
        SENTENCE,
        badges={kind: "Each column is a net.", "computed": "The threshold and the sentence."},
        source=SOURCE,
        provenance=provenance_of(shown),
    ) as data:
        _picker(names, chosen)
        every = LIVE_SECONDS if shown.active else None
        st.fragment(_maps, run_every=every, key="descent-maps")(chosen, shown.active)
        data_table(data, "descent-widths", sweep_ends(sweep_curves(shown)))
        width_form()


def sweep_names() -> dict[str, str]:
    """The sweeps that there are, the newest of one's own first, the recorded one last."""
    names = {}
    for kept, store in (("your own", user_store()), ("recorded", width_gallery())):
        for row in read_experiments(store).itertuples():
            experiment, at = _parsed(str(row.spec)), f"{row.created_at:%d %b %Y %H:%M:%S}"
            if is_width_sweep(experiment):
                names[str(row.experiment_id)] = f"{kept}: {_in_words(experiment)}, {at}"
    return names


@st.cache_resource(max_entries=256, show_spinner=False)
def _parsed(spec: str) -> Experiment:
    return Experiment.model_validate_json(spec)


def _in_words(experiment: Experiment) -> str:
    first = experiment.chosen[0]
    wrong = f"{100 * first.label_noise:.0f} % wrong labels"
    return f"{first.net} at {len(experiment.chosen)} widths, {wrong}"


def _chosen(ids: list[str]) -> str:
    """The sweep of the link, else the first."""
    told = st.query_params.get("sweep", ids[0])
    return told if told in ids else ids[0]


def _picker(names: dict[str, str], chosen: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["picked_sweep"] = chosen
        st.selectbox(
            "Sweep",
            list(names),
            key="picked_sweep",
            format_func=names.__getitem__,
            on_change=_open_sweep,
            width=PICKER,
        )
        st.page_link(
            "views/race.py",
            label="Its curves as a race",
            icon=":material/flag:",
            query_params={"experiment": chosen},
        )


def _open_sweep() -> None:
    st.query_params["sweep"] = st.session_state["picked_sweep"]


def _maps(experiment_id: str, was_active: bool) -> None:
    """Both figures and what they say; the section runs again when the training has ended."""
    shown = snapshot(experiment_id)
    if shown is None or shown.active != was_active:
        st.rerun()
        return
    drawn = _drawn(experiment_id, shown.state, page_mode(), shown)
    for column, (name, packed) in zip(st.columns([1.15, 1]), drawn.items(), strict=True):
        with column:
            st.markdown(f"**{HEADINGS[name]}**", help=EMC if name == "descent-map" else None)
            live_plot(packed, key=f"plot-{name}", height=HEIGHT)
    there = describe_dataset(shown.experiment.dataset).train_images
    images = shown.experiment.training_images(there)
    st.markdown(sweep_reading(sweep_curves(shown), images, so_far=shown.active))


@st.cache_resource(max_entries=16, show_spinner=False)
def _drawn(experiment_id: str, state: int, mode: Mode, _shown: Snapshot) -> dict[str, bytes]:
    """Once a state of the sweep for all who watch."""
    curves, first = sweep_curves(_shown), _shown.experiment.chosen[0]
    ends = sweep_ends(curves)
    epochs = max(run.epochs for run in _shown.runs)
    figures = {
        "descent-map": descent_map(curves, epochs, mode=mode),
        "descent-ends": descent_map_ends(
            ends, find_threshold(ends), 100 * first.label_noise, mode=mode
        ),
    }
    for drawn in figures.values():
        drawn["layout"]["uirevision"] = experiment_id
    return {name: message(drawn, height=HEIGHT) for name, drawn in figures.items()}


HEADINGS = {
    "descent-map": "Test error by epoch; white: labels learnt",
    "descent-ends": "Error by width at the newest epoch",
}

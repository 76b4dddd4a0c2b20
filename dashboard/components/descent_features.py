"""Random features in seconds: the risk by their number, with its first and its second descent."""

import psutil
import streamlit as st

from core.data.catalogue import describe_dataset
from core.random_features import TESTS, widths_between
from core.random_features_limits import check, seconds_needed
from dashboard import words
from dashboard.components.badges import badge
from dashboard.components.descent_features_choices import Choice, chosen_features
from dashboard.components.descent_features_curve import TASK, Curve, curve_of, measure
from dashboard.components.descent_features_reading import descent_reading
from dashboard.components.job_bar import worked
from dashboard.components.section import data_table, figure, page_mode, section
from dashboard.data import user_store
from dashboard.figures.descent_risk import descent_risk
from dashboard.jobs import find_job
from dashboard.provenance import HERE, named

HEIGHT = 640
REDRAW_SECONDS = 1.0  # while it is being measured
ENOUGH = 3  # points between which there can be a peak
SOURCE = "Belkin, Hsu, Ma and Mandal 2019, https://arxiv.org/abs/1812.11118"
QUESTION = "Does a model with more weights than images overfit?"
RISKS = (
    "Error, or zero-one risk: the share of images whose largest answer is another class. Squared"
    " risk: the mean squared distance of the answers from 1 for the right class and 0 for the"
    " others; it is what least squares makes small. What lies below 10⁻¹² is drawn there."
)
SENTENCE = (
    "A model of the simplest kind: from each image N **random features** are made, and only their"
    " weights are learned, by **least squares**. With few features the training images cannot all"
    " be fitted. With enough they can, in many ways: then the fit with the **smallest weights** is"
    " taken. More weights than images ought to overfit; see what the test error does."
)


def features_section() -> None:
    """The curve, measured once somebody asks for it; then it is there for all."""
    st.fragment(_section, key="random-features")()


def _section() -> None:
    with section(
        "random-features",
        QUESTION,
        SENTENCE,
        badges={},  # below: a curve that was kept is recorded
        source=SOURCE,
        provenance=named(["chosen above"], f"the first n training and {TESTS:,} test ones", HERE),
    ) as data:
        choice = chosen_features()
        try:
            curve = _curve(choice)
        except ValueError as error:
            st.error(str(error), icon=":material/error:")
            return
        if not curve.complete:
            _measure(curve)
        every = REDRAW_SECONDS if _under_way(curve) else None
        st.fragment(_so_far, run_every=every, key="random-features-curve")(curve)
        data_table(data, "random-features", curve.table)


def _curve(choice: Choice) -> Curve:
    """A ValueError, one sentence, where it cannot be measured."""
    settings, fewest, most, points = choice
    widths = widths_between(fewest, most, settings.images, points)
    free = psutil.virtual_memory().available
    check(settings, most, describe_dataset(settings.dataset), free)
    return curve_of(settings, widths, user_store())


def _measure(curve: Curve) -> None:
    info = describe_dataset(curve.settings.dataset)
    pixels, missing = info.channels * info.size**2, curve.widths[len(curve.rows) :]
    seconds = sum(seconds_needed(curve.settings.images, width, pixels) for width in missing)
    worked(
        "random-features",
        _key(curve),
        measure(curve, user_store()),
        label="Measure the curve",
        doing="Fitting more and more features ...",
        takes=f"About {words.duration(max(1, seconds))} for {words.plural(len(missing), 'fit')}"
        " on one core; points appear one by one, and the curve is kept.",
    )


def _key(curve: Curve) -> tuple:
    return (TASK, curve.settings, curve.widths)


def _under_way(curve: Curve) -> bool:
    job = find_job(_key(curve))
    return job is not None and not job.ended


def _so_far(curve: Curve) -> None:
    """What is measured by now, and where it comes from."""
    if curve.rows:
        _drawn(curve)
    with st.container(horizontal=True, vertical_alignment="center"):
        badge("recorded" if curve.kept else "live", "Random features, fitted by least squares.")
        st.caption(_circumstances(curve), width="stretch")


def _drawn(curve: Curve) -> None:
    """The figure and what it shows."""
    table, threshold = curve.table, curve.threshold
    drawn = descent_risk(
        table,
        reach=(curve.widths[0], curve.widths[-1]),
        threshold=threshold,
        chance=curve.chance,
        mode=page_mode(),
    )
    figure("descent-risk", drawn, HEIGHT)
    if len(table) >= ENOUGH:
        st.markdown(descent_reading(table, curve.settings.images, threshold), help=RISKS)


def _circumstances(curve: Curve) -> str:
    settings, info = curve.settings, describe_dataset(curve.settings.dataset)
    done, points = len(curve.rows), len(curve.widths)
    noise = f", {settings.noise:g}\u00a0% of their labels wrong" if settings.noise else ""
    ridge = f", ridge {settings.ridge:g}" if settings.ridge else ""
    so_far = "" if curve.complete else f" {done} of {points} points so far."
    return (
        f"The first {settings.images:,} training images of {info.title}{noise}, tested on"
        f" {TESTS:,} test images{ridge}; seed {settings.seed}, this computer's processor.{so_far}"
    )

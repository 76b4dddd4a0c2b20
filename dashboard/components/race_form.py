"""The run form: a preset and *Start*; everything else is folded away under *Advanced*."""

from dataclasses import dataclass, field

import streamlit as st
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from streamlit.delta_generator import DeltaGenerator

from core.data.catalogue import describe_dataset
from core.engines.local import Cost
from core.presets import PRESETS, as_text, find_preset, nearest_preset, with_settings
from core.refusals import explain
from core.spec import Experiment
from core.store.database import reason
from dashboard import words
from dashboard.components.fields import FIELDS, GROUPS, Field
from dashboard.data import device_names, engine

TIMING_SECONDS = 1.0  # between two looks whether the worker has timed the device
TITLE = "Is deeper always better?"
FIRST_PRESET = next(iter(PRESETS))


@dataclass
class Draft:
    """What the form holds: an experiment with its cost, or sentences about the bad fields."""

    experiment: Experiment | None = None
    cost: Cost | None = None
    errors: dict[str, str] = field(default_factory=dict)


def race_form() -> Draft:
    """Title, preset and *Start* in one row, and below it what the race would cost."""
    if "form_preset" not in st.session_state:
        fill_form(find_preset(FIRST_PRESET))
    title, preset, start = st.columns([5, 2, 1.2], vertical_alignment="bottom")
    title.title(TITLE, anchor=False)
    preset.selectbox(
        "Preset",
        list(PRESETS),
        key="form_preset",
        help="A ready-made race; every setting of it is under Advanced.",
        on_change=_fill_from_preset,
        persist_state="session",
    )
    draft = read_draft()
    start.button(
        "Start",
        key="start",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=draft.experiment is None,
        on_click=_start,
    )
    timed = draft.cost is None or draft.cost.seconds is not None
    st.fragment(_cost, run_every=None if timed else TIMING_SECONDS, key="cost")(timed)
    return draft


def advanced_form(draft: Draft) -> None:
    """Every field of the spec, the reason beside each one that is refused."""
    wanted = bool(draft.errors) or st.session_state.pop("advanced_open", False)
    folded = st.expander("Advanced", icon=":material/tune:", expanded=wanted)
    with folded:
        for column, (title, fields) in zip(st.columns(len(GROUPS)), GROUPS.items(), strict=True):
            column.markdown(f"**{title}**")
            for name, one in fields.items():
                _widget(column, name, one)
                if name in draft.errors:
                    column.error(draft.errors[name])


def fill_form(experiment: Experiment) -> None:
    """Put an experiment into the form, for a start as it is or with changes.

    Every filling makes new fields: a browser that has not drawn them yet still sends the values
    of the old ones, and *Start* pressed at that moment must not take those.
    """
    st.session_state["form_filling"] = st.session_state.get("form_filling", 0) + 1
    values = experiment.model_dump()
    for name, one in FIELDS.items():
        value = values[name]
        many = isinstance(value, tuple) and one.many
        st.session_state[field_key(name)] = list(value) if many else as_text(value)
    st.session_state["form_preset"], _ = nearest_preset(experiment)


def field_key(name: str) -> str:
    """The key of a field's widget since the form was last filled."""
    return f"form_{st.session_state['form_filling']}_{name}"


def read_draft() -> Draft:
    """The experiment in the form, checked on the server whatever the browser sent."""
    settings = {
        name: tuple(value) if isinstance(value, list) else value
        for name in FIELDS
        if (value := st.session_state.get(field_key(name))) is not None
    }
    try:
        base = find_preset(st.session_state.get("form_preset", FIRST_PRESET))
        experiment = with_settings(base, settings)
    except ValidationError as error:
        return Draft(errors={name or "epochs": text for name, text in explain(error).items()})
    except ValueError as error:
        return Draft(errors={"name": str(error)})
    try:
        info = describe_dataset(experiment.dataset)
    except (ValueError, OSError) as error:
        return Draft(errors={"dataset": str(error)})
    try:
        experiment.steps_per_epoch(info.train_images)
    except ValueError as error:
        return Draft(errors={"batch_size": str(error)})
    there = device_names()
    if there and experiment.device not in ("auto", *there):
        sentence = f"no {experiment.device} here; there is {' and '.join(there)}"
        return Draft(errors={"device": sentence})
    return Draft(experiment, engine().cost(experiment))


def _widget(column: DeltaGenerator, name: str, one: Field) -> None:
    key = field_key(name)
    if one.many:
        column.pills(
            one.label,
            list(one.choices),
            selection_mode="multi",
            format_func=words.family,
            key=key,
            help=one.help,
            persist_state="session",
        )
    elif one.choices:
        column.selectbox(
            one.label,
            list(dict.fromkeys((*one.choices, *([st.session_state[key]] if one.open else [])))),
            key=key,
            help=one.help,
            format_func=words.choice,
            accept_new_options=one.open,
            persist_state="session",
        )
    else:
        column.text_input(one.label, key=key, help=one.help, persist_state="session")


def _cost(timed: bool) -> None:
    draft = read_draft()
    st.caption(_cost_line(draft))
    if not timed and draft.cost is not None and draft.cost.seconds is not None:
        st.rerun()


def _cost_line(draft: Draft) -> str:
    if draft.experiment is None or draft.cost is None:
        return ":red[" + " ".join(draft.errors.values()) + "]"
    experiment, cost = draft.experiment, draft.cost
    info = describe_dataset(experiment.dataset)
    seconds = cost.seconds
    time = "timing this device ..."
    if seconds is not None:
        time = f"**about {words.duration(seconds)}**"
    parts = (
        words.plural(len(cost.parameters), "net"),
        f"depths {as_text(experiment.depths)}",
        info.title,
        f"{words.amount(sum(cost.parameters))} parameters",
        f"≤ {words.amount(2 * max(cost.multiply_adds))} FLOPs an image",
        time,
    )
    asked = "" if experiment.question == TITLE else f"*{experiment.question}* "
    return asked + " · ".join(parts)


def _fill_from_preset() -> None:
    fill_form(find_preset(st.session_state["form_preset"]))


def _start() -> None:
    experiment = read_draft().experiment  # as it is now: the click may have ended a field's editing
    if experiment is None:
        return
    try:
        experiment_id, new = engine().submit(experiment)
    except (ValueError, DBAPIError, OSError) as error:
        st.session_state["notice"] = reason(error)
        return
    st.query_params.from_dict({"experiment": experiment_id})
    if not new:
        st.toast("This very race is under way already: here it is.", icon=":material/flag:")

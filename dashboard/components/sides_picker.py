"""The head of a page of two sides: which two runs are compared. The link carries the choice."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from core.store.reads import read_experiments
from dashboard import words
from dashboard.components.highlight import highlight, highlighted_run
from dashboard.components.time_slider import choose_steps
from dashboard.data import gallery, look_at, newest_experiment, runs_to_look_into
from dashboard.figures.series import family_order
from dashboard.sides import Side

SIDES = ("left", "right")
NOBODY = "none"  # on the right: nothing is compared
Runs = dict[str, Any]  # rows by run_id


def chosen_sides(trained_depth: int | None = None) -> tuple[Side, Side | None, int]:
    """Pickers of race, runs and step; the two runs at their steps, and the time slider's step.

    The link decides (`experiment`, `left`, `right`, `step`, `step2`); without it the newest race
    under way or the recorded one is shown, plain beside residual, at the last step. Where it names
    what is not there, a sentence says so and the next best is shown.

    Args:
        trained_depth: for pages that start from trained nets: without a link they show the
            recorded race, whatever is under way, and of a race its pair of so many layers.
    """
    first = newest_experiment if trained_depth is None else _recorded_race
    newest, runs = first(), runs_to_look_into()  # in this order: it is among them
    race, left, right = _told(runs, newest, trained_depth)
    with st.container(horizontal=True, vertical_alignment="bottom", key="sides-picker"):
        _race_picker(runs, race)
        _run_picker("left", "On the left", race, list(runs), left, runs)
        _run_picker("right", "On the right", race, [*runs, NOBODY], right, runs)
    return choose_steps(_look(left), None if right == NOBODY else _look(right))


def default_pair(
    runs: Sequence[Any], lit: str | None = None, wanted: int | None = None
) -> tuple[str, str]:
    """Ids of the highlighted run, or else of a deepest that both families have, and its like.

    Args:
        runs: rows of one race, in its order.
        lit: id of the highlighted run, of this race or not.
        wanted: the depth to prefer to the deepest.
    """
    families = family_order(run.family for run in runs)[:2]
    common = set.intersection(*({r.depth for r in runs if r.family == f} for f in families))
    depths = common or {run.depth for run in runs}
    depth = wanted if wanted in depths else max(depths)
    known = {run.run_id: run for run in runs}
    first = known.get(lit or "") or next(run for run in runs if run.depth == depth)
    others = [run for run in runs if run.run_id != first.run_id]
    if not others:
        return first.run_id, NOBODY
    other = min(others, key=lambda run: _unlike(run, first))
    pair = sorted(
        (first, other), key=lambda run: family_order([*families, run.family]).index(run.family)
    )
    return pair[0].run_id, pair[1].run_id


def _unlike(run: Any, first: Any) -> tuple[bool, int, bool, bool]:
    """Small for the same depth, seed and rate in another family."""
    same_family, apart = run.family == first.family, abs(run.depth - first.depth)
    return same_family, apart, run.seed != first.seed, run.learning_rate != first.learning_rate


def _told(runs: Runs, newest: str, depth: int | None) -> tuple[str, str, str]:
    """Race, left and right of the link, with a sentence for each that is not there."""
    race = _race_told(runs, newest)
    own = [run for run in runs.values() if run.experiment_id == race]
    chosen = []
    for name, other in zip(SIDES, default_pair(own, highlighted_run(), depth), strict=True):
        wanted = st.query_params.get(name, other)
        if wanted not in runs and (name, wanted) != ("right", NOBODY):
            st.warning(
                f"There is no run {wanted} here; it was deleted or is in another store."
                " Another one is shown in its place."
            )
            wanted = other
        chosen.append(wanted)
    return race, chosen[0], chosen[1]


def _recorded_race() -> str:
    return str(read_experiments(gallery())["experiment_id"].iloc[0])


def _race_told(runs: Runs, newest: str) -> str:
    """The race of the link, or of its runs, else the newest."""
    query, races = st.query_params, {run.experiment_id for run in runs.values()}
    told = [runs[query[side]].experiment_id for side in SIDES if query.get(side) in runs]
    race = query.get("experiment") or next(iter(told), newest)
    if race in races:
        return race
    st.warning(f"There is no race {race} here; it was deleted or is in another store.")
    return next(iter(told), newest)


def _race_picker(runs: Runs, race: str) -> None:
    races = race_names(runs.values())
    st.session_state["picked_race"] = race
    st.selectbox(
        "Race",
        list(races),
        key="picked_race",
        format_func=races.__getitem__,
        on_change=_open_race,
        width=220,
    )


def _run_picker(
    side: str, label: str, race: str, options: Sequence[str], chosen: str, runs: Runs
) -> None:
    """The race's own runs come first; others are told by their race."""
    own = [one for one in options if one in runs and runs[one].experiment_id == race]
    st.session_state[f"picked_{side}"] = chosen
    lit = highlighted_run() == chosen
    st.selectbox(
        label,
        [*own, *(one for one in options if one not in own)],
        key=f"picked_{side}",
        format_func=_run_words(runs, race),
        on_change=_keep_runs,
        help="Any two runs of any races, or one run at two times.",
        width=220,
    )
    if chosen in runs:
        st.button(
            "",
            key=f"lit-{side}",
            icon=":material/visibility:",
            type="primary" if lit else "tertiary",
            help=f"Highlight {runs[chosen].label} in every figure",
            on_click=highlight,
            args=(chosen,),
        )


def race_names(runs: Iterable[Any]) -> dict[str, str]:
    """Name of each race by its id, with its start and at last its id where others are called so.

    A picker tells its options apart by their words alone.
    """
    races = {run.experiment_id: run for run in runs}
    names = {race: run.experiment for race, run in races.items()}
    for more in (lambda race: f"{races[race].created_at:%d %b, %H:%M:%S}", str):
        count = Counter(names.values())
        names = {
            race: f"{name} · {more(race)}" if count[name] > 1 else name
            for race, name in names.items()
        }
    return names


def _run_words(runs: Runs, race: str) -> Callable[[str], str]:
    races = race_names(runs.values())

    def say(run_id: str) -> str:
        if run_id == NOBODY:
            return "nothing"
        run = runs[run_id]
        words_of_race = "" if run.experiment_id == race else f" · {races[run.experiment_id]}"
        state = "" if run.status == "finished" else f" · {words.STATUS[run.status]}"
        return f"{run.label}{words_of_race}{state}"

    return say


def _look(run_id: str) -> Side:
    found = look_at(run_id)
    if found is None:  # deleted since the runs were listed
        st.rerun()
    return found


def _open_race() -> None:
    for name in ("left", "right", "step", "step2", "run"):
        st.query_params.pop(name, None)
    st.query_params["experiment"] = st.session_state["picked_race"]


def _keep_runs() -> None:
    for name, key in (("experiment", "race"), ("left", "left"), ("right", "right")):
        st.query_params[name] = st.session_state[f"picked_{key}"]

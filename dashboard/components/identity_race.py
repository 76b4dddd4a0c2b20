"""The race of a deepened net: its runs, its start, and where the newest one is."""

from collections.abc import Sequence
from typing import Any

from core.deeper import deeper_spec
from core.engines.local import LocalEngine
from core.inspection import ask
from core.spec import Experiment, Origin, RunSpec
from core.store.database import Store
from core.store.reads import read_runs
from dashboard.jobs import Tell, Work
from dashboard.sides import Side

TASK = "deepen"
GOES_ON, DEEPENED = "goes on", "deepened by identity"  # what is changed at the start of a run
QUESTION = "Why can SGD not find a solution that exists?"


def new_runs(side: Side, depth: int, epochs: float) -> tuple[RunSpec, RunSpec, RunSpec]:
    """The net itself and two deeper ones by its recipe, as if all began at random weights."""
    common = side.spec.model_dump() | {"epochs": epochs, "steps": None, "origin": None}
    depths = (side.spec.depth, depth, depth)
    one, two, three = (RunSpec.model_validate(common | {"depth": layers}) for layers in depths)
    return one, two, three


def race_of(
    sides: Sequence[Side], depth: int, epochs: float, deepened: Sequence[str]
) -> Experiment:
    """Three runs a net: it goes on, the deepened one, and the same deep net from random weights.

    Args:
        deepened: run of each side's deepened net.
    """
    runs = []
    for side, run_id in zip(sides, deepened, strict=True):
        shallow, copy, alone = new_runs(side, depth, epochs)
        copied = Origin(run=run_id, step=0, change=DEEPENED, fresh=True)
        runs += [
            shallow.model_copy(update={"origin": _origin(side, GOES_ON)}),
            copy.model_copy(update={"origin": copied}),
            alone,
        ]
    return Experiment.of(f"deepened to {depth}", runs, QUESTION)


def start_race(
    sides: Sequence[Side], depth: int, epochs: float, store: Store, engine: LocalEngine
) -> Work:
    """Work that deepens the nets, unless that was done before, and queues the race; its id."""

    def work(tell: Tell) -> str:
        runs = []
        for place, side in enumerate(sides, 1):
            known = find_deepened(store, side, depth)
            runs.append(known or ask(TASK, store.url, *side.address, depth))
            tell(place / len(sides))
        return engine.submit(race_of(sides, depth, epochs, runs))[0]

    return work


def find_deepened(store: Store, side: Side, depth: int) -> str | None:
    """The run of this very net deepened so far, if it is in the store."""
    wanted = deeper_spec(side.spec, depth, side.run.run_id, side.net_step)
    rows = read_runs(store).itertuples(index=False)
    return next((str(run.run_id) for run in rows if not run.steps and _spec(run) == wanted), None)


def newest_race(store: Store, sides: Sequence[Side]) -> str | None:
    """The experiment that was started last in which one of these nets goes on."""
    wanted = [_origin(side, GOES_ON) for side in sides]
    rows = read_runs(store).itertuples(index=False)
    return next((str(run.experiment_id) for run in rows if _spec(run).origin in wanted), None)


def role_of(run: Any) -> str:
    """What a run is in such a race: GOES_ON, DEEPENED, or empty for random weights."""
    origin = _spec(run).origin
    return origin.change if origin else ""


def _origin(side: Side, change: str) -> Origin:
    return Origin(run=side.run.run_id, step=side.net_step, change=change, fresh=True)


def _spec(run: Any) -> RunSpec:
    return RunSpec.model_validate_json(run.spec)

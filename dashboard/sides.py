"""A side of a comparison: one run at one moment of its training."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.spec import RunSpec
from core.store.database import Store
from core.store.reads import list_run_and_nets


@dataclass(frozen=True)
class Side:
    """A run and the step of the time slider.

    Attributes:
        run: its row, as `list_runs` gives it.
        net_steps: steps at which there is a net to look into, rising; 0 is before any training.
            A fork that waits for its turn has none yet, and only the step where it begins.
        step: of the time slider.
    """

    store: Store
    run: Any
    net_steps: tuple[int, ...]
    step: int

    @property
    def spec(self) -> RunSpec:
        """What decides the run's result."""
        return _read_spec(self.run.spec)

    @property
    def active(self) -> bool:
        """The run is still going to change by itself."""
        return self.run.status in ("queued", "running")

    @property
    def net_step(self) -> int:
        """The step nearest to the slider's at which there is a net."""
        return min(self.net_steps, key=lambda step: abs(step - self.step))

    @property
    def address(self) -> tuple[str, bool, str, int]:
        """What the inspection process asks for: store, whether read-only, run, step."""
        return self.store.url, self.store.read_only, self.run.run_id, self.net_step


@lru_cache(maxsize=256)  # a side that is looked at is made anew every second
def _read_spec(text: str) -> RunSpec:
    return RunSpec.model_validate_json(text)


def side(store: Store, run_id: str, step: int) -> Side | None:
    """The run at a step; None when the store has no such run."""
    found = list_run_and_nets(store, run_id)
    if found is None:
        return None
    run, kept = found
    first = {0} if run.origin is None else set()  # a net like that is built anew from its spec
    return Side(store, run, tuple(sorted(first.union(kept))) or (run.begins,), step)

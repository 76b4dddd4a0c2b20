"""Reads what probes recorded: one vector a step and measure, over the blocks of a net."""

import json
from dataclasses import dataclass

import numpy as np
from sqlalchemy import bindparam, select

from core.store.database import Store
from core.store.tables import measures, profiles

NUMBERS = np.dtype("<f4")
RUN, MEASURE = bindparam("run"), bindparam("measure")
ABOUT = select(measures.c.places, measures.c.fault).where(
    measures.c.run_id == RUN, measures.c.measure == MEASURE
)
ROWS = (
    select(profiles.c.step, profiles.c.numbers)
    .where(profiles.c.run_id == RUN, profiles.c.measure == MEASURE)
    .order_by(profiles.c.step)
)


@dataclass(frozen=True)
class Profiles:
    """One measure of one run: a row a step, a column a place.

    Attributes:
        places: addresses of what was measured ('stem', 'stages.1.0', ...), from input to output.
        steps: int64 [S], rising; 0 is before any training.
        values: float32 [S, P]; not a number where a place has none, or the net had overflowed.
        fault: why the probe gave up, empty if it did not.
    """

    places: tuple[str, ...]
    steps: np.ndarray
    values: np.ndarray
    fault: str


def read_profiles(store: Store, run_id: str, measure: str) -> Profiles | None:
    """A measure of a run by step, None when it was never taken (in an older version, say)."""
    own = {"run": run_id, "measure": measure}
    with store.read() as connection:
        about = connection.execute(ABOUT, own).first()
        found = connection.execute(ROWS, own).all()
    if about is None:
        return None
    places = tuple(json.loads(about.places))
    steps, numbers = zip(*found, strict=True) if found else ((), ())
    values = np.frombuffer(b"".join(numbers), NUMBERS).reshape(len(steps), len(places))
    return Profiles(places, np.array(steps, np.int64), values, about.fault)


def list_measures(store: Store, run_id: str) -> dict[str, str]:
    """What was measured of a run: measure to why its probe gave up, empty if it did not."""
    query = select(measures.c.measure, measures.c.fault).where(measures.c.run_id == run_id)
    with store.read() as connection:
        return {row.measure: row.fault for row in connection.execute(query)}

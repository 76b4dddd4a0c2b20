"""What probes might have recorded: for figures and sentences, and in a store."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import insert

from core.store.database import Store
from core.store.tables import checkpoints, measures, profiles
from dashboard.figures.recording import Recording, as_recording

BLOCKS = ("stem", "stages.0.0", "stages.1.0", "stages.2.0", "head")  # of a net of 8 layers


def recording(values: Any, **changes: Any) -> Recording:
    """Of plain-8 with a row of values a step, 0, 1, 2, ..., seen at the last one."""
    table = np.array(values, np.float32)
    fields = {"run_id": "p8", "name": "plain-8", "family": "plain", "depth": 8}
    fields |= {"places": BLOCKS[: table.shape[1]], "steps": np.arange(len(table))}
    fields |= {"step": len(table) - 1} | changes
    net = (fields["run_id"], fields["name"], fields["family"], fields["depth"])
    found = as_recording(net, fields["places"], np.array(fields["steps"]), table, fields["step"])
    assert found is not None
    return found


def put_profiles(
    store: Store,
    run_id: str,
    measure: str,
    values: Any,
    *,
    places: Sequence[str] = BLOCKS,
    steps: Sequence[int] | None = None,
    fault: str = "",
) -> None:
    """As if a probe had measured a row of values at each step, 0, 1, 2, ... unless told."""
    rows = [np.array(row, "<f4").tobytes() for row in values]
    key = {"run_id": run_id, "measure": measure}
    taken = range(len(rows)) if steps is None else steps
    with store.write() as connection:
        about = {"places": json.dumps(places), "fault": fault}
        connection.execute(insert(measures).values(key | about))
        for step, row in zip(taken, rows, strict=True):
            connection.execute(insert(profiles).values(key | {"step": step, "numbers": row}))


def put_nets(store: Store, run_id: str, steps: Sequence[int]) -> None:
    """As if the run's weights had been kept at these steps."""
    with store.write() as connection:
        for step in steps:
            row = {"run_id": run_id, "kind": "weights", "step": step, "file": f"{step}"}
            connection.execute(
                insert(checkpoints).values(row | {"sha256": "", "bytes": 1, "created_at": 0.0})
            )

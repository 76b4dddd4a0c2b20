"""The circumstances of a measurement, and where its results go."""

import json
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from core.machine import find_machine, versions

HERE = Path(__file__).parent
QUIET_PERCENT = 15.0  # of all cores, used by others
LOOK_SECONDS = 3.0
PATIENCE_SECONDS = 120.0
CLOCK_OF_PROCESS = 2  # as clock_getcpuclockid(3) puts a process and this together


def circumstances(device: str = "auto") -> dict[str, Any]:
    """Machine, versions and date, after the machine came to rest.

    Returns:
        date (UTC), device, cores, precision, busy_before (% of all cores that others used just
        before; more than a few spoils what follows) and versions.
    """
    machine = find_machine(device)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": machine.name,
        "cores": psutil.cpu_count(),
        "precision": machine.precision,
        "busy_before": wait_for_quiet(),
        "versions": versions() | {name: version(name) for name in ("streamlit", "plotly")},
    }


def wait_for_quiet() -> float:
    """Wait until others leave the cores alone, or for two minutes; % of them in use at the end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (busy := psutil.cpu_percent(LOOK_SECONDS)) > QUIET_PERCENT:
        if time.monotonic() > deadline:
            break
    return busy


def processor_seconds(process: psutil.Process) -> float:
    """Of all its threads so far (Linux). What `cpu_times` tells comes in ticks of 10 ms."""
    return time.clock_gettime((~process.pid << 3) | CLOCK_OF_PROCESS)


def keep(name: str, results: dict[str, Any]) -> None:
    """Write results beside this file, as NAME.json."""
    text = json.dumps(results, indent=2, ensure_ascii=False)
    (HERE / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

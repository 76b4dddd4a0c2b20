"""python -m core.worker: a warm process that trains what is queued in a store on one device."""

import argparse
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from core.signals import StopSignal
from core.store.database import Store, is_full, open_store, reason
from core.store.recording import read_held, release_run
from core.store.requests import claim
from core.store.workers import extend_lease, register_worker

if TYPE_CHECKING:
    from core.race import Race

IDLE_MINUTES = 30.0
POLL_SECONDS = 0.1
RETRY_SECONDS = 1.0

log = logging.getLogger(__name__)


def serve(store: Store, device: str, idle_minutes: float, stop: StopSignal) -> None:
    """Train queued runs until none came for so long; return at once if another worker does.

    Raises:
        ValueError: there is no such device; what was queued for it has failed.
    """
    worker_id = register_worker(store, device)
    if worker_id is None:
        log.info("a worker serves %s already", device)
        return
    from core.heartbeat import Heartbeat  # torch takes seconds: the lease comes first

    with Heartbeat(store, worker_id) as heartbeat:
        from core.calibration import calibrate
        from core.machine import find_machine
        from core.race import Race

        try:
            machine = find_machine(device)
        except ValueError as error:
            _fail_queued(store, worker_id, device, str(error))
            raise
        if device == "auto":
            extend_lease(store, worker_id, machine.device.type)
        heartbeat.ready(machine)
        race = Race(store, worker_id, machine, serves=(device, machine.device.type))
        if not race.claim():
            calibrate(store, machine)
        _work(race, 60 * idle_minutes, stop)
        race.interrupt()


def _work(race: "Race", idle_seconds: float, stop: StopSignal) -> None:
    idle_since = time.monotonic()
    while not stop.received and time.monotonic() - idle_since < idle_seconds:
        try:
            race.claim()
            if race.turn():
                idle_since = time.monotonic()
            else:
                time.sleep(POLL_SECONDS)
        except (DBAPIError, OSError) as error:
            if not is_full(error):
                raise
            log.warning("waiting for space: %s", reason(error))
            time.sleep(RETRY_SECONDS)
            idle_since = time.monotonic()  # there is something to do, and no room to do it


def _fail_queued(store: Store, worker_id: str, device: str, why: str) -> None:
    """Nobody here can train these: better said than left waiting."""
    while claim(store, worker_id, (device,)):
        for run in read_held(store, worker_id):
            release_run(store, worker_id, run.run_id, "failed", why)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m core.worker", description=__doc__)
    parser.add_argument("--store", help="where the runs are queued; by default the lab's home")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--idle-minutes", type=float, default=IDLE_MINUTES)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        with StopSignal() as stop:
            serve(open_store(given.store), given.device, given.idle_minutes, stop)
    except (ValueError, DBAPIError, OSError) as error:
        raise SystemExit(f"the worker ends: {reason(error)}") from error


if __name__ == "__main__":
    main()

"""A worker's sign of life, from a thread of its own: a long step must not look like a death."""

import logging
import threading
from types import TracebackType

from sqlalchemy.exc import DBAPIError

from core.machine import Machine
from core.store.database import Store, reason
from core.store.workers import HEARTBEAT, beat, retire_worker

log = logging.getLogger(__name__)


class Heartbeat:
    """Beats while the context is open; at its end the worker's lease is given back."""

    def __init__(self, store: Store, worker_id: str) -> None:
        self.store, self.worker_id = store, worker_id
        self.machine: Machine | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def ready(self, machine: Machine) -> None:
        """Tell the device, and from now on its memory."""
        beat(self.store, self.worker_id, state="ready", **machine.facts(), **machine.memory())
        self.machine = machine

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        try:
            retire_worker(self.store, self.worker_id)
        except DBAPIError as failure:
            log.warning("the lease runs out by itself: %s", reason(failure))

    def _run(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            try:
                facts = self.machine.memory() if self.machine else {}
                beat(self.store, self.worker_id, **facts)
            except DBAPIError as failure:
                log.warning("no heartbeat: %s", reason(failure))

"""Work of seconds or minutes behind the pages: one thread each, shared by all who watch."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from sqlalchemy.exc import DBAPIError

from core.inspection import InspectionError
from core.store.database import StoreError, reason

log = logging.getLogger(__name__)

KEPT = 32  # jobs, the newest; those under way always

Tell = Callable[[float], None]  # share that is done, 0 to 1
Work = Callable[[Tell], Any]
Key = tuple[Any, ...]


class Stopped(Exception):
    """Somebody pressed stop: raised in the work where it next tells how far it is."""


@dataclass
class Job:
    """Work under way or done.

    Attributes:
        share: that is done, 0 to 1.
        answer: of the work; None before its end.
        fault: why there is none, a sentence; empty if nothing went wrong.
        ended: nothing is going to change any more.
    """

    share: float = 0.0
    answer: Any = None
    fault: str = ""
    ended: bool = False
    stopping: bool = False

    def stop(self) -> None:
        """End it where it next tells how far it is."""
        self.stopping = True

    def tell(self, share: float) -> None:
        """For the work, between its pieces."""
        if self.stopping:
            raise Stopped
        self.share = share


def find_job(key: Key) -> Job | None:
    """The job that somebody started under this key and nobody dropped."""
    return _jobs.get(key)


def start_job(key: Key, work: Work) -> Job:
    """The job of this key, started now unless there is one.

    The work asks the inspection process in pieces of about a second, so that others get their
    turns, and calls what it is given with the share done after each.
    """
    with _lock:
        if key not in _jobs:
            too_many = max(0, len(_jobs) + 1 - KEPT)
            for old in [one for one, job in _jobs.items() if job.ended][:too_many]:
                del _jobs[old]
            _jobs[key] = Job()
            Thread(target=_run, args=(_jobs[key], work), daemon=True).start()
        return _jobs[key]


def drop_job(key: Key) -> None:
    """Forget it, so that it can be started anew; one under way stops."""
    with _lock:
        job = _jobs.pop(key, None)
    if job is not None:
        job.stop()


def _run(job: Job, work: Work) -> None:
    try:
        job.answer = work(job.tell)
        job.share = 1.0
    except Stopped:
        job.fault = "Stopped."
    except (ValueError, InspectionError, StoreError) as error:
        job.fault = str(error)
    except (OSError, DBAPIError) as error:
        job.fault = reason(error)
    except Exception:
        log.exception("a job ended in an error")
        job.fault = "This went wrong, and the server's log says why."
    finally:
        job.ended = True


_jobs: dict[Key, Job] = {}
_lock = Lock()

"""A warm process that looks at nets for the pages: they know no torch, and outlive its death."""

import os
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import psutil
from loky import get_reusable_executor

IDLE_SECONDS = 600  # after which the process ends by itself
ORPHAN_SECONDS = 2.0  # between two looks whether the process that asks still lives
NICENESS = 5  # beside a race on the same cores: training keeps most of its speed
PATIENCE = 60.0  # seconds; the first answer includes the import of torch

_turn = Condition()  # one is answered at a time: nobody's work is ended for another's impatience
_waiting: deque[object] = deque()  # in the order they came; the first is being answered


class InspectionError(RuntimeError):
    """The inspection process died or took too long; the next question gets a new one."""


def ask(task: str, *arguments: Any, seconds: float = PATIENCE) -> Any:
    """What a task answers, computed in the inspection process.

    Args:
        task: one of TASKS.
        arguments: its own; they and the answer are pickled.
        seconds: to wait for one's turn, and again for the answer.

    Raises:
        ValueError: the task's own, in one sentence.
        InspectionError: no answer came, or others were being answered for so long.
    """
    with _in_turn(task, seconds):
        return _ask(task, arguments, seconds)


@contextmanager
def _in_turn(task: str, seconds: float) -> Iterator[None]:
    """In the order of asking: a plain lock goes to who asks on and on, and others starve."""
    ticket, came = object(), False
    with _turn:
        _waiting.append(ticket)
        try:
            came = _turn.wait_for(lambda: _waiting[0] is ticket, seconds)
        finally:
            if not came:
                _leave(ticket)
    if not came:
        raise InspectionError(f"{task} waited {seconds:g} s for others to be answered; try again")
    try:
        yield
    finally:
        with _turn:
            _leave(ticket)


def _leave(ticket: object) -> None:
    _waiting.remove(ticket)
    _turn.notify_all()


def _ask(task: str, arguments: tuple[Any, ...], seconds: float) -> Any:
    executor = get_reusable_executor(
        max_workers=1, timeout=IDLE_SECONDS, initializer=_serve, initargs=(os.getpid(),)
    )
    try:
        return executor.submit(_answer, TASKS[task], arguments).result(timeout=seconds)
    except TooLong as error:
        _kill_workers(executor)
        raise InspectionError(f"{task} took longer than {seconds:g} s and was ended") from error
    except BrokenProcessPool as error:
        raise InspectionError(
            f"{task} was cut off: the inspection process ended; trying again starts a new one"
        ) from error


def _kill_workers(executor: Any) -> None:
    """At once; loky's own way sometimes leaves a busy one, and the end would wait for it."""
    for process in list(executor._processes):
        with suppress(psutil.NoSuchProcess):
            psutil.Process(process).kill()
    executor.shutdown(wait=True)


def _serve(parent: int) -> None:
    """Give way to training, and do not outlive the process that asks: it may be killed."""
    if hasattr(os, "nice"):  # not on Windows
        _give_way()

    def watch() -> None:
        while psutil.pid_exists(parent):
            time.sleep(ORPHAN_SECONDS)
        os._exit(0)

    Thread(target=watch, daemon=True).start()


def _give_way() -> None:
    """Linux may share its cores between sessions, and a nice value then counts within one only."""
    os.nice(NICENESS)
    autogroup = Path("/proc/self/autogroup")
    if autogroup.exists() and os.getpid() != os.getpgid(0):
        os.setsid()
        with suppress(OSError):  # a container may forbid it: then cores are shared otherwise
            autogroup.write_text(str(NICENESS))


def _answer(address: str, arguments: tuple[Any, ...]) -> Any:
    module, function = address.split(":")
    return getattr(import_module(module), function)(*arguments)


TASKS = {  # by address: this module is imported where torch must not be
    "describe": "core.describe:describe",
    "latency": "core.describe:latency",
    "import": "core.weights:import_weights",
    "activations": "core.inspect.activations:activations",
    "readout": "core.inspect.readout:readout",
    "similarity": "core.inspect.similarity:similarity",
    "first-step": "core.inspect.first_step:first_step",
    "pictures": "core.inspect.images:pictures",
    "grad-cam": "core.inspect.grad_cam:grad_cam",
    "attribute": "core.inspect.attribution:attribute",
    "randomised": "core.inspect.randomised:randomised",
    "faithfulness": "core.inspect.faithfulness:faithfulness",
    "predictions": "core.inspect.predictions:predictions",
    "embedding": "core.inspect.embedding:embedding",
    "lesion": "core.inspect.lesion:lesion",
    "unit": "core.inspect.units:unit",
    "exciting": "core.inspect.units:exciting",
    "maximise": "core.inspect.maximisation:maximise",
    "landscape": "core.inspect.landscape:landscape",
    "export": "core.inspect.export:export",
    "deepened": "core.inspect.deepened:deepened",
    "deepen": "core.deepen:deepen_run",
    "block-by-hand": "core.inspect.block_by_hand:block_by_hand",
    "one-step": "core.inspect.one_step:one_step",
    "random-features": "core.inspect.random_features:random_features",
}

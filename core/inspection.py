"""A warm process that looks at nets for the pages: they know no torch, and outlive its death."""

from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import Any

from loky import get_reusable_executor

IDLE_SECONDS = 600  # after which the process ends by itself
PATIENCE = 60.0  # seconds; the first answer includes the import of torch


class InspectionError(RuntimeError):
    """The inspection process died or took too long; the next question gets a new one."""


def ask(task: str, *arguments: Any, seconds: float = PATIENCE) -> Any:
    """What a task answers, computed in the inspection process.

    Args:
        task: one of TASKS.
        arguments: its own; they and the answer are pickled.

    Raises:
        ValueError: the task's own, in one sentence.
        InspectionError: no answer came.
    """
    executor = get_reusable_executor(max_workers=1, timeout=IDLE_SECONDS)
    try:
        return executor.submit(_answer, TASKS[task], arguments).result(timeout=seconds)
    except TooLong as error:
        executor.shutdown(wait=False, kill_workers=True)
        raise InspectionError(f"{task} took longer than {seconds:g} s and was ended") from error
    except BrokenProcessPool as error:
        raise InspectionError(
            f"{task} was cut off: the inspection process ended; trying again starts a new one"
        ) from error


def _answer(address: str, arguments: tuple[Any, ...]) -> Any:
    module, function = address.split(":")
    return getattr(import_module(module), function)(*arguments)


TASKS = {  # by address: this module is imported where torch must not be
    "describe": "core.describe:describe",
    "latency": "core.describe:latency",
    "import": "core.weights:import_weights",
}

"""The inspection process, the real one: it dies, hangs and refuses, and the next call works."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Event

import psutil
import pytest

from core.inspection import NICENESS, TASKS, InspectionError, ask
from tests.racing import ROOT, wait_for


def process_id() -> int:
    return os.getpid()


def niceness() -> int:
    return os.nice(0)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    time.sleep(600)


def nap(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"


def refuse(sentence: str) -> None:
    raise ValueError(sentence)


@pytest.fixture(autouse=True)
def tasks(monkeypatch):
    """Tasks of this file beside the lab's own."""
    for task in (process_id, niceness, die, hang, nap, refuse):
        monkeypatch.setitem(TASKS, task.__name__, f"tests.core.test_inspection:{task.__name__}")


def is_alive(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_answer_comes_from_one_process_that_stays():
    first = ask("process_id")
    assert first != os.getpid()
    assert ask("process_id") == first


def test_looking_gives_way_to_training():
    assert ask("niceness") == os.nice(0) + NICENESS


def test_who_asks_once_is_not_starved_by_who_asks_on_and_on():
    ended, answered = Event(), []

    def ask_on() -> None:
        while not ended.is_set():
            answered.append(ask("nap", 0.1))

    ask("process_id")
    with ThreadPoolExecutor() as elsewhere:
        elsewhere.submit(ask_on)
        try:
            wait_for(lambda: answered)
            before = len(answered)
            for _ in range(10):
                ask("process_id")
            assert len(answered) - before <= 12  # each time the one under way, seldom one more
        finally:
            ended.set()


def test_a_killed_process_is_a_sentence_and_the_next_call_works():
    before = ask("process_id")
    with pytest.raises(InspectionError, match="die was cut off: the inspection process ended"):
        ask("die")
    assert ask("process_id") not in (before, os.getpid())


def test_a_process_killed_while_idle_is_replaced():
    before = ask("process_id")
    os.kill(before, signal.SIGKILL)
    time.sleep(0.5)  # as between two clicks
    assert ask("process_id") != before


def test_a_hung_task_is_ended_and_the_next_call_works():
    before = ask("process_id")
    with pytest.raises(InspectionError, match=r"hang took longer than 0\.5 s and was ended"):
        ask("hang", seconds=0.5)
    assert ask("process_id") != before
    wait_for(lambda: not is_alive(before))


def test_who_waits_too_long_for_a_turn_is_told_and_ends_nobodys_work():
    with ThreadPoolExecutor() as others:
        answer = others.submit(ask, "nap", 1.5)
        time.sleep(0.3)
        with pytest.raises(InspectionError, match=r"waited 0\.2 s for others to be answered"):
            ask("process_id", seconds=0.2)
        assert answer.result() == "slept"


def test_a_hung_task_does_not_fail_who_waits_behind_it():
    with ThreadPoolExecutor() as others:
        hung = others.submit(ask, "hang", seconds=1.0)
        time.sleep(0.3)
        assert ask("process_id") != os.getpid()
        assert isinstance(hung.exception(), InspectionError)


def test_the_process_does_not_outlive_a_killed_asker():
    script = (
        "import time; from core.inspection import TASKS, ask; TASKS['pid'] = 'os:getpid';"
        "print(ask('pid'), flush=True); time.sleep(99)"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as asker:
        assert asker.stdout is not None
        inspection = int(asker.stdout.readline())
        assert is_alive(inspection)
        asker.kill()
    wait_for(lambda: not is_alive(inspection))


def test_a_value_error_arrives_as_itself():
    with pytest.raises(ValueError, match=r"^depth 21 is odd$"):
        ask("refuse", "depth 21 is odd")


def test_every_task_is_there():
    for address in TASKS.values():
        module, function = address.split(":")
        assert callable(getattr(import_module(module), function))

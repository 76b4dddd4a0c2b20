from threading import Event

import pytest

from core.inspection import InspectionError
from dashboard.jobs import KEPT, Job, drop_job, find_job, start_job
from tests.racing import wait_for


@pytest.fixture
def key(request):
    key = (request.node.name,)
    yield key
    drop_job(key)


def ended(job: Job) -> Job:
    wait_for(lambda: job.ended)
    return job


def test_a_job_answers_and_tells_how_far_it_is(key):
    half, go_on = Event(), Event()

    def work(tell):
        tell(0.5)
        half.set()
        go_on.wait(10)
        return "answer"

    job = start_job(key, work)
    assert half.wait(10)
    assert (job.share, job.answer, job.ended) == (0.5, None, False)
    go_on.set()
    assert (ended(job).share, job.answer, job.fault) == (1.0, "answer", "")


def test_all_who_ask_share_one_job(key):
    started = []

    def work(tell):
        started.append(1)
        return "answer"

    jobs = [start_job(key, work) for _ in range(3)]
    assert all(job is jobs[0] for job in jobs)
    assert ended(jobs[0]).answer == "answer"
    assert len(started) == 1


def test_a_stopped_job_ends_where_it_next_tells(key):
    go_on, pieces = Event(), []

    def work(tell):
        for piece in range(100):
            go_on.wait(10)
            pieces.append(piece)
            tell(piece / 100)

    job = start_job(key, work)
    job.stop()
    go_on.set()
    assert ended(job).fault == "Stopped."
    assert len(pieces) == 1


@pytest.mark.parametrize("error", [ValueError, InspectionError])
def test_a_fault_is_a_sentence_and_the_job_can_be_started_anew(key, error):
    def work(tell):
        raise error("there is no such net")

    assert ended(start_job(key, work)).fault == "there is no such net"
    drop_job(key)
    assert find_job(key) is None
    assert ended(start_job(key, lambda tell: "answer")).answer == "answer"


def test_a_bug_in_the_work_stands_in_the_log_and_ends_the_job(key, caplog):
    def work(tell):
        return {}["nothing"]

    assert "server's log" in ended(start_job(key, work)).fault
    assert "KeyError: 'nothing'" in caplog.text


def test_only_the_newest_answers_are_kept(request):
    keys = [(request.node.name, number) for number in range(KEPT + 3)]
    for key in keys:
        ended(start_job(key, lambda tell: "answer"))
    assert find_job(keys[0]) is None
    assert find_job(keys[-1]) is not None
    for key in keys:
        drop_job(key)


def test_no_answer_is_forgotten_before_there_are_too_many(request):
    keys = [(request.node.name, number) for number in range(KEPT - 8)]
    for key in keys:
        ended(start_job(key, lambda tell: "answer"))
    assert all(find_job(key) for key in keys)
    for key in keys:
        drop_job(key)

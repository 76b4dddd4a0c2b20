import os
import subprocess
import sys

import pytest

from core.store.database import open_store
from core.store.files import write_file
from core.store.reads import read_runs
from tests.racing import assert_same_run, queue, run_core, started, statuses, wait_for

STEPS = 300
SIZE = 4_194_304  # bytes


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of that size."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can make a small disk, and on Linux")
    made = subprocess.run(mount, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no small disk can be made here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    """Leave no byte; the file to remove afterwards."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for _ in range(SIZE // 4096 + 1):
            try:
                file.write(bytes(4096))
            except OSError:
                return ballast
    raise AssertionError("the disk is larger than it should be")


def is_under_way(store):
    return len(read_runs(store)) == 2 and read_runs(store)["step"].min() >= 20


def test_a_worker_waits_for_space_and_then_leaves_no_hole(small_disk, unbroken, tmp_path):
    store = open_store(str(small_disk / "lab.db"))
    run_ids = queue(store, steps=STEPS)
    log = tmp_path / "log"
    with (
        log.open("w") as file,
        started("core.worker", "--store", store.url, "--device", "cpu", stderr=file) as worker,
    ):
        wait_for(lambda: is_under_way(store))
        ballast = fill(small_disk)
        wait_for(lambda: "waiting for space: " in log.read_text())
        assert worker.poll() is None
        ballast.unlink()
        wait_for(lambda: statuses(store) == ["finished"] * 2)
    assert "Traceback" not in log.read_text()
    for run_id, twin in zip(run_ids, unbroken[1], strict=True):
        assert_same_run(store, run_id, unbroken[0], twin)
    assert list(small_disk.rglob(".part-*")) == []


def test_a_race_in_the_terminal_ends_with_a_sentence_and_can_go_on(small_disk, unbroken):
    store = open_store(str(small_disk / "lab.db"))
    settings = {"depths": 8, "width": 2, "batch_size": 32, "snapshots": 2, "steps": STEPS}
    settings |= {"precision": "float32", "milestones": "0.5, 0.75"}
    words = ["race", "quick", "--device", "cpu", "--store", store.url, "--json"]
    for key, value in settings.items():
        words += ["--set", f"{key}={value}"]
    with started("core", *words) as process:
        wait_for(lambda: is_under_way(store))
        ballast = fill(small_disk)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    announced, sentence = err.splitlines()
    assert announced.startswith("experiment ")
    assert sentence.startswith("the store cannot be written: ")
    assert sentence.endswith("; make space, then go on with: python -m core resume RUN")
    ballast.unlink()
    wait_for(lambda: statuses(store) == ["interrupted"] * 2)
    run_id = read_runs(store)["run_id"].iloc[0]
    answer = run_core("resume", run_id, "--store", store.url)
    assert answer.returncode == 0, answer.stderr
    assert_same_run(store, run_id, unbroken[0], unbroken[1][0])


@pytest.mark.parametrize("size", [100, SIZE])  # less and more than a buffer holds
def test_a_file_that_does_not_fit_leaves_nothing_behind(small_disk, size):
    ballast = fill(small_disk)
    with pytest.raises(OSError, match="No space left"):
        write_file(small_disk / "weights", bytes(size))
    assert list(small_disk.iterdir()) == [ballast]


def test_a_store_on_a_full_disk_is_a_sentence(small_disk):
    fill(small_disk)
    answer = run_core("runs", "--store", str(small_disk / "lab.db"))
    assert answer.returncode in (1, 2)
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert line.startswith(f"cannot open the store {small_disk / 'lab.db'}: ")

import os
import subprocess
import sys

import pytest
import torch

from core.store.checkpoints import (
    KEPT_FOR_RESUME,
    drop_resume_checkpoints,
    load_checkpoint,
    save_checkpoint,
)
from core.store.database import StoreError
from core.store.reads import read_checkpoints
from core.store.runs import delete_runs
from tests.racing import ROOT, queue


@pytest.fixture
def run_id(store):
    return queue(store)[0]


def tensors(number):
    return {"weight": torch.full((2, 3), float(number)), "steps": torch.tensor(number)}


def save(store, run_id, *steps, kind="resume"):
    for step in steps:
        save_checkpoint(store, run_id, kind, step, tensors(step))


def files(store, run_id):
    return sorted(file.name for file in (store.folder / run_id).iterdir())


def assert_loaded(found, step):
    assert found is not None
    assert found[0] == step
    for name, tensor in tensors(step).items():
        assert torch.equal(found[1][name], tensor)


def test_what_was_saved_is_loaded(store, run_id):
    save(store, run_id, 7)
    assert_loaded(load_checkpoint(store, run_id, "resume"), 7)


def test_no_number_changes_on_the_way(store, run_id):
    kept = {
        "bfloat16": torch.randn(5).to(torch.bfloat16),
        "odd": torch.tensor([float("nan"), float("inf"), -0.0, 1e-42]),
        "counters": torch.tensor([2**40, -1]),
    }
    save_checkpoint(store, run_id, "resume", 1, kept)
    found = load_checkpoint(store, run_id, "resume")
    assert found is not None
    for name, tensor in kept.items():
        assert found[1][name].dtype == tensor.dtype
        torch.testing.assert_close(found[1][name], tensor, rtol=0, atol=0, equal_nan=True)


def test_without_a_checkpoint_there_is_none(store, run_id):
    assert load_checkpoint(store, run_id, "resume") is None


def test_the_newest_is_loaded_or_the_one_asked_for(store, run_id):
    save(store, run_id, 1, 100, 20, kind="weights")
    assert_loaded(load_checkpoint(store, run_id, "weights"), 100)
    assert_loaded(load_checkpoint(store, run_id, "weights", 20), 20)
    assert load_checkpoint(store, run_id, "weights", 2) is None


def test_kinds_and_runs_do_not_mix(store):
    first, second = queue(store)
    save(store, first, 5)
    assert load_checkpoint(store, first, "weights") is None
    assert load_checkpoint(store, second, "resume") is None


@pytest.mark.parametrize("byte", [0, 9, -1])  # the header's length, the header, a weight
def test_a_flipped_bit_falls_back_to_the_one_before(store, run_id, byte):
    save(store, run_id, 3, 4)
    file = store.folder / run_id / files(store, run_id)[-1]
    content = bytearray(file.read_bytes())
    content[byte] ^= 1
    file.write_bytes(content)
    assert_loaded(load_checkpoint(store, run_id, "resume"), 3)


def test_a_missing_or_cut_file_falls_back_to_the_one_before(store, run_id):
    save(store, run_id, 3, 4)
    file = store.folder / run_id / files(store, run_id)[-1]
    file.write_bytes(file.read_bytes()[:-1])
    assert_loaded(load_checkpoint(store, run_id, "resume"), 3)
    file.unlink()
    assert_loaded(load_checkpoint(store, run_id, "resume"), 3)


def test_with_no_intact_file_there_is_none(store, run_id):
    save(store, run_id, 3)
    (store.folder / run_id / files(store, run_id)[0]).unlink()
    assert load_checkpoint(store, run_id, "resume") is None


def test_only_the_last_ones_are_kept_to_resume_from(store, run_id):
    save(store, run_id, 1, kind="weights")
    save(store, run_id, 10, 20, 30, 40)
    found = read_checkpoints(store, run_id)
    assert list(found["step"]) == [1, 30, 40]
    assert len(found[found["kind"] == "resume"]) == KEPT_FOR_RESUME
    assert files(store, run_id) == [
        "00000001-weights.safetensors",
        "00000030-resume.safetensors",
        "00000040-resume.safetensors",
    ]


def test_a_finished_run_keeps_its_weights_only(store, run_id):
    save(store, run_id, 1, 40, kind="weights")
    save(store, run_id, 30, 40)
    drop_resume_checkpoints(store, run_id)
    assert set(read_checkpoints(store, run_id)["kind"]) == {"weights"}
    assert len(files(store, run_id)) == 2


def test_saving_a_step_again_replaces_it(store, run_id):
    save(store, run_id, 5)
    save_checkpoint(store, run_id, "resume", 5, tensors(6))
    found = load_checkpoint(store, run_id, "resume")
    assert found is not None
    assert found[1]["steps"] == 6
    assert len(read_checkpoints(store, run_id)) == 1


def test_a_row_tells_size_and_hash_of_its_file(store, run_id):
    save(store, run_id, 5)
    row = read_checkpoints(store, run_id).iloc[0]
    assert row["bytes"] == (store.folder / row["file"]).stat().st_size
    assert row["file"] == f"{run_id}/00000005-resume.safetensors"
    assert len(row["sha256"]) == 64


def test_a_deleted_run_gets_no_checkpoint(store, run_id):
    delete_runs(store, [run_id])
    with pytest.raises(StoreError, match=f"the run {run_id} was deleted"):
        save(store, run_id, 5)
    assert len(read_checkpoints(store, run_id)) == 0


def test_a_crash_before_the_rename_leaves_no_checkpoint(store, run_id):
    save(store, run_id, 3)
    script = """
import os, pathlib, sys
import torch
from core.store.checkpoints import save_checkpoint
from core.store.database import open_store
pathlib.Path.replace = lambda *_: os._exit(9)  # the power goes
save_checkpoint(open_store(sys.argv[1]), sys.argv[2], "resume", 4, {"weight": torch.ones(2)})
"""
    command = [sys.executable, "-c", script, store.url, run_id]
    assert subprocess.run(command, cwd=ROOT).returncode == 9
    whole = [name for name in files(store, run_id) if not name.startswith(".part-")]
    assert whole == ["00000003-resume.safetensors"]
    assert_loaded(load_checkpoint(store, run_id, "resume"), 3)


def test_a_write_that_fails_leaves_nothing_behind(store, run_id, monkeypatch):
    save(store, run_id, 3)

    def refuse(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        save(store, run_id, 4)
    assert files(store, run_id) == ["00000003-resume.safetensors"]

import pandas as pd
import pytest

from core.store.reads import (
    find_experiment,
    find_run,
    read_checkpoints,
    read_curves,
    read_experiments,
    read_runs,
    read_speeds,
)
from core.store.recording import Progress, record, record_speed
from core.store.tables import metadata
from core.store.workers import read_workers, register_worker
from tests.racing import POINT, queue

SPEED = {"device_name": "x", "precision": "float32", "layers": 8, "multiply_adds": 10}
CURVES = [
    "run_id",
    "label",
    "family",
    "depth",
    "seed",
    "step",
    "epoch",
    "split",
    "error",
    "loss",
    "learning_rate",
    "images_per_second",
    "run_learning_rate",
]


def test_an_empty_store_is_read_as_empty_tables_with_their_columns(store):
    runs = read_runs(store)
    columns = {column.name for column in metadata.tables["runs"].columns}
    assert set(runs.columns) == columns - {"id"} | {"run_id", "experiment"}
    assert list(read_curves(store).columns) == CURVES
    frames = (runs, read_experiments(store), read_curves(store), read_workers(store))
    assert all(frame.empty for frame in frames)
    assert read_checkpoints(store, "none").empty
    assert read_speeds(store, "x", "float32").empty


def test_what_is_not_there_is_none(store):
    assert find_experiment(store, "none") is None
    assert find_run(store, "none") is None


def test_experiments_come_newest_first_and_runs_in_their_order(store):
    older, newer = queue(store), queue(store, steps=41)
    assert list(read_runs(store)["run_id"]) == newer + older
    assert list(read_runs(store, run_ids=older[:1])["run_id"]) == older[:1]
    experiments = read_experiments(store)
    assert list(read_runs(store, experiments["experiment_id"].iloc[1])["run_id"]) == older


def test_times_are_in_utc(store):
    queue(store)
    created = read_runs(store)["created_at"].iloc[0]
    assert abs(created - pd.Timestamp.now("UTC")) < pd.Timedelta(minutes=1)
    assert read_runs(store)["finished_at"].isna().all()


def test_a_curve_is_sorted_by_run_split_and_step(store):
    worker = register_worker(store)
    first, second = queue(store, worker)
    points = [
        POINT | {"step": step, "split": split} for step in (9, 1) for split in ("train", "test")
    ]
    record(store, worker, [Progress(second, {}, points), Progress(first, {}, points)])
    found = read_curves(store)
    keys = list(found[["run_id", "split", "step"]].itertuples(index=False, name=None))
    assert keys == [
        (run_id, split, step)
        for run_id in (first, second)
        for split in ("test", "train")
        for step in (1, 9)
    ]
    assert read_curves(store, run_ids=[first])["run_id"].unique().tolist() == [first]


def test_progress_of_several_runs_is_written_together_or_not_at_all(store):
    worker = register_worker(store)
    first, second = queue(store, worker)
    good, twice = Progress(first, {"step": 5}, [POINT]), Progress(second, {}, [POINT, POINT])
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        record(store, worker, [good, twice])
    assert read_curves(store).empty
    assert list(read_runs(store)["step"]) == [0, 0]


def test_a_speed_measured_again_replaces_the_old_one(store):
    for seconds in (1.0, 2.0):
        record_speed(store, **SPEED, batch_size=32, seconds_per_step=seconds)
    record_speed(store, **SPEED, batch_size=64, seconds_per_step=4.0)
    found = read_speeds(store, "x", "float32")
    assert sorted(found["seconds_per_step"]) == [2.0, 4.0]
    assert read_speeds(store, "x", "bfloat16").empty

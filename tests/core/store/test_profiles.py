import numpy as np
import pytest
from sqlalchemy import select

from core.measures import MEASURES
from core.store import tables
from core.store.database import open_store
from core.store.gallery import export
from core.store.profiles import list_measures, read_profiles
from core.store.reads import read_experiments, read_runs
from core.store.runs import delete_runs
from tests.racing import queue, run_to_the_end


def runs_of(store):
    return list(read_runs(store)["run_id"])


def test_a_trained_run_has_a_row_a_step_and_a_column_a_place(trained):
    run_id = runs_of(trained)[0]
    found = read_profiles(trained, run_id, "gradient-norm")
    assert found is not None
    assert found.places == ("stem", "stages.0.0", "stages.1.0", "stages.2.0", "head")
    assert found.values.shape == (len(found.steps), len(found.places))
    assert found.values.dtype == np.float32
    assert (np.diff(found.steps) > 0).all()
    assert (found.steps[0], found.steps[-1]) == (1, 60)
    assert (found.values > 0).all()
    assert found.fault == ""


def test_every_measure_but_gates_is_taken_of_a_residual_net(trained):
    for run in read_runs(trained).itertuples():
        adds = {"branch-norm", "shortcut-norm", "branch-ratio"}
        without = {"gate"} if run.family == "resnet" else {"gate"} | adds
        assert list_measures(trained, run.run_id) == dict.fromkeys(set(MEASURES) - without, "")


def test_what_was_never_measured_is_none(trained):
    assert read_profiles(trained, runs_of(trained)[0], "gate") is None
    assert read_profiles(trained, "nobody", "gradient-norm") is None


def test_profiles_go_with_their_run(store):
    (run_id,) = queue(store, families=("plain",), steps=3)
    run_to_the_end(store)
    assert read_profiles(store, run_id, "zeros") is not None
    delete_runs(store, [run_id])
    with store.read() as connection:
        for table in (tables.measures, tables.profiles):
            assert not connection.execute(select(table)).all()


@pytest.fixture(scope="module")
def gallery(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery") / "shipped"
    with pytest.MonkeyPatch.context() as fewer:
        fewer.setattr("core.store.gallery.KEPT_PROFILES", 10)
        export(trained, read_experiments(trained)["experiment_id"].iloc[0], str(folder))
    return open_store(str(folder / "lab.db"), read_only=True)


def test_a_gallery_keeps_profiles_of_its_first_seed_and_their_last_step(trained, gallery):
    for run in read_runs(gallery).itertuples():
        kept = read_profiles(gallery, run.run_id, "gradient-norm")
        if run.seed:
            assert kept is None
            continue
        whole = read_profiles(trained, run.run_id, "gradient-norm")
        assert kept is not None
        assert whole is not None
        assert len(kept.steps) < len(whole.steps)
        assert {1, 2, 60} <= set(kept.steps)
        rows = np.isin(whole.steps, kept.steps)
        assert np.array_equal(kept.values, whole.values[rows])

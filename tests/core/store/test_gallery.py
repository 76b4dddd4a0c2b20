import pytest
import torch

from core.data.datasets import load_dataset
from core.nets.families import build_net
from core.store.checkpoints import load_checkpoint
from core.store.database import StoreError, open_store
from core.store.gallery import KEPT, export
from core.store.reads import find_run, list_checkpoints, read_curves, read_experiments, read_runs
from core.training.batches import Batches
from core.training.evaluation import evaluate
from tests.racing import queue

ROUNDING = 0.5  # points of error that weights in bfloat16 may cost


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery") / "classroom"
    size = export(trained, read_experiments(trained)["experiment_id"].iloc[0], str(folder))
    assert size == sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return folder


@pytest.fixture
def gallery(folder):
    return open_store(str(folder / "lab.db"), read_only=True)


def test_a_gallery_shows_what_the_store_showed(trained, gallery):
    for read in (read_experiments, read_runs, read_curves):
        assert read(gallery).equals(read(trained))


def test_the_last_weights_are_kept_of_one_seed(trained, gallery):
    for run in read_runs(gallery).itertuples():
        steps = list_checkpoints(gallery, run.run_id, "weights")
        kept = list_checkpoints(trained, run.run_id, "weights")
        assert len(kept) > KEPT
        assert steps == (kept[-KEPT:] if run.seed == 0 else [])


def test_weights_of_a_gallery_err_as_often_as_they_did(gallery):
    images = load_dataset("fashion-mnist-mini")
    for run in read_runs(gallery).itertuples():
        if run.seed != 0:
            continue
        spec = find_run(gallery, run.run_id)
        net = build_net(spec, 1, 10)
        loaded = load_checkpoint(gallery, run.run_id, "weights")
        assert loaded is not None
        assert loaded[0] == run.steps
        net.load_state_dict(loaded[1])
        normalise = Batches(spec, images).normalise
        _, error = evaluate(net, normalise, images.test_images, images.test_labels)
        assert error == pytest.approx(run.test_error, abs=ROUNDING)


def test_weights_are_rounded_to_bfloat16_and_no_more(trained, gallery):
    run_id = read_runs(gallery)["run_id"].iloc[0]
    (_, before), (_, after) = (
        load_checkpoint(store, run_id, "weights") or pytest.fail("no weights")
        for store in (trained, gallery)
    )
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        if tensor.is_floating_point():
            assert after[name].dtype == torch.bfloat16
            torch.testing.assert_close(after[name].float(), tensor, rtol=2**-8, atol=0)
        else:
            assert torch.equal(after[name], tensor)


def test_a_gallery_is_one_file_and_packed_weights(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {"lab.db", "checkpoints"}
    packed = {file.suffix for file in (folder / "checkpoints").rglob("*") if file.is_file()}
    assert packed == {".xz"}


def test_a_gallery_is_read_where_nothing_can_be_written(folder, as_nobody):
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(folder.rglob("*"))
    with as_nobody(folder):
        gallery = open_store(str(folder / "lab.db"), read_only=True)
        run_id = read_runs(gallery)["run_id"].iloc[0]
        assert load_checkpoint(gallery, run_id, "weights") is not None
        with pytest.raises(StoreError, match="is read-only"):
            queue(gallery)
    assert sorted(folder.rglob("*")) == before


def test_an_experiment_that_has_not_finished_is_not_exported(store, tmp_path):
    queue(store)
    experiment_id = read_experiments(store)["experiment_id"].iloc[0]
    with pytest.raises(ValueError, match="has not finished: plain-8, residual-8"):
        export(store, experiment_id, str(tmp_path / "gallery"))
    assert not (tmp_path / "gallery").exists()


def test_an_experiment_that_is_not_there_is_not_exported(store, tmp_path):
    with pytest.raises(ValueError, match="there is no experiment 'none'"):
        export(store, "none", str(tmp_path / "gallery"))


def test_a_folder_in_use_is_refused(trained, folder):
    with pytest.raises(ValueError, match="holds a gallery already; choose an empty folder"):
        export(trained, read_experiments(trained)["experiment_id"].iloc[0], str(folder))

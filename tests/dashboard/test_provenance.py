"""What panels say of seeds, images and device."""

import json
from types import SimpleNamespace

import pytest

from core.spec import RunSpec
from core.store.reads import list_runs
from dashboard.data import snapshot
from dashboard.provenance import (
    ALL_TEST,
    FROM_PLANS,
    ONE_IMAGE,
    named,
    provenance,
    provenance_of,
    provenance_of_runs,
    quoted,
)
from dashboard.sides import Side
from tests.racing import cpu


@pytest.fixture
def sides(put_runs, store):
    """sides(**fields): both nets of a tiny race that has finished."""

    def sides(**fields):
        rows = list_runs(store, put_runs("finished", **fields))
        return [Side(store, run, (0,), 0) for run in rows]

    return sides


def test_one_seed_and_several_are_named():
    assert named([0], "none", "none").startswith("Seed: 0 ·")
    assert named([0, 1, 1], "none", "none").startswith("Seeds: 0, 1 ·")


def test_a_comparison_names_what_is_looked_at_here_and_where_the_nets_trained(sides):
    assert provenance(sides(), ALL_TEST) == (
        "Seed: 0 · Images: up to 2,000 test images of Fashion-MNIST mini ·"
        f" Device: this computer; nets trained on {cpu().name}, float32"
    )


def test_what_was_recorded_names_the_device_that_trained(sides):
    told = provenance([*sides(), None], ONE_IMAGE, live=False)
    assert told == f"Seed: 0 · Images: the chosen one · Device: {cpu().name}, float32"


def test_a_race_names_all_its_seeds_and_the_images_that_it_trains_on(put_runs):
    shown = snapshot(put_runs("finished", seeds=(0, 1, 2), train_fraction=0.5))
    assert shown is not None
    assert provenance_of(shown) == (
        "Seeds: 0, 1, 2 · Images: 5,000 training and 2,000 test images of Fashion-MNIST mini ·"
        f" Device: {cpu().name}, float32"
    )


def test_a_run_that_waits_has_no_device_yet():
    waiting = SimpleNamespace(seed=3, versions=None, device_name=None, precision=None)
    assert provenance_of_runs([waiting], "none") == "Seed: 3 · Images: none · Device: none yet"


def test_nobody_knows_how_imported_weights_were_trained():
    versions = json.dumps({"torch": "2.15.0", "weights": "resnet20.th"})
    brought = SimpleNamespace(seed=0, versions=versions, device_name="a CPU", precision="float32")
    told = provenance_of_runs([brought], "none")
    assert told == "Seed: not known · Images: none · Device: another computer, not known"


def test_a_folder_that_is_gone_is_named_without_its_place(sides, tmp_path):
    (side, _) = sides()
    gone = RunSpec(family="plain", depth=8, epochs=1, dataset=f"folder:{tmp_path / 'cats'}")
    row = SimpleNamespace(**side.run._asdict() | {"spec": gone.model_dump_json()})
    told = provenance([Side(side.store, row, (0,), 0)], ALL_TEST)
    assert "Images: those of cats, not there any more ·" in told
    assert str(tmp_path) not in told


def test_numbers_that_are_quoted_or_counted_say_so():
    assert quoted("ten images").startswith("Images: ten images · Seeds and device: as far as")
    assert "counted" in FROM_PLANS

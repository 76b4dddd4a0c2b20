"""A sweep of widths: what is trained, what is refused, and what is kept of it."""

import json
import shlex

import pytest
from PIL import Image

from core.spec import Experiment
from core.store.database import open_store
from core.store.gallery import export
from core.store.reads import (
    find_experiment,
    read_checkpoints,
    read_curves,
    read_experiments,
    read_runs,
)
from core.widths import (
    DEPTH,
    WIDTHS,
    is_width_sweep,
    parse_widths,
    width_command,
    width_experiment,
)
from tests.racing import run_core, tiny

TINY = width_experiment([1, 2], 0.1, 256, 2, family="resnet", seed=3)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A store with the tiny sweep, trained by the line that its command is."""
    file = tmp_path_factory.mktemp("widths") / "lab.db"
    words = shlex.split(width_command(TINY))[3:]  # without `python -m core`
    answer = run_core(*words, "--store", str(file), "--json")
    assert answer.returncode == 0, answer.stderr
    return open_store(str(file)), json.loads(answer.stdout)


def test_the_nets_differ_in_nothing_but_their_width():
    runs = width_experiment([4, 1, 2, 2]).specs()
    assert [run.width for run in runs] == [1, 2, 4]
    assert len({run.model_dump_json(exclude={"width"}) for run in runs}) == 1
    assert {(run.depth, run.weight_decay, run.augmentation) for run in runs} == {
        (DEPTH, 0.0, "none")
    }


@pytest.mark.parametrize("images", [128, 999, 1_000, 3_333, 4_000])
def test_exactly_so_many_images_are_trained_on(images):
    (first, *_) = width_experiment(images=images).specs()
    assert first.training_images(10_000) == images  # of fashion-mnist-mini


def test_the_widths_without_a_choice_reach_from_one_channel_to_64():
    assert (WIDTHS[0], WIDTHS[-1]) == (1, 64)
    assert [run.width for run in width_experiment().specs()] == list(WIDTHS)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"widths": [0, 4]}, "width 0 is not between 1 and 64; the nearest is 1"),
        ({"widths": [4, 80]}, "width 80 is not between 1 and 64; the nearest is 64"),
        ({"widths": []}, "no width is given; give some between 1 and 64"),
        ({"label_noise": 0.3}, "label noise 0.3 is not between 0 and 0.2; the nearest is 0.2"),
        ({"images": 5_000}, "images 5,000 is not between 128 and 4,000; the nearest is 4,000"),
        ({"images": 100}, "images 100 is not between 128 and 4,000; the nearest is 128"),
        ({"epochs": 0}, "epochs 0 is not between 1 and 1,000; the nearest is 1"),
        ({"epochs": float("nan")}, "epochs nan is not between 1 and 1,000; the nearest is 1"),
    ],
)
def test_what_is_out_of_bounds_is_refused_with_the_nearest_good_value(changes, sentence):
    with pytest.raises(ValueError, match="^" + sentence.replace(".", r"\.") + "$"):
        width_experiment(**changes)


def test_more_images_than_the_data_set_has_are_refused(tmp_path):
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
        for number in range(100):
            Image.new("L", (8, 8), number).save(tmp_path / name / f"{number}.png")
    with pytest.raises(ValueError, match="200 images are more than the data set has; the nearest"):
        width_experiment(images=200, dataset=f"folder:{tmp_path}")


def test_widths_are_read_from_a_text():
    assert parse_widths("1, 2 4,,8") == [1, 2, 4, 8]


@pytest.mark.parametrize("wrong", ["x", "2.5", "-1"])
def test_a_text_that_is_no_width_is_refused(wrong):
    with pytest.raises(ValueError, match=f"^width {wrong} is not a whole number$"):
        parse_widths(f"1, {wrong}")


def test_a_sweep_is_known_by_its_widths_alone():
    sweep = width_experiment([1, 2])
    assert is_width_sweep(sweep)
    assert not is_width_sweep(tiny())
    runs = [*sweep.specs(), *width_experiment([4], seed=1).specs()]
    assert not is_width_sweep(Experiment.of("two seeds", runs))
    assert not is_width_sweep(width_experiment([1]))


def test_the_command_trains_the_very_experiment(trained):
    store, report = trained
    assert find_experiment(store, report["experiment"]) == TINY
    assert list(read_runs(store)["status"]) == ["finished", "finished"]
    labels = [run["label"] for run in report["runs"]]
    assert labels == ["residual-8 · width 1", "residual-8 · width 2"]


def test_a_gallery_without_weights_shows_the_same_numbers(trained, tmp_path):
    store, report = trained
    export(store, report["experiment"], str(tmp_path / "widths"), weights=False)
    gallery = open_store(str(tmp_path / "widths" / "lab.db"), read_only=True)
    for read in (read_experiments, read_runs, read_curves):
        assert read(gallery).equals(read(store))
    for run in report["runs"]:
        assert len(read_checkpoints(store, run["run"]))
        assert read_checkpoints(gallery, run["run"]).empty

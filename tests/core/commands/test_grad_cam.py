"""python -m core grad-cam, on runs of a store and on files of weights."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.attributions import ATTRIBUTIONS
from core.inspect.attribution import attribute
from core.inspect.nets import load_net
from core.inspect.overlay import stretched
from core.store.checkpoints import save_checkpoint
from core.training.device import threads
from tests.core.cifar_resnet import CifarResNet
from tests.core.inspect.nets import recorded, untrained
from tests.racing import run_core

KEYS = ["block", "class", "probability", "method", "shape", "min", "max", "out"]
IMAGENET = ("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")


@pytest.fixture(autouse=True)
def one_thread():
    """A second one would wait for busy cores at every layer."""
    with threads(1):
        yield


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "seen.png"


@pytest.fixture
def image(tmp_path) -> Path:
    """A photograph's stand-in: noise in colour, 40 x 32 pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    return tmp_path / "noise.png"


@pytest.fixture
def run(store) -> tuple[str, ...]:
    """--run of a residual net with weights of steps 0, 5 and 9, and its --store."""
    url, read_only, run_id, step = untrained(store, families=("resnet",))
    net = load_net(url, read_only, run_id, step).net
    for step in (5, 9):
        weights = {name: value.contiguous() for name, value in net.state_dict().items()}
        weights["stem.0.weight"] = (1 + step) * weights["stem.0.weight"]
        save_checkpoint(store, run_id, "weights", step, weights)
    return "--run", run_id, "--store", url


@pytest.fixture
def file(tmp_path) -> tuple[str, ...]:
    """--weights of a published CIFAR ResNet of 8 layers, and what describes it."""
    torch.save(CifarResNet(8).state_dict(), tmp_path / "net.th")
    return "--weights", str(tmp_path / "net.th"), "--family", "resnet", "--depth", "8"


@pytest.fixture
def look(answer, image, out):
    """look(*options): what `python -m core grad-cam ... --json` tells."""

    def look(*options: str) -> dict:
        code, told, complaints = answer(
            "grad-cam", *options, "--image", str(image), "--out", str(out), "--json"
        )
        assert (code, complaints) == (0, "")
        return json.loads(told)

    return look


@pytest.fixture
def refused(refusal, image, out):
    """refused(*options): the one line on stderr; nothing is drawn."""

    def refused(*options: str) -> str:
        told = refusal("grad-cam", "--image", str(image), "--out", str(out), *options)
        assert not out.exists()
        return told

    return refused


def address(run, step) -> tuple[str, bool, str, int]:
    return run[3], False, run[1], step


@pytest.mark.parametrize(("given", "step"), [((), 9), (("--step", "5"), 5), (("--step", "0"), 0)])
def test_it_tells_what_the_task_finds_at_the_last_step_or_at_the_one_given(
    look, run, image, out, given, step
):
    found = attribute(
        *address(run, step), image.read_bytes(), None, "grad-cam", "stages.2.0", False
    )
    told = look(*run, *given)
    assert list(told) == KEYS
    assert told == {
        "block": "stages.2.0",
        "class": found["target"],
        "probability": found["probability"],
        "method": "grad-cam",
        "shape": [4, 4],
        "min": pytest.approx(float(found["map"].min())),
        "max": pytest.approx(float(found["map"].max())),
        "out": str(out),
    }


@pytest.mark.parametrize("method", ATTRIBUTIONS)
def test_arrays_are_the_map_on_its_own_grid_and_the_overlay(look, run, image, tmp_path, method):
    npz = tmp_path / "seen.npz"
    told = look(
        *run, "--block", "stages.1.0", "--class", "4", "--method", method, "--npz", str(npz)
    )
    found = attribute(*address(run, 9), image.read_bytes(), 4, method, "stages.1.0", False)
    with np.load(npz) as arrays:
        assert sorted(arrays) == ["map", "overlay"]
        assert np.array_equal(arrays["map"], found["map"])
        assert np.array_equal(arrays["overlay"], found["overlay"])
    assert told["class"] == 4
    assert told["block"] == ("stages.1.0" if ATTRIBUTIONS[method].needs_block else None)
    assert told["shape"] == ([7, 7] if method == "grad-cam" else [28, 28])


def test_relu_keeps_what_raises_the_class_before_the_map_is_stretched(look, run, tmp_path):
    npz = tmp_path / "seen.npz"
    signed = look(*run, "--class", "8", "--npz", str(npz))
    with np.load(npz) as arrays:
        raising = np.maximum(arrays["map"], 0)
    told = look(*run, "--class", "8", "--npz", str(npz), "--relu")
    assert signed["min"] < 0 < signed["max"]
    assert (told["min"], told["max"]) == (0, signed["max"])
    with np.load(npz) as arrays:
        assert np.array_equal(arrays["map"], raising)
        assert np.array_equal(arrays["overlay"], stretched(raising, 28, 28))


def test_smoothgrad_goes_around_a_method(look, run):
    plain, smooth = look(*run), look(*run, "--smooth")
    assert plain["max"] != smooth["max"]


def test_the_picture_is_a_png_large_enough_to_be_seen(look, run, out):
    look(*run)
    with Image.open(out) as picture:
        assert (picture.format, picture.size) == ("PNG", (448, 448))


def test_a_published_file_needs_no_store_and_no_data(look, file, home):
    told = look(*file, *IMAGENET, "--block", "stages.2.0", "--class", "3")
    assert (told["shape"], told["class"]) == ([8, 8], 3)  # CIFAR nets end in 8 x 8
    assert not home.exists()


def test_mean_and_std_of_a_file_count(look, file):
    usual, given = look(*file), look(*file, *IMAGENET)
    assert usual["max"] != given["max"]
    cifar = ("--mean", "0.4914,0.4822,0.4465", "--std", "0.2470,0.2435,0.2616")
    assert look(*file, *cifar) == usual


def test_without_json_it_is_a_sentence(answer, run, image, out):
    words = ("--image", str(image), "--out", str(out), "--class", "1")
    _, told, _ = answer("grad-cam", *run, *words)
    assert told.startswith("Grad-CAM of residual-8 at stages.2.0 for class 1, Trouser (probability")
    assert told.endswith(f"; drawn in {out}\n")


def test_an_unknown_block_names_the_nearest(refused, run):
    told = refused(*run, "--block", "stages.2.8")
    assert told == "there is no block 'stages.2.8' here; the nearest is stages.2.0"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--class", "10"), "residual-8 knows no class 10, they are 0 to 9; the nearest is 9"),
        (("--method", "gradcam"), "there is no method 'gradcam' here; the nearest is grad-cam"),
        (("--step", "7"), "residual-8 has no intact weights of step 7; the nearest other step is"),
        (("--depth", "8"), "--depth goes with --weights alone"),
        (("--mean", "0.5"), "--mean goes with --weights alone"),
        (("--weights", "net.th"), "both --run and --weights are given; give one of them"),
        (("--image", "none.png"), "none.png cannot be read: No such file or directory"),
        (("--out", "none/seen.png"), "none/seen.png cannot be written: No such file or directory"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_bad_value_beside_a_run_is_one_line(refused, run, options, sentence):
    assert refused(*run, *options).startswith(sentence)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--step", "3"), "--step goes with --run alone"),
        (("--mean", "0.5", "--std", "0.5"), "mean and std have 1 numbers each and the net takes"),
        (("--mean", "0.5,0.5,0.5"), "mean is given without std; give both or neither"),
        (("--depth", "20"), "net.th holds a net of 8 layers, not of 20; the depth to give is 8"),
        (("--weights", "none.th"), "there is no file none.th"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_bad_value_beside_weights_is_one_line(refused, file, options, sentence):
    assert refused(*file, *options).startswith(sentence)


def test_weights_alone_do_not_tell_the_net(refused, file):
    assert refused(*file[:2]) == "--weights needs --family too; the file does not tell it"


def test_one_of_run_and_weights_is_needed(refused):
    assert refused() == "neither --run nor --weights is given; give one of them"


def test_a_run_that_there_is_not_is_one_line(refused, run):
    told = refused("--run", "nobody", *run[2:])
    assert told.startswith("no run 'nobody' in the store or the gallery")


def test_a_recorded_net_can_be_looked_into(look, store):
    run = recorded("resnet", 8)[2]
    assert look("--run", run, "--store", store.url)["shape"] == [4, 4]


def test_a_text_named_png_is_one_line(refused, run, image):
    image.write_text("no picture")
    assert refused(*run).startswith("this file is no picture that can be read")


def test_a_net_for_grey_images_needs_its_mean(refused, look, tmp_path):
    weights = CifarResNet(8).state_dict()
    torch.save(weights | {"conv1.weight": weights["conv1.weight"][:, :1]}, tmp_path / "grey.th")
    grey = ("--weights", str(tmp_path / "grey.th"), "--family", "resnet", "--depth", "8")
    told = refused(*grey)
    assert told == "the net takes images of 1 channels; give mean and std, one number a channel"
    assert look(*grey, "--mean", "0.3", "--std", "0.3")["shape"] == [8, 8]


def test_in_a_process_of_its_own_it_is_exit_code_2_and_no_traceback(image, out):
    words = ("--run", "nobody", "--image", str(image), "--out", str(out))
    ended = run_core("grad-cam", *words)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("no run 'nobody' in the store or the gallery")
    assert ended.stderr.count("\n") == 1

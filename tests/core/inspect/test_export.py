"""What one takes home, opened where the lab is not."""

import subprocess
import sys
import zipfile
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from core.inspect.attribution import attribute
from core.inspect.export import export
from core.inspect.nets import load_net
from tests.core.inspect.nets import recorded, untrained
from tests.core.inspect.test_no_trace import state, weights
from tests.racing import ROOT

IMAGE, CLASS, BLOCK = 7, 3, "stages.1.0"
ASKED = {  # method and whether SmoothGrad goes around it
    "grad-cam": ("grad-cam", False),
    "guided": ("guided-grad-cam", False),
    "noisy": ("integrated-gradients", True),
}
RUN_ALL = """
import os, runpy, sys
for folder in sys.argv[1:]:
    os.chdir(folder)
    runpy.run_path("make_map.py")
assert not any(name.partition(".")[0] in ("core", "dashboard") for name in sys.modules)
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Exports of a recorded net, unpacked, and their scripts run in a fresh process."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ASKED}
    for name, (method, smooth) in ASKED.items():
        content = export(*recorded("resnet", 8), IMAGE, CLASS, method, BLOCK, smooth)
        zipfile.ZipFile(BytesIO(content)).extractall(folders[name])
    command = [sys.executable, "-I", "-W", "ignore", "-c", RUN_ALL, *map(str, folders.values())]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folders


@pytest.mark.parametrize("name", ASKED)
def test_the_script_makes_the_same_map_without_the_lab(folders, name):
    method, smooth = ASKED[name]
    answer = attribute(*recorded("resnet", 8), IMAGE, CLASS, method, BLOCK, smooth)
    for file in ("my_map.npy", "map.npy"):
        np.testing.assert_allclose(np.load(folders[name] / file), answer["map"], rtol=0, atol=1e-5)
    assert np.ptp(answer["map"]) > 1e-3


def test_nothing_tells_where_the_lab_lies(folders):
    for file in folders["grad-cam"].iterdir():
        content = file.read_bytes()
        assert str(ROOT).encode() not in content, file.name
    archive = zipfile.ZipFile(folders["grad-cam"] / "net.pt2")
    assert not any(str(ROOT).encode() in archive.read(name) for name in archive.namelist())


def test_the_numbers_are_those_on_the_page():
    address = recorded("plain", 8)
    answer = attribute(*address, IMAGE, None, "grad-cam", BLOCK, False)
    content = export(*address, IMAGE, None, "grad-cam", BLOCK, False, "npz")
    found = np.load(BytesIO(content))  # refuses pickles
    for name in ("map", "overlay", "image"):
        np.testing.assert_array_equal(found[name], answer[name])
    assert found["probabilities"].sum() == pytest.approx(1)
    assert found["probabilities"][answer["target"]] == pytest.approx(answer["probability"])
    assert found["class_names"][answer["target"]] in load_net(*address).class_names


def test_the_picture_is_a_png_whose_colours_fade_with_the_limit():
    asked = (*recorded("resnet", 8), IMAGE, CLASS, "grad-cam", BLOCK, False, "png")
    own, wide = (np.asarray(Image.open(BytesIO(export(*asked, limit)))) for limit in (None, 1e9))
    assert own.shape[0] == own.shape[1] >= 224
    assert np.ptp(own.astype(int), axis=2).max() > 30  # red or blue over a grey image
    assert np.ptp(wide.astype(int), axis=2).max() <= 1


@pytest.mark.parametrize("kind", ["png", "npz", "zip"])
def test_an_export_leaves_no_trace(store, kind):
    address = untrained(store, families=("preact",))
    net = load_net(*address).net
    before, weights_before = state(net), weights(net)
    export(*address, 3, None, "guided-backprop", BLOCK, False, kind)
    assert state(net) == before
    assert all(torch.equal(value, weights_before[name]) for name, value in weights(net).items())

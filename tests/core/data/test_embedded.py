import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets.mnist import read_image_file

from core.data.catalogue import describe_dataset
from core.data.datasets import load_dataset

ASSETS = Path(__file__).parents[3] / "assets" / "data"
MINI = ASSETS / "fashion-mnist-mini.npz"
SCRIPT = ASSETS / "make_fashion_mnist_mini.py"


@pytest.fixture(scope="module")
def mini():
    return load_dataset("fashion-mnist-mini")


def test_the_embedded_set_is_what_the_catalogue_says(mini):
    info = describe_dataset("fashion-mnist-mini")
    assert mini.train_images.shape == (info.train_images, info.channels, info.size, info.size)
    assert mini.test_images.shape == (info.test_images, info.channels, info.size, info.size)
    assert mini.train_images.dtype == torch.uint8
    assert mini.train_labels.dtype == torch.int64
    assert len(mini.class_names) == info.classes


def test_every_class_has_1000_training_and_200_test_images(mini):
    assert mini.train_labels.bincount().tolist() == [1000] * 10
    assert mini.test_labels.bincount().tolist() == [200] * 10


def test_no_long_run_of_one_class_so_that_the_first_images_show_all(mini):
    assert mini.train_labels[:128].unique().numel() == 10


def test_the_embedded_set_looks_like_its_parent(mini):
    # mean 0.2860 and standard deviation 0.3530 of all 60,000, the numbers everybody normalises by
    assert mini.mean[0] == pytest.approx(0.2860, abs=0.005)
    assert mini.std[0] == pytest.approx(0.3530, abs=0.005)


def test_the_embedded_set_needs_no_folder_of_data(tmp_path):
    load_dataset("fashion-mnist-mini", root=tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_the_embedded_set_needs_no_torchvision():
    code = (
        "import sys; from core.data.datasets import load_dataset;"
        "load_dataset('fashion-mnist-mini'); sys.exit('torchvision' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_readme_tells_the_sha256_of_the_file():
    assert hashlib.sha256(MINI.read_bytes()).hexdigest() in (ASSETS / "README.md").read_text()
    assert MINI.stat().st_size < 6_000_000


def run_script(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_script_makes_the_file_byte_for_byte(official_fashion, tmp_path):
    done = run_script(official_fashion, tmp_path / "again.npz")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "again.npz").read_bytes() == MINI.read_bytes()


def test_every_embedded_image_is_an_official_one(official_fashion, mini, tmp_path):
    for split, images in (("train", mini.train_images), ("t10k", mini.test_images)):
        zipped = (official_fashion / f"{split}-images-idx3-ubyte.gz").read_bytes()
        (tmp_path / split).write_bytes(gzip.decompress(zipped))
        official = {image.tobytes() for image in read_image_file(str(tmp_path / split)).numpy()}
        assert {image.tobytes() for image in images[:, 0].numpy()} <= official


def test_the_script_refuses_other_files(official_fashion, tmp_path):
    for file in official_fashion.glob("*.gz"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    changed = np.zeros((60_000, 28, 28), np.uint8)
    content = b"\0\0\x08\x03" + np.array(changed.shape, ">u4").tobytes() + changed.tobytes()
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(content, 1))
    done = run_script(tmp_path, tmp_path / "mini.npz")
    assert done.returncode != 0
    assert "contains MD5" in done.stderr
    assert not (tmp_path / "mini.npz").exists()

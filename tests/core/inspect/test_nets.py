from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torchvision.models import ResNet18_Weights, resnet18

from core.data.augment import normalise
from core.data.datasets import load_dataset
from core.inspect.landscape import landscape
from core.inspect.lesion import lesion
from core.inspect.nets import load_net
from core.inspect.predictions import predictions
from core.inspect.units import unit
from core.nets.families import build_net
from core.store.checkpoints import save_checkpoint
from core.store.reads import find_run, read_curves, read_runs
from core.store.runs import delete_runs
from core.training.evaluation import evaluate
from core.training.trainer import Trainer
from core.weight_settings import WeightSettings
from core.weights import import_weights
from tests.core.inspect.nets import GALLERY, TRAINED, recorded, untrained
from tests.racing import final_weights

ROUNDING = 0.5  # points of error that weights in bfloat16 may cost


def error_of(loaded) -> float:
    """On all test images, %."""
    images = loaded.images
    return evaluate(loaded.net, loaded.normalise, images.test_images, images.test_labels)[1]


@pytest.fixture(scope="module")
def of_torchvision():
    """A ResNet-18 for ImageNet as torchvision builds it, untrained."""
    return resnet18().eval()


@pytest.fixture
def for_imagenet(store, of_torchvision, tmp_path):
    """That net imported by its weights, beside a data set of grey images; loaded."""
    torch.save(of_torchvision.state_dict(), tmp_path / "resnet18.pth")
    normalisation = {"mean": "0.485,0.456,0.406", "std": "0.229,0.224,0.225"}  # torchvision's
    settings = WeightSettings(
        family="resnet", depth=18, dataset="fashion-mnist-mini", **normalisation
    )
    run_id = import_weights(store.url, str(tmp_path / "resnet18.pth"), settings)
    return load_net(store.url, False, run_id, 0)


@pytest.fixture
def kept(store):
    """A run with weights of steps 10 and 40."""
    url, read_only, run_id, _ = untrained(store)
    weights = build_net(find_run(store, run_id), 1, 10).state_dict()
    for step in (10, 40):
        save_checkpoint(store, run_id, "weights", step, weights)
    return url, read_only, run_id


def checkpoint_file(store, run_id: str, step: int) -> Path:
    return store.folder / run_id / f"{step:08d}-weights.safetensors"


def test_a_net_has_the_weights_that_were_kept(trained):
    run = read_runs(trained).iloc[0]
    loaded = load_net(trained.url, False, run["run_id"], int(run["steps"]))
    for name, weights in final_weights(trained, run["run_id"]).items():
        torch.testing.assert_close(loaded.net.state_dict()[name], weights, rtol=0, atol=0)


@pytest.mark.parametrize(("family", "depth"), [("plain", 8), ("resnet", 20)])
def test_a_recorded_net_errs_as_often_as_was_recorded(family, depth):
    address = recorded(family, depth)
    run = read_runs(GALLERY, run_ids=[address[2]]).iloc[0]
    assert error_of(load_net(*address)) == pytest.approx(run["test_error"], abs=ROUNDING)


def test_before_the_first_step_a_net_errs_as_the_trainer_recorded(trained):
    run_id = read_runs(trained)["run_id"].iloc[1]
    points = read_curves(trained, run_ids=[run_id])
    first = points[(points["step"] == 0) & (points["split"] == "test")].iloc[0]
    assert error_of(load_net(trained.url, False, run_id, 0)) == pytest.approx(first["error"])


@pytest.mark.parametrize("step", [0, TRAINED])
def test_a_net_comes_in_eval_mode_and_float32(step):
    net = load_net(*recorded("resnet", 8, step)).net
    assert not any(module.training for module in net.modules())
    assert {weight.dtype for weight in net.parameters()} == {torch.float32}


def test_a_net_is_read_once():
    address = recorded("plain", 8)
    assert load_net(*address) is load_net(*address)


def test_an_imported_net_sees_images_as_it_was_told(store, tmp_path):
    url, read_only, run_id, _ = untrained(store)
    spec = find_run(store, run_id)
    save_file(build_net(spec, 1, 10).state_dict(), tmp_path / "net.safetensors")
    settings = WeightSettings(
        family="plain", depth=8, stem_stride=2, dataset=spec.dataset, mean="0.3", std="0.7"
    )
    imported = import_weights(url, str(tmp_path / "net.safetensors"), settings)
    loaded = load_net(url, read_only, imported, 0)
    pixels = loaded.images.test_images[:2]
    expected = normalise(pixels, torch.tensor([0.3]), torch.tensor([0.7]))
    torch.testing.assert_close(loaded.normalise(pixels), expected, rtol=0, atol=0)


def test_a_net_for_imagenet_sees_a_picture_as_torchvision_prepares_it(for_imagenet, of_torchvision):
    pixels = np.random.default_rng(0).integers(0, 256, (300, 451, 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    prepared = ResNet18_Weights.IMAGENET1K_V1.transforms()(Image.fromarray(pixels))
    inputs = for_imagenet.normalise(for_imagenet.picture(file.getvalue()).pixels)
    torch.testing.assert_close(inputs, prepared[None], rtol=0, atol=1e-5)
    with torch.no_grad():
        theirs, ours = of_torchvision(prepared[None]), for_imagenet.net(inputs)
    torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)
    assert for_imagenet.class_names[281] == "tabby"


def test_a_net_for_imagenet_sees_grey_test_images_in_three_channels(for_imagenet):
    grey = for_imagenet.images.test_images[:2]
    assert for_imagenet.normalise(grey).shape == (2, 3, 28, 28)
    pixels, label = for_imagenet.picture(0)
    assert pixels.shape == (1, 3, 224, 224)
    assert label in for_imagenet.images.class_names


def test_a_step_without_weights_is_answered_with_the_nearest(kept):
    with pytest.raises(ValueError, match=r"^plain-8 has no .* of step 33; the nearest .* is 40$"):
        load_net(*kept, 33)


def test_a_missing_file_is_told_in_a_sentence(store, kept):
    checkpoint_file(store, kept[2], 10).unlink()
    with pytest.raises(ValueError, match=r"has no intact weights of step 10; the nearest .* is 0$"):
        load_net(*kept, 10)


def test_one_flipped_bit_is_noticed(store, kept):
    file = checkpoint_file(store, kept[2], 40)
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    with pytest.raises(ValueError, match="has no intact weights of step 40"):
        load_net(*kept, 40)


def test_a_damaged_import_is_not_replaced_by_a_new_net(store, kept):
    weights = build_net(find_run(store, kept[2]), 1, 10).state_dict()
    save_checkpoint(store, kept[2], "weights", 0, weights)
    checkpoint_file(store, kept[2], 0).write_bytes(b"")
    with pytest.raises(ValueError, match="has no intact weights of step 0"):
        load_net(*kept, 0)


def test_a_deleted_run_is_told_in_a_sentence(store, kept):
    delete_runs(store, [kept[2]])
    with pytest.raises(ValueError, match=r"there is no run .*; it may have been deleted"):
        load_net(*kept, 10)


def test_images_of_other_channels_are_refused(store, kept):
    weights = build_net(find_run(store, kept[2]), 3, 10).state_dict()
    save_checkpoint(store, kept[2], "weights", 40, weights)
    with pytest.raises(ValueError, match=r"takes images of 3 channels .* have 1 "):
        load_net(*kept, 40)


def test_a_run_under_way_shows_the_net_that_it_would_resume_from(store):
    url, read_only, run_id, _ = untrained(store)
    spec, images = find_run(store, run_id), load_dataset("fashion-mnist-mini")
    trainer = Trainer(spec, images, torch.device("cpu"), "float32")
    trainer.advance(3)
    save_checkpoint(store, run_id, "resume", 3, trainer.state_dict())
    net = load_net(url, read_only, run_id, 3).net
    for name, weights in trainer.net.state_dict().items():
        assert torch.equal(net.state_dict()[name], weights.cpu()), name


@pytest.mark.parametrize(
    "ask",
    [
        lambda address: predictions(*address),
        lambda address: lesion(*address, (), 0, 10),
        lambda address: unit(*address, "stem", 0),
        lambda address: landscape(*address, (15, 0.25, 0), 0, 1),
    ],
    ids=["predictions", "lesion", "unit", "landscape"],
)
def test_no_error_is_counted_on_images_of_other_classes(store, of_torchvision, tmp_path, ask):
    torch.save(of_torchvision.state_dict(), tmp_path / "resnet18.pth")
    settings = WeightSettings(
        family="resnet", depth=18, dataset="fashion-mnist-mini", mean="0,0,0", std="1,1,1"
    )
    run_id = import_weights(store.url, str(tmp_path / "resnet18.pth"), settings)
    with pytest.raises(ValueError, match=r"residual-18 tells 1,000 classes apart and .* has 10: "):
        ask((store.url, False, run_id, 0))

import json
import os
import pickle
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import save_file
from torchvision.models import get_model

from core.fitting import fit_net
from core.nets.families import ConvNet, build_net
from core.refusals import explain
from core.spec import RunSpec
from core.state_dicts import read_state_dict
from core.store.checkpoints import load_checkpoint
from core.store.reads import read_checkpoints, read_experiments, read_runs
from core.verdict import judge
from core.vgg_names import fold_biases, vgg_names
from core.weight_settings import LARGEST, NAMED, WeightSettings
from core.weights import evaluate_weights, import_weights
from tests.core.cifar_resnet import CifarResNet

VGGS = [(name.split(":")[1], depth) for name, (family, depth) in NAMED.items() if family == "vgg"]
MINI = "fashion-mnist-mini"  # grey, 28 x 28, 10 classes, 2,000 test images


def asked(**fields) -> WeightSettings:
    return WeightSettings(**{"family": "resnet", "depth": 8, "dataset": MINI} | fields)


def loaded(file: Path, **fields):
    return fit_net(read_state_dict(file), asked(**fields), file.name)


def refusal(file: Path, **fields) -> str:
    with pytest.raises(ValueError) as told:  # noqa: PT011, the caller compares the sentence
        loaded(file, **fields)
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.fixture
def weights() -> dict[str, torch.Tensor]:
    return dict(CifarResNet(8).state_dict())


@pytest.fixture
def saved(tmp_path):
    """saved(content, name): a file that torch has saved."""

    def saved(content: object, name: str = "net.th") -> Path:
        torch.save(content, tmp_path / name)
        return tmp_path / name

    return saved


def with_random_weights(name: str) -> torch.nn.Module:
    """A net of torchvision, drawn faster than by itself: a VGG has 130 million weights."""
    with torch.device("meta"):
        net = get_model(name, weights=None)
    net, generator = net.to_empty(device="cpu").eval(), torch.Generator().manual_seed(0)
    for value in net.state_dict().values():
        if value.dim() > 1:
            value.uniform_(-1, 1, generator=generator).mul_((6 / value[0].numel()) ** 0.5)
        else:
            value.fill_(0) if value.dim() == 0 else value.uniform_(0.1, 1, generator=generator)
    return net


@pytest.mark.parametrize("option", ["A", "B"])
def test_a_cifar_resnet_answers_as_it_did_before(saved, option):
    theirs = CifarResNet(20, option=option).eval()
    spec, ours, _ = loaded(saved(theirs.state_dict()), depth=20)
    images = torch.randn(4, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    assert spec.shortcut == option
    torch.testing.assert_close(ours.eval()(images), theirs(images))


@pytest.mark.parametrize(
    ("name", "family", "depth"), [("resnet18", "resnet", 18), ("resnet50", "bottleneck", 50)]
)
def test_a_resnet_of_torchvision_answers_as_it_did_before(saved, name, family, depth):
    theirs = get_model(name, weights=None, num_classes=10).eval()
    spec, ours, _ = loaded(saved(theirs.state_dict()), family=family, depth=depth)
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    assert (spec.stem, spec.width, spec.shortcut, spec.stride_in) == ("imagenet", 64, "B", "3x3")
    torch.testing.assert_close(ours.eval()(images), theirs(images))


@pytest.mark.parametrize(("name", "depth"), [("vgg11", 11), ("vgg11_bn", 11)])
def test_a_vgg_of_torchvision_answers_as_it_did_before(tmp_path, name, depth):
    theirs = with_random_weights(name)
    save_file(theirs.state_dict(), tmp_path / "net.safetensors")
    spec, ours, _ = loaded(tmp_path / "net.safetensors", family="vgg", depth=depth)
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    assert (spec.stem, spec.width, spec.batch_norm) == ("imagenet", 64, name.endswith("bn"))
    with torch.no_grad():
        torch.testing.assert_close(ours.eval()(images), theirs(images), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("name", "depth"), VGGS)
def test_every_layer_of_a_published_vgg_has_a_place_in_ours(name, depth):
    with torch.device("meta"):
        theirs = get_model(name, weights=None)
        spec = RunSpec(
            family="vgg", depth=depth, stem="imagenet", width=64, steps=1, batch_norm="bn" in name
        )
        ours = ConvNet(spec, 3, 1000).state_dict()
    tensors = fold_biases(theirs.state_dict())
    names = vgg_names(tensors)
    assert {names[name]: value.shape for name, value in tensors.items()} == {
        name: value.shape for name, value in ours.items()
    }


@pytest.mark.parametrize("family", ["plain", "resnet", "bottleneck", "preact", "highway"])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_every_net_of_the_lab_is_read_back(tmp_path, family, batch_norm):
    spec = RunSpec(
        family=family, depth=20, steps=1, width=4, shortcut="C", batch_norm=batch_norm, seed=3
    )
    weights = build_net(spec, 1, 10).state_dict()
    save_file(weights, tmp_path / "own.safetensors")
    found, net, _ = loaded(tmp_path / "own.safetensors", family=family, depth=20)
    assert (found.batch_norm, found.width) == (batch_norm, 4)
    assert found.shortcut == ("A" if family in ("plain", "highway") else "C")
    assert all(torch.equal(weights[name], value) for name, value in net.state_dict().items())


def test_the_net_in_a_checkpoint_to_resume_from_is_read(tmp_path):
    weights = build_net(RunSpec(family="plain", depth=8, steps=1, width=2), 1, 10).state_dict()
    content = {f"net.{name}": value for name, value in weights.items()}
    content |= {"counters": torch.zeros(4), "optimizer.stem.0.weight": torch.zeros(2)}
    save_file(content, tmp_path / "resume.safetensors")
    assert loaded(tmp_path / "resume.safetensors", family="plain").spec.width == 2


@pytest.mark.parametrize("wrapper", ["state_dict", "model", "net"])
@pytest.mark.parametrize("prefix", ["", "module."])
def test_wrappers_and_prefixes_are_looked_through(saved, weights, wrapper, prefix):
    inside = {prefix + name: value for name, value in weights.items()}
    net = loaded(saved({wrapper: inside, "best": 8.27})).net
    assert torch.equal(net.state_dict()["stem.0.weight"], weights["conv1.weight"])


def test_half_precision_becomes_float32(saved, weights):
    net = loaded(saved({name: value.half() for name, value in weights.items()})).net
    assert {value.dtype for value in net.parameters()} == {torch.float32}


def test_a_file_without_batch_norms_counters_is_read(saved, weights):
    older = {name: value for name, value in weights.items() if "num_batches" not in name}
    assert len(loaded(saved(older)).net.state_dict()) == len(weights)


def test_another_depth_is_refused_with_the_files_own(saved):
    told = refusal(saved(CifarResNet(14).state_dict()), depth=20)
    assert told == "net.th holds a net of 14 layers, not of 20; the depth to give is 14"


def test_another_kind_of_block_is_refused_with_the_right_family(saved):
    file = saved(get_model("resnet50", weights=None, num_classes=10).state_dict())
    assert refusal(file, depth=50) == (
        "the blocks in net.th have 3 convolutions each and those of a residual net of 50 layers 2;"
        " the nearest is the bottleneck family, depth 50"
    )


@pytest.mark.parametrize("name", ["conv1.weight", "layer2.0.bn1.weight", "linear.bias"])
def test_a_missing_tensor_is_named_as_in_the_file(saved, weights, name):
    del weights[name]
    assert name in refusal(saved(weights))


def test_a_tensor_too_many_is_named(saved, weights):
    weights["attention.weight"] = torch.zeros(1)
    told = refusal(saved(weights))
    assert told == "net.th: a residual-8 net has no attention.weight"


def test_another_shape_is_told_with_the_right_one(saved, weights):
    weights["layer3.0.conv2.weight"] = torch.zeros(16, 16, 5, 5)
    assert refusal(saved(weights)) == (
        "net.th: layer3.0.conv2.weight has the shape 16 x 16 x 5 x 5; in a residual-8 net it is"
        " 16 x 16 x 3 x 3"
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_told_with_its_tensor(saved, weights, value):
    weights["layer1.0.bn2.running_var"][2] = value
    assert "layer1.0.bn2.running_var holds NaN or infinite values" in refusal(saved(weights))


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_pickle_that_runs_code_is_refused_and_does_not_run(tmp_path, saved, weights, wrapped):
    marker = tmp_path / "marker"

    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {marker}",)

    content = {"state_dict": weights, "epoch": Evil()}
    file = saved(content) if wrapped else tmp_path / "net.th"
    if not wrapped:
        file.write_bytes(pickle.dumps(content, protocol=2))
    told = refusal(file)
    assert not marker.exists()
    assert "code is never run" in told
    with file.open("rb") as opened:  # the file is as dangerous as it claims to be
        torch.load(opened, weights_only=False) if wrapped else pickle.load(opened)
    assert marker.exists()


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path):
    file = tmp_path / "huge.pth"
    with file.open("wb") as opened:
        opened.truncate(2 * 10**9)
    assert refusal(file) == "huge.pth has 2.0 GB and was not read; the largest file is 1 GB"


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path, saved, weights):
    file = saved(weights)
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("net/data/bomb", "w", force_zip64=True) as member,
    ):
        for _ in range(LARGEST // 2**24 + 1):
            member.write(bytes(2**24))
    assert file.stat().st_size < LARGEST / 100
    assert "net.th was refused" in refusal(file)


@pytest.mark.parametrize("name", ["net.th", "net.safetensors"])
def test_a_damaged_file_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"these are no weights")
    assert refusal(tmp_path / name).startswith(f"{name} was refused: it is damaged")


@pytest.mark.parametrize("content", [[1, 2], {}, {"epoch": 3}, {"weight": torch.zeros(2)}])
def test_something_else_than_a_net_is_refused(saved, content):
    assert "net.th holds" in refusal(saved(content))


def test_a_tensor_without_numbers_is_refused(saved, weights):
    weights["conv1.weight"] = torch.empty(4, 3, 3, 3, device="meta")
    assert "'conv1.weight', which is no tensor of plain numbers" in refusal(saved(weights))


def test_no_such_file_is_a_sentence(tmp_path):
    assert refusal(tmp_path / "no.th").startswith(f"there is no file {tmp_path / 'no.th'}; give")


def test_a_file_with_another_ending_is_refused(tmp_path):
    (tmp_path / "net.pkl").write_bytes(b"")
    assert refusal(tmp_path / "net.pkl") == (
        "net.pkl is no file of weights by its name; those end in .safetensors, .pth, .pt, .th"
    )


def test_weights_of_torchvision_are_taken_from_torchs_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    file = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    file.parent.mkdir(parents=True)
    torch.save(get_model("resnet18", weights=None).state_dict(), file)
    with pytest.raises(ValueError, match="tells 1000 classes apart and fashion-mnist-mini has 10"):
        evaluate_weights("torchvision:resnet18", asked(depth=18))


def test_offline_it_is_said_which_file_goes_where(tmp_path, monkeypatch, closed_proxy):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(ValueError, match="cannot be fetched") as told:
        evaluate_weights("torchvision:resnet18", asked(depth=18))
    place = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    assert str(told.value).endswith(f"at {place}")


def test_an_unknown_net_of_torchvision_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no weights torchvision:alexnet; there are torch"):
        evaluate_weights("torchvision:alexnet", asked())


@pytest.fixture
def closed_proxy(monkeypatch):
    """Whatever is fetched fails at once."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)


def test_images_of_another_number_of_channels_are_refused(saved, weights):
    with pytest.raises(ValueError, match="takes images of 3 channels and those of fashion-mnist-m"):
        evaluate_weights(str(saved(weights)), asked())


@pytest.fixture
def own(trained) -> tuple[Path, float]:
    """The last weights of a residual net of 8 layers that was trained here, and its test error."""
    run = read_runs(trained).iloc[-1]
    found = read_checkpoints(trained, run["run_id"])
    file = found[found["kind"] == "weights"]["file"].iloc[-1]
    return trained.folder / file, run["test_error"]


@pytest.fixture
def imported(store, own):
    """That net imported into another store: its row."""
    settings = asked(stem_stride=2, mean="0.3", std="0.35")
    run_id = import_weights(store.url, str(own[0]), settings)
    return read_runs(store, run_ids=[run_id]).iloc[0]


def test_a_net_of_the_lab_gets_its_own_test_error_again(own):
    tested = evaluate_weights(str(own[0]), asked(stem_stride=2))
    assert tested.images == 2000
    assert tested.error == pytest.approx(own[1], abs=0.1)


def test_the_size_of_the_batch_changes_no_answer(own):
    errors = {
        evaluate_weights(str(own[0]), asked(stem_stride=2, batch=batch)).error
        for batch in (300, 2000)
    }
    assert len(errors) == 1


def test_an_imported_net_is_a_finished_run_with_its_weights(store, imported):
    assert (imported["label"], imported["status"]) == ("residual-8 (imported)", "finished")
    assert (imported["step"], imported["steps"]) == (0, 0)
    assert read_experiments(store)["source"].iloc[0] == "import"
    kept = load_checkpoint(store, imported["run_id"], "weights")
    assert kept is not None
    spec = RunSpec.model_validate_json(imported["spec"])
    build_net(spec, 1, 10).load_state_dict(kept[1], strict=True)


def test_an_imported_run_keeps_its_normalisation(imported):
    origin = json.loads(imported["versions"])
    assert (origin["mean"], origin["std"]) == ([0.3], [0.35])


def test_a_net_for_imagenet_is_kept_without_a_test_error(store, saved):
    file = saved(get_model("resnet18").state_dict(), "resnet18.pth")
    settings = {"depth": 18, "mean": "0.485,0.456,0.406", "std": "0.229,0.224,0.225"}
    run_id = import_weights(store.url, str(file), asked(**settings))
    run = read_runs(store, run_ids=[run_id]).iloc[0]
    assert (run["label"], run["status"]) == ("residual-18 (imported)", "finished")
    assert pd.isna(run["test_error"])


def test_a_net_for_imagenet_is_not_kept_without_its_normalisation(store, saved):
    file = saved(get_model("resnet18").state_dict(), "resnet18.pth")
    with pytest.raises(ValueError, match="needs the mean and std of its training; torchvision's"):
        import_weights(store.url, str(file), asked(depth=18))
    assert read_runs(store).empty


def test_a_verdict_leaves_an_imported_run_out(store, imported):
    verdict = judge(read_runs(store).itertuples())
    assert verdict.headline.startswith("Not enough evidence yet: it takes two depths")


def test_nothing_is_left_of_an_import_whose_weights_cannot_be_kept(store, own, as_nobody):
    place = store.folder.parent
    place.chmod(0o777)
    (place / "lab.db").chmod(0o666)
    (place / "net.safetensors").write_bytes(own[0].read_bytes())
    store.folder.chmod(0o555)
    with as_nobody(place), pytest.raises(OSError, match="Permission denied"):
        import_weights(store.url, str(place / "net.safetensors"), asked(stem_stride=2))
    assert read_runs(store).empty


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"depth": 21}, "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"),
        ({"family": "bottleneck", "depth": 21}, "depth 21 is not 9n + 2"),
        ({"mean": "0.5,0.5,0.5"}, "mean is given without std; give both or neither"),
        ({"std": "0.5"}, "std is given without mean; give both or neither"),
        ({"mean": "0.5,0.5", "std": "0.5"}, "mean has 2 numbers and std 1; give as many"),
        ({"mean": "0.5", "std": "0"}, "std 0 must be above 0 in every channel"),
        ({"mean": "red", "std": "1"}, "mean red is not a number"),
        ({"mean": "nan", "std": "1"}, "mean nan must be finite in every channel"),
        ({"batch": 0}, "batch 0 is too small; the nearest is 1"),
    ],
)
def test_a_setting_that_cannot_be_is_a_sentence(fields, told):
    with pytest.raises(ValidationError) as error:
        asked(**fields)
    assert "; ".join(explain(error.value).values()).startswith(told)

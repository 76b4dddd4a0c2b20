"""Weights that others trained fit into our net: the architecture is theirs."""

import re
from pathlib import Path

import pytest
import torch

from core.nets.families import ConvNet, build_net
from core.spec import RunSpec

# resnet20-12fca82f.th of https://github.com/akamaster/pytorch_resnet_cifar10 (BSD-2-Clause)
WEIGHTS = Path(__file__).parents[4] / "shared/reference/resnet20-12fca82f.th"

OURS = (  # their name, our name
    (r"^module\.", ""),
    (r"^conv1\.", "stem.0."),
    (r"^bn1\.", "stem.1."),
    (r"^linear\.", "head.1."),
    (r"^layer(\d)", lambda match: f"stages.{int(match[1]) - 1}"),
    (r"\.conv1\.", ".branch.0."),
    (r"\.bn1\.", ".branch.1."),
    (r"\.conv2\.", ".branch.3."),
    (r"\.bn2\.", ".branch.4."),
)


def our_name(name: str) -> str:
    for theirs, ours in OURS:
        name = re.sub(theirs, ours, name)
    return name


@pytest.fixture(scope="module")
def published() -> ConvNet:
    if not WEIGHTS.exists():
        pytest.skip(f"{WEIGHTS.name} is not on this computer")
    weights = torch.load(WEIGHTS, map_location="cpu", weights_only=True)["state_dict"]
    net = build_net(RunSpec(family="resnet", depth=20, steps=1), 3, 10)
    net.load_state_dict({our_name(name): weight for name, weight in weights.items()}, strict=True)
    return net.eval()


def test_the_published_weights_give_confident_finite_answers(published):
    images = torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    shares = published(images).softmax(1)
    assert shares.isfinite().all()
    assert shares.amax(1).mean() > 0.3  # an untrained net is near 0.1

"""The nets of He et al. 2015, section 4.2: a stem, three stages of blocks, a head."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.nets.blocks import BasicBlock, PlainBlock, convolution
from core.spec import Family, RunSpec

STAGES = 3  # of n blocks each, at full, half and quarter size

MakeBlock = Callable[[RunSpec, int, int, int], nn.Module]  # spec, channels in and out, stride


class ConvNet(nn.Module):
    """Stem (3x3 convolution), three stages of width w, 2w and 4w, head (average pool, linear).

    A net of depth 6n + 2 has n blocks of two layers a stage; the second and third stage subsample.
    """

    def __init__(self, spec: RunSpec, channels_in: int, classes: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            *convolution(channels_in, spec.width, 3, spec.stem_stride, spec.batch_norm), nn.ReLU()
        )
        self.stages = nn.Sequential(*(make_stage(spec, index) for index in range(STAGES)))
        self.head = nn.Sequential(
            GlobalAveragePool(),
            nn.Linear(spec.width << (STAGES - 1), classes),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Logits [N, classes] of normalised images [N, channels, height, width]."""
        return self.head(self.stages(self.stem(images)))

    def blocks(self) -> Iterator[tuple[str, nn.Module]]:
        """Address ('stages.1.0') and block, from input to output."""
        for stage_index, stage in enumerate(self.stages):
            assert isinstance(stage, nn.Sequential)
            for block_index, block in enumerate(stage):
                yield f"stages.{stage_index}.{block_index}", block


class GlobalAveragePool(nn.Module):
    """Mean over all pixels: [N, C, H, W] to [N, C]."""

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, x.shape[2:]).flatten(1)  # its gradient stays channels_last


def make_stage(spec: RunSpec, index: int) -> nn.Sequential:
    """The n blocks of one stage; the first one changes width and size."""
    make_block = FAMILIES[spec.family]
    width = spec.width << index
    first = make_block(spec, width // 2, width, 2) if index else make_block(spec, width, width, 1)
    rest = (make_block(spec, width, width, 1) for _ in range((spec.depth - 2) // 6 - 1))
    return nn.Sequential(first, *rest)


def build_net(spec: RunSpec, channels_in: int, classes: int) -> ConvNet:
    """The net of a spec on the CPU, in float32; its weights depend on the spec alone.

    Weights are normal with variance 2 / fan-in (He et al. 2015, arXiv:1502.01852, equation 10;
    1 / fan-in in the head, no ReLU follows), biases zero, batch norm 1 and 0. Shortcuts draw last:
    a plain and a residual net of the same seed start from the same weights.
    """
    with torch.device("meta"):  # allocates nothing and draws nothing from the global generator
        net = ConvNet(spec, channels_in, classes)
    net = net.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(spec.seed)
    for _, layer in sorted(net.named_modules(), key=lambda named: "shortcut" in named[0]):
        initialize(layer, generator)
    return net


def initialize(layer: nn.Module, generator: torch.Generator) -> None:
    """Draw one layer's weights in place; containers and parameter-free layers stay as they are."""
    if isinstance(layer, nn.BatchNorm2d):
        layer.reset_parameters()
    elif isinstance(layer, nn.Conv2d | nn.Linear):
        nonlinearity = "relu" if isinstance(layer, nn.Conv2d) else "linear"
        nn.init.kaiming_normal_(layer.weight, nonlinearity=nonlinearity, generator=generator)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


FAMILIES: dict[Family, MakeBlock] = {
    "plain": lambda spec, channels_in, channels_out, stride: PlainBlock(
        channels_in, channels_out, stride, spec.batch_norm
    ),
    "resnet": lambda spec, channels_in, channels_out, stride: BasicBlock(
        channels_in, channels_out, stride, spec.shortcut, spec.batch_norm
    ),
}

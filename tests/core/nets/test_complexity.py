"""The table of a net against numbers that others printed, and against torch itself."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.nets.complexity import complexity


class Branches(nn.Module):
    """A fork of a long and a short path that meet in a sum and in a concatenation."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 3, stride=2, padding=1, bias=False)
        self.long = nn.Sequential(
            nn.Conv2d(2, 2, 5, padding=2, bias=False),
            nn.Conv2d(2, 2, 3, padding=2, dilation=2, bias=False),
        )
        self.short = nn.Conv2d(2, 2, 1, bias=False)
        self.last = nn.Conv2d(4, 1, (3, 1), padding=(1, 0), bias=False)

    def forward(self, image):
        x = self.stem(image)
        x = torch.cat([self.long(x) + x, self.short(x)], 1)
        return self.last(F.avg_pool2d(x, 2))


def only(net: nn.Module, shape, kind: str) -> list:
    return [layer for layer in complexity(net, shape).layers if layer.kind == kind]


def three_3x3() -> nn.Sequential:
    return nn.Sequential(*(nn.Conv2d(4, 4, 3, padding=1, bias=False) for _ in range(3)))


def test_rows_come_in_the_order_of_execution_and_begin_with_the_image():
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(8 * 4 * 4, 5),
    )  # fmt: skip
    rows = [tuple(layer) for layer in complexity(net, (3, 8, 8)).layers]
    assert rows == [
        ("input", "input", (3, 8, 8), 0, 0, 4 * 192, 1),
        ("0", "convolution", (8, 8, 8), 216, 216 * 64, 4 * 512, 3),
        ("1", "batch norm", (8, 8, 8), 16, 0, 0, 3),
        ("3", "max pool", (8, 4, 4), 0, 0, 4 * 128, 4),
        ("5", "linear", (5,), 645, 640, 4 * 5, 10),  # of 4 x 4 values, two pixels apart
    ]


def test_rows_add_up_to_the_totals():
    found = complexity(Branches(), (1, 32, 32))
    for column in ("parameters", "multiply_adds", "activation_bytes"):
        total = sum(getattr(layer, column) for layer in found.layers)
        assert total == getattr(found, column) > 0


def test_three_3x3_convolutions_see_what_one_7x7_sees():  # Simonyan, Zisserman 2015, section 2.3
    seen = [complexity(net, (4, 16, 16)).layers[-1] for net in (three_3x3(), nn.Conv2d(4, 4, 7))]
    assert [layer.receptive_field for layer in seen] == [7, 7]
    assert [complexity(three_3x3(), (4, 16, 16)).parameters, seen[1].parameters - 4] == [
        3 * 9 * 4**2,  # 3(9C^2), 49C^2 and the bias of the second
        49 * 4**2,
    ]


def test_the_receptive_field_is_the_longer_path_where_paths_meet():
    fields = [layer.receptive_field for layer in complexity(Branches(), (1, 64, 64)).layers]
    # 3, + 4 * 2, + 4 * 2; the short path sees 3; the pool + 2; the last, 4 pixels apart, + 2 * 4
    assert fields == [1, 3, 11, 19, 3, 21, 29]


def test_the_receptive_field_is_where_the_gradient_is_not_zero():
    net = Branches()
    for weights in net.parameters():
        nn.init.uniform_(weights, 0.5, 1.0, generator=torch.Generator().manual_seed(0))
    image = torch.zeros(1, 1, 96, 96, requires_grad=True)
    output = net(image)
    output[0, 0, output.shape[2] // 2, output.shape[3] // 2].backward()
    rows, columns = (image.grad[0, 0].abs().sum(axis).nonzero() for axis in (1, 0))
    field = complexity(net, (1, 96, 96)).layers[-1].receptive_field
    assert field == len(rows) == int(rows.max() - rows.min()) + 1
    assert len(columns) == 21  # the last kernel is one pixel wide


def test_a_global_pool_sees_the_whole_image_and_so_does_what_follows():
    body = [nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.AdaptiveAvgPool2d(1)]
    rows = complexity(nn.Sequential(*body, nn.Flatten(), nn.Linear(2, 3)), (1, 20, 20)).layers
    assert [layer.receptive_field for layer in rows[1:]] == [3, 3 + 9 * 2, 3 + 9 * 2]


def test_the_mean_over_a_map_sees_all_of_it():
    class Mean(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 3)

        def forward(self, x):
            return self.linear(x.mean((2, 3)))

    assert complexity(Mean(), (2, 6, 6)).layers[-1].receptive_field == 6


def test_a_pool_of_one_pixel_is_no_row_but_its_stride_counts():
    net = nn.Sequential(nn.AvgPool2d(1, 2), nn.Conv2d(1, 1, 3), nn.AdaptiveAvgPool2d(6))
    rows = complexity(net, (1, 16, 16)).layers
    assert [(layer.kind, layer.receptive_field) for layer in rows[1:]] == [("convolution", 5)]


def test_grouped_convolutions_multiply_within_their_group():
    (layer,) = only(nn.Conv2d(8, 8, 3, groups=8, padding=1, bias=False), (8, 4, 4), "convolution")
    assert layer.multiply_adds == 8 * 9 * 16


def test_weights_that_do_not_run_are_rows_for_training_only():
    class WithAuxiliary(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.auxiliary, self.head = nn.Linear(4, 9), nn.Linear(4, 2)

        def forward(self, x):
            x = x.flatten(1)
            return (self.head(x), self.auxiliary(x)) if self.training else self.head(x)

    found = complexity(WithAuxiliary(), (1, 2, 2))
    assert tuple(found.layers[-1]) == ("auxiliary", "linear (training only)", (), 45, 0, 0, None)
    assert found.parameters == 45 + 10


def test_a_layer_used_twice_counts_its_weights_once():
    layer = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    rows = only(nn.Sequential(layer, layer), (1, 4, 4), "convolution")
    assert [row.parameters for row in rows] == [9, 0]
    assert [row.multiply_adds for row in rows] == [144, 144]


def hooks(net: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in net.modules())


@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 32, 32)], ids=["well", "wrong channels"])
def test_looking_leaves_the_net_as_it_was(shape):
    net = nn.Sequential(Branches().eval(), nn.BatchNorm2d(1))
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    modes = [module.training for module in net.modules()]
    try:
        complexity(net, shape)
    except RuntimeError:
        assert shape[0] == 3
    assert [module.training for module in net.modules()] == modes
    assert hooks(net) == 0
    for name, tensor in net.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=0)

"""A CIFAR ResNet as others write it: the names of akamaster/pytorch_resnet_cifar10."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, stride: int, option: str) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.grows = channels_in != channels_out
        self.shortcut = nn.Sequential()
        if self.grows and option == "B":
            projection = nn.Conv2d(channels_in, channels_out, 1, stride, bias=False)
            self.shortcut = nn.Sequential(projection, nn.BatchNorm2d(channels_out))

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.grows and not len(self.shortcut):
            quarter = x.shape[1] // 2
            return F.relu(out + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, quarter, quarter)))
        return F.relu(out + self.shortcut(x))


class CifarResNet(nn.Module):
    """Depth 6n + 2 with shortcut option A or B; its batch norm has statistics of its own."""

    def __init__(
        self, depth: int = 8, width: int = 4, option: str = "A", channels: int = 3
    ) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv1 = nn.Conv2d(3, width, 3, 1, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        before = width
        for stage in range(3):
            blocks = []
            for block in range((depth - 2) // 6):
                stride = 2 if stage and not block else 1
                blocks.append(Block(before, width << stage, stride, option))
                before = width << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(before, 10)
        for norm in (module for module in self.modules() if isinstance(module, nn.BatchNorm2d)):
            nn.init.uniform_(norm.running_mean, -0.2, 0.2)
            nn.init.uniform_(norm.running_var, 0.5, 2)
            nn.init.uniform_(norm.weight, 0.5, 2)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.layer3(self.layer2(self.layer1(out)))
        return self.linear(out.mean((2, 3)))

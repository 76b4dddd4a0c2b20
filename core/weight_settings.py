"""How a file of weights is to be read and on what it is tested. Knows no torch: the form asks."""

import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from core.depths import Family
from core.spec import StrideIn, check_depths

SUFFIXES = (".safetensors", ".pth", ".pt", ".th")
LARGEST = 10**9  # bytes of a file that is read at all
TORCHVISION = "torchvision:"
NAMED: dict[str, tuple[Family, int]] = {  # torchvision's for ImageNet, and which of ours they are
    f"{TORCHVISION}resnet18": ("resnet", 18),
    f"{TORCHVISION}resnet34": ("resnet", 34),
    f"{TORCHVISION}resnet50": ("bottleneck", 50),
    f"{TORCHVISION}resnet101": ("bottleneck", 101),
    f"{TORCHVISION}resnet152": ("bottleneck", 152),
    f"{TORCHVISION}vgg11": ("vgg", 11),
    f"{TORCHVISION}vgg11_bn": ("vgg", 11),
    f"{TORCHVISION}vgg13": ("vgg", 13),
    f"{TORCHVISION}vgg13_bn": ("vgg", 13),
    f"{TORCHVISION}vgg16": ("vgg", 16),
    f"{TORCHVISION}vgg16_bn": ("vgg", 16),
    f"{TORCHVISION}vgg19": ("vgg", 19),
    f"{TORCHVISION}vgg19_bn": ("vgg", 19),
}

# Mean and standard deviation per channel (red, green, blue) that published nets subtract and divide
# by, of pixels from 0 to 1: torchvision's for ImageNet, and CIFAR-10's over its training images.
NORMALISATIONS = {
    "ImageNet": ("0.485, 0.456, 0.406", "0.229, 0.224, 0.225"),
    "CIFAR-10": ("0.4914, 0.4822, 0.4465", "0.2470, 0.2435, 0.2616"),
}

Numbers = tuple[float, ...]


class WeightSettings(BaseModel):
    """What a file of weights does not tell: the net's family, its images, how they are normalised.

    Attributes:
        mean: per channel, of pixels from 0 to 1; None takes the data set's own. So does `std`.
        stem_stride: of a 3x3 stem; the weights are the same for 1 and 2.
        stride_in: where bottlenecks halve the image; None takes 3x3 for published names, else 1x1.
        batch: images at a time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: Family
    depth: int
    dataset: Annotated[str, Field(min_length=1)]
    mean: Numbers | None = None
    std: Annotated[Numbers | None, Field(validate_default=True)] = None  # it must fit the mean
    stem_stride: Annotated[int, Field(ge=1, le=2)] = 1
    stride_in: StrideIn | None = None
    batch: Annotated[int, Field(ge=1, le=100_000)] = 200

    @field_validator("depth")
    @classmethod
    def _depth(cls, depth: int, others: ValidationInfo) -> int:
        family = others.data.get("family")
        stem = "imagenet" if family == "vgg" else "cifar"  # has all depths; a file tells more
        check_depths((depth,), [family], stem)
        return depth

    @field_validator("mean", "std", mode="before")
    @classmethod
    def _parts(cls, value: object) -> object:
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("mean", "std")
    @classmethod
    def _finite(cls, value: Numbers | None, field: ValidationInfo) -> Numbers | None:
        if value is not None and not all(map(math.isfinite, value)):
            raise ValueError(f"{field.field_name} {_text(value)} must be finite in every channel")
        return value

    @field_validator("std")
    @classmethod
    def _fits_mean(cls, std: Numbers | None, others: ValidationInfo) -> Numbers | None:
        if "mean" not in others.data:  # it was refused already
            return std
        mean = others.data["mean"]
        if (mean is None) != (std is None):
            given, lacks = ("std", "mean") if mean is None else ("mean", "std")
            raise ValueError(f"{given} is given without {lacks}; give both or neither")
        if mean is not None and std is not None and len(mean) != len(std):
            raise ValueError(f"mean has {len(mean)} numbers and std {len(std)}; give as many")
        if std is not None and min(std) <= 0:
            raise ValueError(f"std {_text(std)} must be above 0 in every channel")
        return std


def _text(numbers: Numbers) -> str:
    return ",".join(f"{number:g}" for number in numbers)

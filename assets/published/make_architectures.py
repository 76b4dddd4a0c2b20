"""Makes architectures.csv: python assets/published/make_architectures.py (needs torchvision).

It holds what torchvision's weight enums tell of themselves; nothing is downloaded.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torchvision
from torchvision.models import get_model_weights

FILE = Path(__file__).with_name("architectures.csv")
COLUMNS = (
    "name",
    "title",
    "family",
    "recipe",
    "protocol",
    "image_px",
    "parameters",
    "multiply_adds_g",
    "top1",
    "top5",
    "file_mib",
    "source",
)


def rows() -> Iterator[dict[str, Any]]:
    """One row a set of weights: accuracies in %, multiply-adds in billions, file in MiB."""
    for name, (title, family) in NETS.items():
        for weights in get_model_weights(name):
            recipe = weights.name.removeprefix("IMAGENET1K_")
            if recipe in ("V1", "V2"):  # ViT also has weights trained on other images
                yield _published(name, title, family, recipe, weights)


def _published(name: str, title: str, family: str, recipe: str, weights: Any) -> dict[str, Any]:
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]
    return {
        "name": name,
        "title": title,
        "family": family,
        "recipe": recipe,
        "protocol": "1-crop",
        "image_px": weights.transforms.keywords["crop_size"],
        "parameters": weights.meta["num_params"],
        "multiply_adds_g": weights.meta["_ops"],
        "top1": accuracy["acc@1"],
        "top5": accuracy["acc@5"],
        "file_mib": weights.meta["_file_size"],
        "source": f"torchvision {torchvision.__version__.split('+')[0]}, {weights}",
    }


def main() -> None:
    """Write the file anew."""
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer: csv.DictWriter[str] = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())


# torchvision's name: title, family as the figures colour it
NETS: dict[str, tuple[str, str]] = {
    "alexnet": ("AlexNet", "plain"),
    "vgg11": ("VGG-11", "plain"),
    "vgg16": ("VGG-16", "plain"),
    "vgg16_bn": ("VGG-16-BN", "plain"),
    "vgg19": ("VGG-19", "plain"),
    "vgg19_bn": ("VGG-19-BN", "plain"),
    "googlenet": ("GoogLeNet", "other"),
    "inception_v3": ("Inception-v3", "other"),
    "resnet18": ("ResNet-18", "resnet"),
    "resnet34": ("ResNet-34", "resnet"),
    "resnet50": ("ResNet-50", "bottleneck"),
    "resnet101": ("ResNet-101", "bottleneck"),
    "resnet152": ("ResNet-152", "bottleneck"),
    "squeezenet1_1": ("SqueezeNet 1.1", "other"),
    "densenet121": ("DenseNet-121", "other"),
    "mobilenet_v2": ("MobileNetV2", "other"),
    "efficientnet_b0": ("EfficientNet-B0", "other"),
    "convnext_tiny": ("ConvNeXt-T", "other"),
    "vit_b_16": ("ViT-B/16", "other"),
}

if __name__ == "__main__":
    main()

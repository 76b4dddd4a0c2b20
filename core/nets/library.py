"""Nets by name: of our families, and of torchvision and timm. Knows no torch."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.depths import TRAINED
from core.refusals import explain
from core.spec import RunSpec

FAMILIES = TRAINED


class Images(BaseModel):
    """What a net of ours looks at: `size` is the side in pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=1, le=1024)]
    channels: Annotated[int, Field(ge=1, le=64)] = 3
    classes: Annotated[int, Field(ge=1, le=100_000)]


@dataclass(frozen=True)
class OurNet:
    """A net of our families, as a run would train it."""

    spec: RunSpec
    images: Images

    @property
    def name(self) -> str:
        """Family and depth."""
        return f"{self.spec.family}-{self.spec.depth}"

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return self.images.channels, self.images.size, self.images.size


class LibraryNet(NamedTuple):
    """A library's own net for ImageNet, with 1000 classes.

    Attributes:
        size: side of its images in pixels.
        options: keywords with which the library builds it.
    """

    name: str
    library: str
    size: int = 224
    options: tuple[tuple[str, bool], ...] = ()

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return 3, self.size, self.size


Net = OurNet | LibraryNet


def find_net(name: str, settings: dict[str, object]) -> Net:
    """The net of that name; a ValueError in one sentence when there is none."""
    if name in FAMILIES:
        return _our_net(name, settings)
    if name not in LIBRARY:
        known = (*FAMILIES, *LIBRARY)
        near = get_close_matches(name.lower(), known, n=1, cutoff=0)[0]
        raise ValueError(
            f"there is no net {name!r}; the nearest is {near}; there are {', '.join(known)}"
        )
    if settings:
        net, words = LIBRARY[name], " and ".join(key.replace("_", " ") for key in settings)
        raise ValueError(
            f"{name} is {net.library}'s own net and takes no {words}; the families"
            f" {', '.join(FAMILIES)} do"
        )
    return LIBRARY[name]


def _our_net(family: str, settings: dict[str, object]) -> OurNet:
    chosen = {"family": family, "steps": 1, **_papers_choice(family, settings.get("stem"))}
    chosen |= settings
    of_images = {key: chosen.pop(key) for key in Images.model_fields if key in chosen}
    try:
        return OurNet(RunSpec.model_validate(chosen), Images.model_validate(of_images))
    except ValidationError as error:  # another process may ask, and this does not travel
        raise ValueError("; ".join(explain(error).values())) from error


def _papers_choice(family: str, stem: object) -> dict[str, object]:
    """Settings of He et al. 2015 for CIFAR-10 (section 4.2) or ImageNet (sections 3.3 and 4.1)."""
    if stem != "imagenet":
        return {"depth": 20, "width": 16, "shortcut": "A", "size": 32, "classes": 10}
    depth, shortcut = (50, "B") if family == "bottleneck" else (34, "A")
    return {"depth": depth, "width": 64, "shortcut": shortcut, "size": 224, "classes": 1000}


BARE = ("init_weights", False)  # drawing them would be of no use

_NETS = (
    LibraryNet("alexnet", "torchvision"),
    LibraryNet("vgg16", "torchvision", 224, (BARE,)),
    LibraryNet("vgg19", "torchvision", 224, (BARE,)),
    # Without the auxiliary classifiers, as torchvision counts it.
    LibraryNet("googlenet", "torchvision", 224, (BARE, ("aux_logits", False))),
    LibraryNet("inception_v3", "torchvision", 299, (BARE,)),
    LibraryNet("inception_v4", "timm", 299),
    *(LibraryNet(f"resnet{depth}", "torchvision") for depth in (18, 34, 50, 101, 152)),
)
LIBRARY: dict[str, LibraryNet] = {net.name: net for net in _NETS}

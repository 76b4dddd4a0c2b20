"""Double descent in conv nets: one small net at many widths, on images with some wrong labels.

Nakkiran et al. 2020 (arXiv:1912.02292) train nets of 5 and 18 layers for days; here it is 8 layers,
few images and few channels, so that the width at which the labels are learnt by heart is small and
the whole takes minutes. Knows no torch.
"""

from collections.abc import Iterable

from core.data.catalogue import describe_dataset
from core.spec import Experiment, Family, RunSpec

NAME = "widths"
QUESTION = "Does a net that is a little too wide err more than one that is far too wide?"
DEPTH = 8  # the shallowest net of He et al. 2015, section 4.2
WIDTHS = (1, 2, 3, 4, 5, 6, 8, 12, 16, 32, 64)
FAMILIES: tuple[Family, ...] = ("plain", "resnet")
LABEL_NOISE, IMAGES, EPOCHS = 0.2, 1_000, 60.0
LIMITS: dict[str, tuple[float, float]] = {
    "width": (1, 64),
    "label noise": (0, 0.2),
    "images": (128, 4_000),  # at least one batch
    "epochs": (1, 1_000),
}


def width_experiment(
    widths: Iterable[int] = WIDTHS,
    label_noise: float = LABEL_NOISE,
    images: int = IMAGES,
    epochs: float = EPOCHS,
    *,
    dataset: str = "fashion-mnist-mini",
    family: str = FAMILIES[0],
    seed: int = 0,
    device: str = "auto",
) -> Experiment:
    """A net of 8 layers at every width, from narrow to wide, all else being equal.

    Nothing holds the nets back from learning wrong labels by heart: no augmentation, no weight
    decay, and a learning rate that falls to zero. No probes look on.

    Args:
        widths: channels of the first stage, 1 to 64.
        label_noise: share of the training images with a wrong label, up to 0.2.
        images: trained on, 128 to 4,000.
        epochs: passes over them, 1 to 1,000.

    Raises:
        ValueError: a value out of these bounds, or more images than the data set has; the text
            names the nearest good value.
    """
    chosen = sorted(set(widths))
    if not chosen:
        raise ValueError("no width is given; give some between 1 and 64")
    for width in chosen:
        _check("width", width)
    given = {"label noise": label_noise, "images": images, "epochs": epochs}
    for name, value in given.items():
        _check(name, value)
    there = describe_dataset(dataset).train_images
    if images > there:
        raise ValueError(
            f"{images:,} images are more than the data set has; the nearest is {there:,}"
        )
    shared = {
        "family": family,
        "depth": DEPTH,
        "seed": seed,
        "dataset": dataset,
        "train_fraction": images / there,
        "label_noise": label_noise,
        "epochs": epochs,
        "stem_stride": 2,
        "schedule": "cosine",
        "weight_decay": 0.0,
        "snapshots": 0,
        "probe_every": 10_000_000,
        "device": device,
    }
    runs = [RunSpec.model_validate(shared | {"width": width}) for width in chosen]
    return Experiment.of(NAME, runs, QUESTION)


def parse_widths(text: str) -> list[int]:
    """The widths in a text like '1, 2, 4'; a ValueError in one sentence where it holds others."""
    parts = text.replace(",", " ").split()
    for part in parts:
        if not part.isdecimal():
            raise ValueError(f"width {part} is not a whole number")
    return [int(part) for part in parts]


def width_command(experiment: Experiment) -> str:
    """The line that trains a sweep from a terminal, in the lab's folder."""
    first = experiment.chosen[0]
    images = first.training_images(describe_dataset(first.dataset).train_images)
    widths = ",".join(str(run.width) for run in experiment.chosen)
    words = [f"python -m core widths --widths {widths} --noise {first.label_noise:g}"]
    words += [f"--images {images} --epochs {first.epochs:g}"]
    words += [f"--family {first.family}"] if first.family != FAMILIES[0] else []
    words += [f"--seed {first.seed}"] if first.seed else []
    return " ".join(words)


def is_width_sweep(experiment: Experiment) -> bool:
    """Its runs differ in nothing but their width."""
    others = {run.model_dump_json(exclude={"width"}) for run in experiment.chosen}
    return len(experiment.chosen) > 1 and len(others) == 1


def _check(name: str, value: float) -> None:
    low, high = LIMITS[name]
    nearest = min(max(low, value), high)  # not a number: the lowest
    if value != nearest:
        raise ValueError(
            f"{name} {value:,g} is not between {low:,g} and {high:,g}; the nearest is {nearest:,g}"
        )

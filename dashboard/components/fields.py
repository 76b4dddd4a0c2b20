"""The fields of the run form: label, help and choices of everything in an experiment's spec."""

from dataclasses import dataclass
from typing import get_args

from core.data.catalogue import CATALOGUE
from core.spec import Augmentation, Device, Family, Precision, Schedule, ShortcutOption


@dataclass(frozen=True)
class Field:
    """One field: free text unless it has choices; `many` choices may be taken at once."""

    label: str
    help: str
    choices: tuple[str, ...] = ()
    many: bool = False
    open: bool = False  # a value of one's own may be typed


GROUPS: dict[str, dict[str, Field]] = {
    "Nets": {
        "families": Field(
            "Families",
            "Plain: layers in a row. Residual: the same layers, with a shortcut added around"
            " every two of them.",
            get_args(Family),
            many=True,
        ),
        "depths": Field("Depths", "Layers with weights: any 6n + 2, such as 8, 20, 32, 56, 110."),
        "width": Field("Width", "Channels of the first stage; the next two have 2 and 4 times."),
        "shortcut": Field(
            "Shortcut option",
            "Where the shape changes. A: skip pixels and pad with zeros, no parameters."
            " B: a 1x1 convolution there. C: a 1x1 convolution on every shortcut.",
            get_args(ShortcutOption),
        ),
        "batch_norm": Field(
            "Batch norm",
            "Normalise each channel over the batch, after every convolution.",
            ("True", "False"),
        ),
        "stem_stride": Field(
            "Stem stride",
            "2 halves the image in the first layer: four times less work.",
            ("1", "2"),
        ),
    },
    "Data and length": {
        "dataset": Field(
            "Data set",
            "The first comes with the lab; others are downloaded once. For your own images type"
            " folder: and the path of a folder or zip of class folders.",
            tuple(CATALOGUE),
            open=True,
        ),
        "augmentation": Field(
            "Augmentation",
            "crop-flip: shift each training image by up to 4 pixels and mirror half of them.",
            get_args(Augmentation),
        ),
        "batch_size": Field("Batch size", "Images a step."),
        "seeds": Field(
            "Seeds", "Each seed is a fresh start of every net: 0, 1, 2 gives a mean and a spread."
        ),
        "epochs": Field("Epochs", "Passes over the training images. Give epochs or steps."),
        "steps": Field("Steps", "Updates of the weights. Give steps or epochs."),
    },
    "Training": {
        "learning_rates": Field("Learning rates", "Size of an update; several are compared."),
        "schedule": Field(
            "Schedule",
            "steps: a tenth of the rate after each milestone. cosine: a smooth fall to zero.",
            get_args(Schedule),
        ),
        "milestones": Field("Milestones", "Fractions of the run at which the rate falls."),
        "warmup_rate": Field(
            "Warm-up rate",
            "Nets of 110 layers and more start at this rate until their training error is below"
            " 80 %, as in the paper. Empty: no warm-up.",
        ),
        "momentum": Field("Momentum", "How much of the last update is carried on."),
        "weight_decay": Field("Weight decay", "How strongly weights are pulled towards zero."),
    },
    "Computer and record": {
        "device": Field("Device", "auto: the fastest one there is.", get_args(Device)),
        "precision": Field(
            "Precision",
            "auto: bfloat16 where the device multiplies it in hardware, else float32.",
            get_args(Precision),
        ),
        "snapshots": Field(
            "Snapshots", "Moments, log-spaced over the run, at which the weights are kept."
        ),
        "name": Field("Name", "What the race is called in the list of runs."),
    },
}

FIELDS: dict[str, Field] = {
    name: field for group in GROUPS.values() for name, field in group.items()
}

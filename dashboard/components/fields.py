"""The fields of the run form: label, help and choices of everything in an experiment's spec."""

from dataclasses import dataclass
from typing import get_args

from core.data.catalogue import CATALOGUE
from core.depths import TRAINED
from core.spec import (
    Augmentation,
    Device,
    Initialization,
    Precision,
    Schedule,
    ShortcutOption,
    Stem,
    StrideIn,
)


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
            " every two of them. Bottleneck: shortcuts around three layers, 1x1, 3x3, 1x1."
            " Pre-activation: residual, with batch norm and ReLU before each convolution. Highway:"
            " a learned gate mixes each layer's output with its input.",
            TRAINED,
            many=True,
        ),
        "depths": Field(
            "Depths",
            "Layers with weights: any 6n + 2, such as 8, 20, 32, 56, 110; bottleneck nets take"
            " 9n + 2, such as 20, 56, 110, 164. 18 and 34 (bottleneck: 50, 152) are the nets for"
            " ImageNet, with four stages.",
        ),
        "width": Field("Width", "Channels of the first stage; each further one has twice as many."),
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
        "init": Field(
            "Initialisation",
            "he: variance 2 / inputs of a layer, made for ReLU. xavier: 2 / (inputs + outputs)."
            " zero-gamma: he, and every residual branch starts as zero.",
            get_args(Initialization),
        ),
        "stride_in": Field(
            "Bottleneck stride in",
            "Which layer of a bottleneck halves the image: 1x1 as in the paper, 3x3 as in"
            " torchvision.",
            get_args(StrideIn),
        ),
        "stem": Field(
            "Stem",
            "cifar: a 3x3 convolution. imagenet: a 7x7 convolution of stride 2 and a pool; the"
            " image is a quarter as wide after it.",
            get_args(Stem),
        ),
        "stem_stride": Field(
            "Stem stride",
            "2 halves the image in the first layer (of the stem for CIFAR): four times less work.",
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
        "train_fraction": Field(
            "Training fraction",
            "How much of the training images is used: 1 is all of them, 0.1 a tenth.",
        ),
        "validation_fraction": Field(
            "Validation fraction",
            "Training images set aside to watch the error on: 0.1 is the paper's 5,000 of 50,000.",
        ),
        "label_noise": Field(
            "Label noise",
            "How much of the training images gets a wrong label, drawn once: 0.2 is a fifth.",
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
            "steps: a tenth of the rate after each milestone. plateau: a tenth whenever the"
            " validation error has not fallen for a tenth of the run. cosine: a smooth fall to"
            " zero.",
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
        "snapshot_megabytes": Field(
            "Snapshot budget (MB)",
            "Disk space for one run's snapshots; of large nets fewer are kept.",
        ),
        "probe_every": Field(
            "Probe every",
            "Steps between two looks inside the nets: gradients, activations. auto: as often as"
            " costs at most 3 % of the training time.",
            ("auto",),
            open=True,
        ),
        "name": Field("Name", "What the race is called in the list of runs."),
    },
}

FIELDS: dict[str, Field] = {
    name: field for group in GROUPS.values() for name, field in group.items()
}

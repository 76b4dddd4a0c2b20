"""The experiments one can start by name."""

from core.spec import Experiment

CLASSROOM = Experiment(
    name="classroom",
    question="Is deeper always better?",
    depths=(8, 20, 32, 56),
    width=8,
    stem_stride=2,
    epochs=6,
    milestones=(0.6, 0.85),
)

QUICK = CLASSROOM.model_copy(
    update={"name": "quick", "question": "Does it work here?", "depths": (8, 20)}
)

TUNING = CLASSROOM.model_copy(
    update={
        "name": "tuning",
        "question": "Is it just badly tuned?",
        "families": ("plain",),
        "depths": (20, 56),
        "learning_rates": (0.01, 0.03, 0.1, 0.3),
    }
)

CIFAR10 = Experiment(
    name="cifar10",
    question="Is deeper always better, on colour photographs?",
    dataset="cifar10",
    augmentation="crop-flip",
    depths=(20, 32, 44, 56),
    epochs=15,
    schedule="cosine",
)

PAPER = Experiment(
    name="paper",
    question="Does the recipe of He et al. 2015, section 4.2, give their numbers?",
    dataset="cifar10",
    augmentation="crop-flip",
    depths=(20, 32, 44, 56, 110),
    steps=64_000,
    milestones=(0.5, 0.75),  # 32k and 48k of 64k steps
    warmup_rate=0.01,
)

PRESETS: dict[str, Experiment] = {
    preset.name: preset for preset in (CLASSROOM, QUICK, CIFAR10, PAPER, TUNING)
}


def find_preset(name: str) -> Experiment:
    """The preset of that name; a ValueError names those there are."""
    if name not in PRESETS:
        raise ValueError(f"no preset {name!r}; there are {', '.join(PRESETS)}")
    return PRESETS[name]

"""What stands below the images of a batch, and what is told about each on hover."""

from collections.abc import Sequence
from typing import Any

from dashboard import theme

Shown = dict[str, Any]  # what the task tells of the first images


def captions(
    stage: str, shown: Sequence[Shown], nets: Sequence[tuple[str, int]], mode: theme.Mode
) -> list[str]:
    """Below each image: its class, or of each net its loss or how that changed, in its colour."""
    if stage not in NUMBERS:
        return list(shown[0]["labels"])
    columns = [
        [f'<span style="color:{theme.family_colour(net[0], mode)}">{text}</span>' for text in texts]
        for net, texts in zip(nets, (NUMBERS[stage](one) for one in shown), strict=True)
    ]
    return ["  ".join(texts) for texts in zip(*columns, strict=True)]


def about(names: Sequence[str], shown: Sequence[Shown]) -> list[str]:
    """Each image in words: its class, and what each net says before and after the step."""
    lines = [[f"<b>{label}</b>"] for label in shown[0]["labels"]]
    for name, one in zip(names, shown, strict=True):
        for place, line in enumerate(lines):
            line.append(
                f"{name}: loss {one['loss'][place]:.2f}, gives it {_percent(one['truth'][place])},"
                f" says {one['guesses'][place]}"
            )
            line.append(
                f"after the step: loss {one['loss_after'][place]:.2f},"
                f" {_percent(one['truth_after'][place])}, says {one['guesses_after'][place]}"
            )
    return ["<br>".join(line) for line in lines]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"


def _losses(shown: Shown) -> list[str]:
    return [f"{loss:.2f}" for loss in shown["loss"]]


def _changes(shown: Shown) -> list[str]:
    changes = shown["loss_after"] - shown["loss"]
    return [f"{change:+.2f}".replace("-", "−") for change in changes]


NUMBERS = {"loss": _losses, "backward": _losses, "update": _changes}

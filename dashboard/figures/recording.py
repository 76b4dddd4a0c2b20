"""What a probe recorded of one run, as figures and sentences take it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dashboard.figures.places import is_on_the_way


@dataclass(frozen=True)
class Recording:
    """A measure of one run: a row a step, a column a place, from input to output.

    Attributes:
        name: the run on screen.
        places: addresses of what was measured; each has a number at one step at least.
        steps: [S], rising; the first has a number.
        values: float32 [S, P]; NaN where the net had overflowed.
        step: of the time slider.
    """

    run_id: str
    name: str
    family: str
    depth: int
    places: tuple[str, ...]
    steps: np.ndarray
    values: np.ndarray
    step: int

    @property
    def nearest(self) -> int:
        """The row whose step is nearest to the slider's."""
        return int(np.abs(self.steps - self.step).argmin())

    @property
    def profile(self) -> np.ndarray:
        """[P]: the values at that step."""
        return self.values[self.nearest]

    @property
    def profile_step(self) -> int:
        """That step."""
        return int(self.steps[self.nearest])

    @cached_property
    def way(self) -> list[int]:
        """Columns of the blocks, or of the layers in their branches, from input to output."""
        return [index for index, place in enumerate(self.places) if is_on_the_way(place)]

    @cached_property
    def overflow(self) -> tuple[int, str] | None:
        """Step and place at which a number first was no number any more."""
        missing = np.isnan(self.values)
        if not missing.any():
            return None
        row, column = np.argwhere(missing)[0]
        return int(self.steps[row]), self.places[column]


def as_recording(
    net: tuple[str, str, str, int],
    places: tuple[str, ...],
    steps: np.ndarray,
    values: np.ndarray,
    step: int,
) -> Recording | None:
    """The same without places and first steps that have no number; None when nothing is left.

    Args:
        net: run_id, name on screen, family, depth.
        values: float32 [S, P]; infinities are taken for NaN.
    """
    finite = np.asarray(np.isfinite(values))
    if finite.all() and finite.size:
        return Recording(*net, places, steps, values, step)
    if not finite.any():
        return None
    kept = np.asarray(finite.any(axis=0))
    first = int(finite.any(axis=1).argmax())
    clean = np.where(finite, values, np.float32(np.nan))[first:, kept]
    names = tuple(place for place, keep in zip(places, kept, strict=True) if keep)
    return Recording(*net, names, steps[first:], clean, step)

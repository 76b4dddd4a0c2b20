"""Which pixels of the image a value inside a net can depend on."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from torch import Tensor

Sides = int | Sequence[int]  # one number for both axes, or rows and columns


class Window(NamedTuple):
    """A convolution or pool along one axis, in values of its input."""

    kernel: int
    stride: int
    padding: int = 0
    dilation: int = 1


class Span(NamedTuple):
    """What the first value of a map's axis sees of the image, in pixels; the border is no limit.

    Attributes:
        first: the first pixel it sees; negative in the padding.
        last: the last one.
        jump: from what one value sees to what the next one sees.
    """

    first: int
    last: int
    jump: int

    def through(self, window: Window) -> "Span":
        """What a value behind that window sees (Araujo et al. 2019, doi:10.23915/distill.00021)."""
        first = self.first - window.padding * self.jump
        reach = window.dilation * (window.kernel - 1) * self.jump
        last = self.last - window.padding * self.jump + reach
        return Span(first, last, self.jump * window.stride)


class Field(NamedTuple):
    """What a value of a map sees: rows and columns of the image."""

    rows: Span
    columns: Span

    @property
    def side(self) -> int:
        """Pixels along the longer side."""
        return max(span.last - span.first + 1 for span in self)

    def through(self, rows: Window, columns: Window) -> "Field":
        """What a value behind such a layer sees."""
        return Field(self.rows.through(rows), self.columns.through(columns))


PIXEL = Field(Span(0, 0, 1), Span(0, 0, 1))  # what a pixel of the image sees


def together(fields: Sequence[Field]) -> Field:
    """What a value sees where paths meet: from the first pixel of any of them to the last."""
    rows, columns = zip(*fields, strict=True)
    return Field(_hull(rows), _hull(columns))


def whole(sides: Sequence[int]) -> list[Window]:
    """Windows as large as a map; none of what is no map, which they leave as it is."""
    return [Window(side, 1) for side in sides] or [Window(1, 1), Window(1, 1)]


def _hull(spans: Sequence[Span]) -> Span:
    first, last, jump = zip(*spans, strict=True)
    return Span(min(first), max(last), min(jump))


def _pair(sides: Sides) -> Sequence[int]:
    return (sides, sides) if isinstance(sides, int) else sides


def _windows(kernel: Sides, stride: Sides, padding: Sides, dilation: Sides) -> list[Window]:
    axes = zip(_pair(kernel), _pair(stride), _pair(padding), _pair(dilation), strict=True)
    return [Window(*axis) for axis in axes]


# Each has the parameters of the function of torch whose windows it gives.


def _of_convolution(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Sides = 1,
    padding: Sides = 0, dilation: Sides = 1, groups: int = 1,
) -> list[Window]:  # fmt: skip
    return _windows(weight.shape[2:], stride, padding, dilation)


def _of_max_pool(
    input: Tensor, kernel_size: Sides, stride: Sides | None = None, padding: Sides = 0,
    dilation: Sides = 1, **_: Any,
) -> list[Window]:  # fmt: skip
    return _windows(kernel_size, stride or kernel_size, padding, dilation)


def _of_average_pool(
    input: Tensor, kernel_size: Sides, stride: Sides | None = None, padding: Sides = 0, *_: Any,
    **__: Any,
) -> list[Window]:  # fmt: skip
    return _windows(kernel_size, stride or kernel_size, padding, 1)


def _of_adaptive_pool(input: Tensor, output_size: Sides) -> list[Window]:
    """Of sides that the output's divide; others have windows that differ by a value."""
    sides = zip(input.shape[2:], _pair(output_size), strict=True)
    return [Window(-(-before // after), max(1, before // after)) for before, after in sides]


WINDOWS: dict[str, Callable[..., list[Window]]] = {
    "conv2d": _of_convolution,
    "max_pool2d": _of_max_pool,
    "avg_pool2d": _of_average_pool,
    "adaptive_avg_pool2d": _of_adaptive_pool,
}

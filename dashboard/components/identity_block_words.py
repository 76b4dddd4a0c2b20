"""What a block by hand does, in sentences, formulas and tables."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dashboard.figures.identity_block import PARTS
from dashboard.figures.places import place_names
from dashboard.sides import Side
from dashboard.words import plural

Answer = dict[str, Any]  # of core.inspect.block_by_hand

FOLDED = (
    "W a is the sum of the numbers around this pixel in the maps before the branch's last layer, a,"
    " times that layer's weights, W; b is its bias. Batch norm behind a convolution only multiplies"
    " and adds once more, so it is folded into both: W and b are not the convolution's own. In the"
    " formula ReLU(z + a) of the lesson, a is the number that the shortcut brings: here x."
)


class Turned(NamedTuple):
    """A side's block as it was turned.

    Attributes:
        block: its address.
    """

    name: str
    side: Side
    block: str
    answer: Answer

    @property
    def place(self) -> str:
        """The block's name on screen."""
        return place_names((self.block,))[0]


def difference_reading(turned: Turned) -> str:
    """The largest difference between output and input, and what it means."""
    answer = turned.answer
    difference, largest = float(answer["differences"][0]), answer["largest"]
    count = int(np.prod(answer["shape"]))
    said = (
        f"Largest difference between output and input, of {count:,} numbers: **{difference:.3g}**."
    )
    if difference == 0:
        return f"{said} What goes out is exactly what came in."
    if largest["output"] == 0:
        return f"{said} Nothing is left: every number that goes out is 0."
    return f"{said} The largest number that came in is {largest['x']:.3g}."


def arithmetic(answer: Answer, scale: float, bias: float) -> str:
    """One pixel's numbers in the block's formula, as LaTeX for Markdown."""
    pixel = answer["pixel"]
    z = _number(pixel["z"]) if pixel["z"] >= 0 else f"({_number(pixel['z'])})"
    symbols, numbers = ["s z", "β"], [f"{scale:g} \\cdot {z}", f"{bias:g}"]
    if answer["adds"]:
        symbols, numbers = [*symbols, "x"], [*numbers, _number(pixel["x"])]
    wrap = "\\mathrm{{ReLU}}({})" if answer["rectifies"] else "{}"
    lines = [
        "z &= W a + b",
        f"&= {_sum([_number(pixel['product']), _number(pixel['bias'])])} = {_number(pixel['z'])}",
        f"a_\\mathrm{{out}} &= {wrap.format(' + '.join(symbols))}",
        f"&= {wrap.format(_sum(numbers))}",
        f"&= {_number(pixel['output'])}",
    ]
    where = f"At channel {pixel['channel']}, row {pixel['row']}, column {pixel['column']}, rounded:"
    formula = f"$$\n\\begin{{aligned}}\n{BREAK.join(lines)}\n\\end{{aligned}}\n$$"
    folded = ", batch norm folded in" if pixel["folded"] else ""
    return f"{where}\n{formula}\nW a: {plural(pixel['products'], 'product')}{folded}"


def row_reading(all_turned: Sequence[Turned]) -> str:
    """How far the output is from the input after the last block in a row."""
    times = len(all_turned[0].answer["differences"])
    parts = " and ".join(map(_far, all_turned))
    return (
        f"After {plural(times, 'block')} in a row the largest difference to the input is {parts}."
    )


def _far(turned: Turned) -> str:
    first, last = turned.answer["differences"][[0, -1]]
    if last == 0:
        return f"exactly **0** for {turned.name}"
    before = f" (after one: {first:.3g})" if len(turned.answer["differences"]) > 1 else ""
    return f"**{last:.3g}** for {turned.name}{before}"


def maps_table(all_turned: Sequence[Turned]) -> pd.DataFrame:
    """Every number of the figures.

    Returns:
        Columns net, block, channel, row, column, x, branch, sum (NaN where nothing is added),
        output.
    """
    return pd.concat(map(_maps_table, all_turned), ignore_index=True)


def row_table(all_turned: Sequence[Turned]) -> pd.DataFrame:
    """Columns net, block, blocks (in a row), difference (largest size of output minus input)."""
    return pd.DataFrame(
        [
            {"net": turned.name, "block": turned.place, "blocks": blocks, "difference": difference}
            for turned in all_turned
            for blocks, difference in enumerate(turned.answer["differences"], start=1)
        ]
    )


def maps_alt(turned: Turned) -> str:
    """The figure in words."""
    answer = turned.answer
    ends = [
        f"channel {channel} {float(x.mean()):.3g} to {float(output.mean()):.3g}"
        for channel, x, output in zip(
            answer["channels"], answer["maps"]["x"], answer["maps"]["output"], strict=True
        )
    ]
    return (
        f"Maps of {turned.name}'s {turned.place}, mean of x and of the output: {'; '.join(ends)}."
    )


def _maps_table(turned: Turned) -> pd.DataFrame:
    maps = turned.answer["maps"]
    channel, row, column = np.indices(maps["x"].shape).reshape(3, -1)
    places = {"channel": turned.answer["channels"][channel], "row": row, "column": column}
    lacking = np.full(channel.shape, np.nan)
    numbers = {part: maps[part].ravel() if part in maps else lacking for part in PARTS}
    return pd.DataFrame({"net": turned.name, "block": turned.place} | places | numbers)


def _number(value: float) -> str:
    return f"{value:.3g}"


def _sum(numbers: Sequence[str]) -> str:
    """With signs between them: 3 - 0.5, not 3 + -0.5."""
    first, *others = numbers
    return first + "".join(f" - {one[1:]}" if one[0] == "-" else f" + {one}" for one in others)


BREAK = " \\\\\n"

"""What a net loses when more and more of its blocks are dropped at random."""

from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.end_labels import End
from dashboard.figures.lesion_sweep import NARROW, error_axes, guessing, nets_of
from dashboard.figures.spread_lines import Means, band, mean_and_range, mean_line, measured, rows_of


def dropped_blocks(
    table: pd.DataFrame, chance: float, *, mode: theme.Mode = "light"
) -> theme.Figure:
    """Error against the number of blocks dropped at random: a net's mean, and a band over draws.

    Args:
        table: columns net, family, depth, dropped (blocks), error (%); a row a draw.
        chance: error of guessing (%).
    """
    rows = measured(table, ["net", "dropped", "error"])
    traces, ends = [], []
    for net, own in table.groupby("net", sort=False):
        colour = theme.shade(own["family"].iloc[0], int(own["depth"].iloc[0]), mode)
        means = mean_and_range(rows_of(rows, net=net), "dropped")
        line = theme.line_style(own["family"].iloc[0], int(own["depth"].iloc[0]), "test", mode)
        hover = {"mode": "lines+markers", "hoverinfo": "text", "hovertext": _hover(net, means)}
        traces.append(band(means.x, means.low, means.high, colour, uid=f"band-{net}"))
        traces.append(mean_line(means, line, uid=f"mean-{net}", **hover))
        ends.append(End(float(means.x[-1]), float(means.mean[-1]), str(net), colour, gap=8))
    traces.append(guessing(chance, ends))
    return theme.dress(
        traces,
        error_axes(ends, "blocks dropped at random"),
        mode,
        nets_of(table),
        alt=_in_words(table, chance),
        narrow=NARROW,
    )


def _hover(net: Any, means: Means) -> list[str]:
    return [
        f"<b>{net}</b>, {blocks} blocks dropped<br>{mean:.1f} % on average of {draws} draws"
        f" ({low:.1f} to {high:.1f} %)"
        for blocks, mean, low, high, draws in zip(*means, strict=True)
    ]


def _in_words(table: pd.DataFrame, chance: float) -> str:
    parts = []
    for net, own in table.groupby("net", sort=False):
        means = own.groupby("dropped")["error"].mean()
        steps = [f"{error:.1f} % without {count}" for count, error in means.items()]
        parts.append(f"{net} {', '.join(steps)}")
    if not parts:
        return "Test error by number of dropped blocks: nothing is measured yet."
    return f"Test error by number of dropped blocks: {'; '.join(parts)}; guessing {chance:.1f} %."

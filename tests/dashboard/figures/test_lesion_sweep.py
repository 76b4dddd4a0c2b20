"""Errors after deleting blocks, singly and at random."""

import pandas as pd
import pytest

from dashboard import theme
from dashboard.figures import lesion_dropped, lesion_sweep
from dashboard.figures.lesion_sweep import EMPTY
from tests.dashboard.figures.checked import checked

sweep, dropped = checked(lesion_sweep.lesion_sweep), checked(lesion_dropped.dropped_blocks)


def swept(family: str, depth: int, errors: list[float], baseline: float) -> pd.DataFrame:
    numbers = range(1, len(errors) + 1)
    return pd.DataFrame(
        {
            "net": theme.net_word(family, depth),
            "family": family,
            "depth": depth,
            "block": [f"stage 1, block {number}" for number in numbers],
            "address": [f"stages.0.{number - 1}" for number in numbers],
            "number": numbers,
            "share": [100 * number / len(errors) for number in numbers],
            "changes": [number == 2 for number in numbers],
            "error": errors,
            "baseline": baseline,
        }
    )


def draws(family: str, depth: int, errors: dict[int, list[float]]) -> pd.DataFrame:
    rows = [
        (theme.net_word(family, depth), family, depth, count, error)
        for count, own in errors.items()
        for error in own
    ]
    return pd.DataFrame(rows, columns=["net", "family", "depth", "dropped", "error"])


BOTH = pd.concat([swept("plain", 8, [60, 90, 80], 20), swept("resnet", 8, [21, 19, 22], 20)])
MANY = draws("resnet", 8, {0: [20], 1: [22, 26], 2: [30, 40]})


def trace(figure, uid: str):
    return next(one for one in figure.data if one.uid == uid)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_measurements_there_is_a_sentence(mode):
    for figure in (sweep(BOTH[:0], 90, mode=mode), dropped(MANY[:0], 90, mode=mode)):
        assert [note.text for note in figure.layout.annotations] == [EMPTY]
        assert not figure.data


def test_each_net_is_a_line_in_its_own_colour_over_its_own_baseline():
    figure = sweep(BOTH, 90)
    for place, family in enumerate(("plain", "resnet")):
        line, baseline = trace(figure, f"sweep-{place}"), trace(figure, f"baseline-{place}")
        assert line.line.color == baseline.line.color == theme.shade(family, 8, "light")
        assert list(baseline.y) == [20, 20]
    assert list(trace(figure, "sweep-1").y) == [21, 19, 22]


def test_guessing_is_a_line_with_its_name():
    for figure in (sweep(BOTH, 90), dropped(MANY, 90)):
        assert trace(figure, "guessing").name == "guessing: 90.0\u00a0%"
        assert set(trace(figure, "guessing").y) == {90}


def test_blocks_that_change_the_shape_are_diamonds():
    assert list(trace(sweep(BOTH, 90), "sweep-0").marker.symbol) == ["circle", "diamond", "circle"]


def test_what_a_block_costs_stands_on_hover_with_its_sign():
    texts = trace(sweep(BOTH, 90), "sweep-1").hovertext
    assert [text.rpartition("<br>")[2] for text in texts] == [
        "+1.0 points",
        "-1.0 points",
        "+2.0 points",
    ]


def test_nets_of_unlike_depth_are_read_against_the_share_of_their_depth():
    figure = sweep(pd.concat([BOTH, swept("resnet", 14, [1, 2, 3, 4], 1)]), 90)
    assert list(trace(figure, "sweep-2").x) == [25, 50, 75, 100]
    assert list(trace(sweep(BOTH, 90), "sweep-0").x) == [1, 2, 3]


def test_draws_are_a_mean_and_a_band_from_the_best_to_the_worst():
    figure = dropped(MANY, 90)
    assert list(trace(figure, "mean-residual-8").x) == [0, 1, 2]
    assert list(trace(figure, "mean-residual-8").y) == [20, 24, 35]
    assert list(trace(figure, "band-residual-8").y) == [20, 26, 40, 30, 22, 20]


def test_alt_texts_tell_the_numbers():
    assert sweep(BOTH, 90).layout.meta["alt"] == (
        "Test error after deleting each block singly: plain-8 from 60.0 to 90.0 %, with all blocks"
        " 20.0 %; residual-8 from 19.0 to 22.0 %, with all blocks 20.0 %; guessing 90.0 %."
    )
    assert "residual-8 20.0 % without 0, 24.0 % without 1" in dropped(MANY, 90).layout.meta["alt"]

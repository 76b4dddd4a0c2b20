"""Error by learning rate: what is drawn for which runs."""

import pandas as pd
import pytest

from dashboard.figures import error_by_rate as board
from dashboard.figures.error_by_rate import EMPTY, FINAL, best_rates
from dashboard.figures.spread_lines import measured, rows_of
from tests.dashboard.figures.checked import checked

error_by_rate = checked(board.error_by_rate)


@pytest.fixture
def sweep(rows) -> pd.DataFrame:
    """plain-20 is best at 0.1, plain-56 at 0.01; two seeds at each."""
    errors = {(20, 0.01): 30.0, (20, 0.1): 20.0, (56, 0.01): 40.0, (56, 0.1): 60.0}
    return pd.concat(
        rows("plain", depth, [error + seed], seed=seed, learning_rate=rate)
        for (depth, rate), error in errors.items()
        for seed in (0, 2)
    )


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_runs_there_is_a_frame_and_a_sentence(mode):
    figure = error_by_rate(pd.DataFrame(), mode=mode)
    assert [annotation.text for annotation in figure.layout.annotations] == [EMPTY]
    assert (
        error_by_rate(pd.DataFrame()).layout.meta["alt"]
        == "Error by learning rate: nothing is recorded yet."
    )


def test_the_best_rate_is_that_of_the_lowest_mean_test_error(sweep):
    test = rows_of(measured(sweep, FINAL), split="test")
    assert best_rates(test) == [("plain", 20, 0.1, 21.0), ("plain", 56, 0.01, 41.0)]


def test_a_ring_marks_each_nets_best_rate(sweep):
    rings = {trace.uid: trace for trace in error_by_rate(sweep).data if "best" in trace.uid}
    assert {uid: (*ring.x, *ring.y) for uid, ring in rings.items()} == {
        "plain-20/best": (0.1, 21),
        "plain-56/best": (0.01, 41),
    }


def test_each_net_has_a_line_through_its_means_and_a_dot_a_run(sweep):
    drawn = {trace.uid: trace for trace in error_by_rate(sweep).data}
    assert drawn["plain-56/test/line"].y.tolist() == [41, 61]
    assert drawn["plain-56/test/dots"].y.tolist() == [40, 42, 60, 62]
    assert drawn["plain-56/test/dots"].customdata[0] == "plain-56-s0-0.01"


def test_the_ticks_are_the_rates(sweep):
    assert error_by_rate(sweep).layout.xaxis.ticktext == ("0.01", "0.1")


def test_alt_text_names_each_net_at_its_best_rate(sweep):
    assert error_by_rate(sweep).layout.meta["alt"] == (
        "Test error of each net at its best learning rate: plain-20 21.0\u00a0% at 0.1;"
        " plain-56 41.0\u00a0% at 0.01."
    )

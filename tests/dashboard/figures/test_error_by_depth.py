"""Error by depth: what is drawn for which runs."""

from itertools import pairwise

import pandas as pd
import pytest

from dashboard import theme
from dashboard.data import published
from dashboard.figures import error_by_depth as board
from dashboard.figures.error_by_depth import DEPTHS, EMPTY, ticks_apart
from tests.dashboard.figures.checked import checked

error_by_depth = checked(board.error_by_depth)

PUBLISHED = published()


def traces(figure) -> dict:
    return {trace.uid: trace for trace in figure.data}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_runs_there_is_a_frame_and_a_sentence(mode):
    figure = error_by_depth(pd.DataFrame(), mode=mode)
    assert [annotation.text for annotation in figure.layout.annotations] == [EMPTY]
    assert figure.layout.xaxis.tickvals == DEPTHS
    assert (
        error_by_depth(pd.DataFrame()).layout.meta["alt"]
        == "Error by depth: nothing is recorded yet."
    )


def test_each_run_is_a_dot_that_knows_its_run(final):
    drawn = traces(error_by_depth(final))["plain/test/dots"]
    assert drawn.x.tolist() == [20, 56]
    assert drawn.y.tolist() == [17.6, 49.6]
    assert list(drawn.customdata) == ["plain-20-s0-0.1", "plain-56-s0-0.1"]


def test_the_line_goes_through_the_means_and_the_band_around_the_seeds(rows):
    seeds = [rows("plain", 20, [10.0 * seed], seed=seed) for seed in (1, 2, 6)]
    drawn = traces(error_by_depth(pd.concat([*seeds, rows("plain", 56, [50.0])])))
    assert drawn["plain/test/line"].y.tolist() == [30, 50]
    assert drawn["plain/test/band"].y.tolist() == [60, 50, 50, 10]


def test_single_seeds_have_no_band(final):
    assert "plain/test/band" not in traces(error_by_depth(final))


def test_training_has_smaller_dots_and_a_thin_dashed_line(final):
    drawn = traces(error_by_depth(final))
    assert drawn["plain/train/dots"].marker.size < drawn["plain/test/dots"].marker.size
    assert drawn["plain/train/line"].line.dash == "4px,3px"
    assert drawn["plain/test/line"].line.dash == "solid"


def test_dots_have_the_shade_of_their_depth(final):
    drawn = traces(error_by_depth(final, mode="dark"))["resnet/test/dots"]
    assert list(drawn.marker.color) == [theme.shade("resnet", d, "dark") for d in (20, 56)]


def test_published_values_are_hollow_and_stop_at_110_layers(final):
    drawn = traces(error_by_depth(final, PUBLISHED))["resnet/test/published"]
    assert drawn.marker.symbol == "diamond-open"
    assert dict(zip(drawn.x.tolist(), drawn.y.tolist(), strict=True)) == {
        20: 8.75,
        32: 7.51,
        44: 7.17,
        56: 6.97,
        110: 6.43,
    }  # He et al. 2015, Table 6
    assert drawn.name == "He et al. 2015, Table 6"


def test_the_ticks_are_the_depths(final):
    assert error_by_depth(final).layout.xaxis.tickvals == (20, 56)


def test_ticks_that_would_overlap_are_left_out():
    every = [float(depth) for depth in range(8, 111, 6)]
    kept = ticks_apart(every)
    assert kept[0] == 8
    assert kept[-1] == 110
    assert all(deep / shallow > 1.13 for shallow, deep in pairwise(kept))


def test_highlighting_fades_the_other_dots(final):
    drawn = traces(error_by_depth(final, highlighted="plain-56-s0-0.1"))
    assert list(drawn["plain/test/dots"].marker.opacity) == [theme.FADED, 1]
    assert list(drawn["resnet/test/dots"].marker.opacity) == [theme.FADED, theme.FADED]


def test_a_diverged_run_is_a_cross_where_it_was_last_measured(rows):
    drawn = error_by_depth(rows("plain", 56, [90.0], status="diverged"))
    assert list(traces(drawn)["plain/test/dots"].marker.symbol) == ["x"]


def test_a_run_without_a_measurement_is_not_drawn(rows):
    figure = error_by_depth(rows("plain", 56, [float("nan")]))
    assert [annotation.text for annotation in figure.layout.annotations] == [EMPTY]


def test_the_lines_are_named_where_they_end(final):
    labels = error_by_depth(final).layout.annotations
    assert [label.text for label in labels] == ["<b>plain</b>", "<b>residual</b>"]


def test_alt_text_names_both_ends_of_each_family(final):
    assert error_by_depth(final).layout.meta["alt"] == (
        "Test error by depth: plain nets 17.6\u00a0% at depth 20 and 49.6\u00a0% at depth 56;"
        " residual nets 14.0\u00a0% at depth 20 and 17.1\u00a0% at depth 56."
    )


def test_the_published_table_has_no_plain_nets_and_every_row_its_source():
    assert set(PUBLISHED["family"]) == {"resnet"}
    assert PUBLISHED["source"].notna().all()
    assert PUBLISHED["parameters"].tolist() == [0.27, 0.46, 0.66, 0.85, 1.7, 19.4]  # Table 6

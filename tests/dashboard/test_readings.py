"""Sentences about what probes recorded."""

import numpy as np
import pytest

from core.measures import MEASURES
from dashboard.probe_lenses import PROBE_LENSES
from dashboard.readings import average, compared, ends, overflow, responses, strength
from tests.dashboard.recordings import recording

NAN = np.nan
GRADIENT = ends("the gradient")


def plain(*rows, **changes):
    return recording(rows, name="plain-56", **changes)


def residual(*rows, **changes):
    return recording(rows, name="residual-56", **changes)


def test_ends_compare_the_first_block_with_the_last_and_not_stem_and_head():
    shown = [plain([1, 2, 3, 5.4, 9], steps=[400], step=380)]
    assert GRADIENT(shown) == (
        "At step 400 the gradient in the first block of plain-56 is 2.7 times smaller than in the"
        " last."
    )


def test_ends_go_both_ways_and_tell_both_nets():
    shown = [plain([0, 27, 3, 1, 0]), residual([0, 1, 3, 1.05, 0])]
    assert GRADIENT(shown) == (
        "Before training the gradient in the first block of plain-56 is 27 times larger than in the"
        " last; in residual-56 it is about the same as in the last."
    )


def test_one_net_at_two_times_is_read_with_both_steps():
    rows = ([0, 4, 3, 1, 0], [0, 1, 3, 4, 0])
    shown = [plain(*rows, step=1), plain(*rows, step=0)]
    assert GRADIENT(shown) == (
        "At step 1 the gradient in the first block of plain-56 is 4 times smaller than in the last;"
        " in plain-56 before training it is 4 times larger than in the last."
    )


def test_layers_are_called_layers():
    places = ("stages.0.0.branch.0", "stages.0.0.branch.3", "stages.0.0.shortcut.0")
    assert "in the first layer of plain-56 is 2 times larger than in the last." in GRADIENT(
        [plain([2, 1, 7], places=places)]
    )


def test_a_net_without_numbers_at_the_step_leaves_the_other_to_be_read():
    broken = plain([0, 1, 2, 1, 0], [NAN] * 5)
    assert GRADIENT([broken, residual([0, 1, 3, 2, 0])]).startswith("Before training the gradient")
    assert GRADIENT([broken]) == "There are no numbers at this step."


def test_an_average_is_over_the_blocks_and_names_the_largest():
    read = average("share of zeros", "%", ".0f")
    assert read([plain([90, 40, 50, 60, 90]), residual([0, 20, 30, 40, 0])]) == (
        "Before training the share of zeros, averaged over the blocks, is 50\u00a0% in plain-56 and"
        " 30\u00a0% in residual-56; the largest is 60\u00a0%, in stage 3, block 1 of plain-56."
    )


def test_where_all_blocks_are_alike_none_is_the_largest():
    read = average("share of dead channels", "%", ".1f")
    assert read([plain([0, 0, 0, 0, 0])]) == (
        "Before training the share of dead channels, averaged over the blocks, is 0.0\u00a0% in"
        " plain-56."
    )


def test_responses_compare_the_two_nets():
    assert responses([plain([0, 2, 2, 2, 0]), residual([0, 1, 1, 1, 0])]) == (
        "Before training the layers of residual-56 respond 2 times more weakly than those of"
        " plain-56 on average (1 against 2)."
    )


def test_responses_of_one_net_are_averaged():
    assert responses([plain([0, 1, 2, 3, 0])]).startswith("Before training the response, averaged")
    silent = [plain([0, 0, 0, 0, 0]), residual([0, 1, 1, 1, 0])]
    assert responses(silent).startswith("Before training the response, averaged")


def test_overflow_tells_where_and_when_in_each_net():
    rows = ([1, 1, 1, 1, 1], [1, 1, NAN, NAN, 1], [NAN] * 5)
    assert overflow([plain(*rows), residual([1, 1, 1, 1, 1])]) == (
        "Not a number any more: in plain-56 at step 1, first in stage 2, block 1 (red in the"
        " heatmap)."
    )
    assert overflow([plain([1, 1, 1, 1, 1], [NAN, 1, 1, 1, 1])]) == (
        "Not a number any more: in plain-56 at step 1, first in the stem (red in the heatmap)."
    )
    assert overflow([residual([1, 1, 1, 1, 1])]) == ""


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.0, "about the same as"),
        (1.09, "about the same as"),
        (0.5, "2 times smaller than"),
        (1234.0, "1,200 times larger than"),
        (1e-9, "1e+09 times smaller than"),
        (0.0, "0, and so smaller than"),
    ],
)
def test_factors_are_said_in_two_digits_and_both_ways(ratio, words):
    assert compared(ratio) == words


def test_strength_is_said_of_responses():
    assert strength(3.0) == "3 times more strongly than"


def test_every_measure_has_a_lens_and_every_lens_a_measure():
    assert list(PROBE_LENSES) == list(MEASURES)


@pytest.mark.parametrize("measure", PROBE_LENSES)
def test_every_lens_asks_hints_and_reads_a_sentence(measure):
    lens = PROBE_LENSES[measure]
    assert lens.question.endswith("?")
    assert lens.hint.endswith(".")
    for shown in (
        [],
        [plain([1, 2, 3, 4, 5])],
        [plain([1, 2, 3, 4, 5]), residual([5, 4, 3, 2, 1])],
    ):
        assert lens.reading(shown).endswith(".")

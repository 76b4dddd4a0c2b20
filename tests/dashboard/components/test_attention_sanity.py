"""Tables and sentences on the check by random weights."""

import numpy as np
import pytest

from dashboard.components.attention_sanity_words import (
    fails,
    group_words,
    resemblance,
    sanity_reading,
    sanity_table,
    stage_labels,
)
from tests.dashboard.components.attention_questions import BOTH, PLAIN

GROUPS = (("head",), ("stages.2.0",), ("stages.1.0", "stages.0.0"), ("stem",))
NAN = float("nan")


def answers(*signed: float, groups: tuple = GROUPS) -> list[dict]:
    """From the trained net on."""
    return [
        {"groups": groups, "signed": value, "absolute": abs(value), "map": np.ones((2, 2))}
        for value in signed
    ]


BLIND, SEEING = answers(1, 0.9, 0.8, 0.2, 0.1), answers(1, 0.3, -0.1, 0.9, 0.9)


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (("head",), "head"),
        (("stages.2.1",), "stage 3,<br>block 2"),
        (("stages.2.8", "stages.2.7", "stages.2.6"), "stage 3,<br>blocks 7 to 9"),
        (("stages.2.0", "stages.1.8"), "stage 2, block 9 to<br>stage 3, block 1"),
        (("stages.0.0", "stem"), "stem to<br>stage 1, block 1"),
    ],
)
def test_what_is_redrawn_is_named_from_input_to_output(group, words):
    assert group_words(group) == words


def test_stages_are_numbered_where_the_nets_differ_in_them():
    few = answers(1, 0.5, 0.2, groups=(("head",), ("stem",)))
    assert stage_labels([few, BLIND]) == ["trained", "+ head", "+ part 2", "+ part 3", "+ part 4"]
    assert stage_labels([BLIND])[-1] == "+ stem"


def test_a_row_of_the_table_tells_what_its_stage_redraws():
    row = sanity_table([PLAIN], [BLIND]).iloc[3]
    assert (row["stage"], row["redrawn"], row["signed"]) == (
        "+ stage 1, block 1 to<br>stage 2, block 1",
        "stages.1.0 stages.0.0",
        0.2,
    )


def test_only_the_upper_half_counts():
    assert resemblance(sanity_table([PLAIN], [BLIND])) == pytest.approx((0.9 + 0.8) / 2)


def test_a_method_that_does_not_change_for_one_net_is_marked():
    assert fails(sanity_table(BOTH, [SEEING, BLIND]))
    assert not fails(sanity_table([PLAIN], [SEEING]))


def test_a_map_of_the_image_alone_is_marked_as_not_changing():
    table = sanity_table([PLAIN], [answers(1, 1, 1, 1, 1)])
    assert fails(table)
    reading = sanity_reading(table, "Edges")
    assert "for **plain-8** it **does not change** (mean rank correlation 1.00, 1.00" in reading
    assert "does not show what a net has learned" in reading


def test_a_method_that_changes_does_as_it_should():
    reading = sanity_reading(sanity_table([PLAIN], [SEEING]), "Saliency")
    assert "it changes, as it should (mean rank correlation 0.10, 0.90 at the end)" in reading
    assert "does not show what a net has learned" not in reading


def test_in_between_it_changes_in_part():
    table = sanity_table([PLAIN], [answers(1, 0.7, 0.5, 0, 0)])
    assert "it **changes only in part** (mean rank correlation 0.60" in sanity_reading(table, "")
    assert not fails(table)


def test_maps_without_any_difference_cannot_be_compared():
    table = sanity_table([PLAIN], [answers(NAN, NAN, NAN, NAN, NAN)])
    assert not fails(table)
    assert "there is nothing to compare" in sanity_reading(table, "Grad-CAM")

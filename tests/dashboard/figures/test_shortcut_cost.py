"""What the shortcut options add."""

import pytest

from dashboard.components.architectures_blocks import shortcut_table
from dashboard.figures import shortcut_cost as board
from dashboard.figures.shortcut_cost import EMPTY
from tests.dashboard.figures.checked import checked

shortcut_cost = checked(board.shortcut_cost)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_nets_there_is_a_frame_and_a_sentence(mode):
    figure = shortcut_cost(shortcut_table().head(0), mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]
    assert not figure.data


def test_each_net_has_a_dot_for_b_and_for_c():
    table = shortcut_table().query("net == 'CIFAR, residual-20'")
    drawn = {trace.uid: trace for trace in shortcut_cost(table).data if "key" not in trace.uid}
    assert {uid: (*dot.x, *dot.text) for uid, dot in drawn.items()} == {
        "resnet/B": (2752, "+2,752"),
        "resnet/C": (14240, "+14,240"),
    }


def test_option_a_has_no_dot_on_a_logarithmic_scale():
    figure = shortcut_cost(shortcut_table())
    assert figure.layout.xaxis.type == "log"
    assert all(x is None or x > 0 for trace in figure.data for x in trace.x)


def test_alt_text_tells_every_addition():
    alt = shortcut_cost(shortcut_table()).layout.meta["alt"]
    assert "ImageNet, residual-34 with B 173,824;" in alt

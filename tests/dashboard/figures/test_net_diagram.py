"""Nets drawn layer by layer."""

import pandas as pd
import pytest

from core.spec import RunSpec
from dashboard.components.architectures_plans import COLUMNS, our_layers, vgg19
from dashboard.figures import net_diagram as diagram
from dashboard.figures.net_diagram import EMPTY, ROW_PIXELS, diagram_height
from tests.dashboard.figures.checked import checked

net_diagram = checked(diagram.net_diagram)


def drawn_net(family: str, depth: int, **settings) -> pd.DataFrame:
    """Its rows as the figure wants them."""
    shape = {"stem": "imagenet", "width": 64, "epochs": 1} | settings
    spec = RunSpec.model_validate({"family": family, "depth": depth, **shape})
    return our_layers(spec).assign(net=spec.net, family=family)


def traces(layers: pd.DataFrame, **options) -> dict:
    return {trace.uid: trace for trace in net_diagram(layers, **options).data}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_nets_there_is_a_sentence(mode):
    empty = pd.DataFrame(columns=["net", "family", *COLUMNS])
    figure = net_diagram(empty, mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]
    assert figure.layout.meta["alt"] == "No net is drawn."


def test_every_layer_of_34_is_a_box_with_its_words():
    drawn = traces(drawn_net("resnet", 34))
    words = drawn["residual-34/words"].text
    assert len(drawn["residual-34/boxes"].y) == len(words) == 36  # 34 layers and two pools
    assert words[:3] == ("7x7, 64, /2", "max pool, /2", "3x3, 64")


def test_a_box_carries_its_net_and_block():
    clicked = traces(drawn_net("resnet", 34))["residual-34/boxes"].customdata
    assert [clicked[0], clicked[2], clicked[-1]] == [
        "residual-34|stem",
        "residual-34|stages.0.0",
        "residual-34|head",
    ]


def test_the_paper_draws_13_solid_and_3_dashed_shortcuts():  # He et al. 2015, Figure 3, right
    drawn = traces(drawn_net("resnet", 34))
    arcs = {kind: drawn[f"residual-34/{kind}"] for kind in ("identity", "padding")}
    assert {kind: list(arc.x).count(None) for kind, arc in arcs.items()} == {
        "identity": 13,
        "padding": 3,
    }
    assert (arcs["identity"].line.dash, arcs["padding"].line.dash) == (None, "dash")


def test_a_plain_net_has_no_shortcuts():
    assert set(traces(drawn_net("plain", 34))) == {"plain-34/boxes", "plain-34/words"}


def test_the_152_layers_fit_into_less_room_than_34_by_counting_equal_blocks():
    deep = drawn_net("bottleneck", 152)
    counts = traces(deep)["bottleneck-152/repeats"].text
    assert [text.strip("<b> x/") for text in counts] == ["2", "7", "35", "2"]  # 3, 8, 36, 3 blocks
    assert diagram_height(deep) < diagram_height(drawn_net("resnet", 34))


def test_layers_of_one_output_size_stand_at_one_height():
    both = [vgg19().assign(net="VGG-19", family="plain"), drawn_net("plain", 34)]
    drawn = traces(pd.concat(both))
    first_of_14 = [
        next(
            row
            for row, words in zip(
                drawn[f"{net}/boxes"].y, drawn[f"{net}/boxes"].hovertext, strict=True
            )
            if "output 14 x 14" in words
        )
        for net in ("VGG-19", "plain-34")
    ]
    assert first_of_14[0] == first_of_14[1]


def test_a_row_is_high_enough_for_its_words():
    one = drawn_net("resnet", 18)
    assert diagram_height(one) >= ROW_PIXELS * len(one)


def test_pointing_at_a_box_tells_what_it_costs():
    hover = traces(drawn_net("resnet", 34))["residual-34/boxes"].hovertext[0]
    assert "9,536 parameters" in hover  # 7 x 7 x 3 x 64 weights, 128 of batch norm
    assert "118.0 M multiply-adds" in hover  # times 112 x 112 pixels


def test_alt_text_counts_layers_and_parameters():
    both = pd.concat([drawn_net("plain", 34), drawn_net("resnet", 34)])
    assert net_diagram(both).layout.meta["alt"] == (
        "Nets layer by layer, side by side: plain-34 with 34 layers and 21.6 M parameters;"
        " residual-34 with 34 layers and 21.6 M parameters."
    )

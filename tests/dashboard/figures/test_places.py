"""Places of a net in words."""

from dashboard.figures.places import is_on_the_way, named_spans, place_names, spans

NET = ("stem", "stages.0.0", "stages.0.1", "stages.1.0", "head")


def test_a_block_is_called_by_its_stage_and_number():
    assert place_names(NET) == (
        "stem",
        "stage 1, block 1",
        "stage 1, block 2",
        "stage 2, block 1",
        "head",
    )


def test_layers_are_counted_within_their_block_and_a_shortcut_is_none_of_them():
    layers = (
        "stem.0",
        "stages.0.0.branch.0",
        "stages.0.0.branch.3",
        "stages.1.0.branch.0",
        "stages.1.0.shortcut.0",
    )
    assert place_names(layers) == (
        "stem",
        "stage 1, block 1, layer 1",
        "stage 1, block 1, layer 2",
        "stage 2, block 1, layer 1",
        "stage 2, block 1, shortcut",
    )
    assert [is_on_the_way(layer) for layer in layers] == [False, True, True, True, False]


def test_stages_span_their_blocks():
    assert [tuple(span) for span in spans(NET)] == [
        ("stem", 0, 0),
        ("stage 1", 1, 2),
        ("stage 2", 3, 3),
        ("head", 4, 4),
    ]


def test_in_a_deep_net_only_the_stages_are_named():
    deep = ("stem", *(f"stages.{stage}.{block}" for stage in range(3) for block in range(67)))
    assert [span.name for span in named_spans((*deep, "head"))] == ["stage 1", "stage 2", "stage 3"]

"""Which deeper nets are made of a net's blocks, and what is said of the others."""

import pytest

from core.deeper import check_deepening, deeper_depths, deeper_spec
from core.spec import RunSpec


def spec_of(family="resnet", depth=20, **fields) -> RunSpec:
    return RunSpec(**{"family": family, "depth": depth, "steps": 1} | fields)


def test_the_new_spec_is_the_old_one_but_for_depth_and_origin():
    spec = spec_of(seed=3, width=4, learning_rate=0.05)
    deeper = deeper_spec(spec, 56, "abc", 468)
    assert deeper.origin is not None
    assert deeper.origin.model_dump() == {
        "run": "abc",
        "step": 468,
        "change": "deepened by identity",
        "fresh": True,
    }
    assert deeper.model_copy(update={"depth": 20, "origin": None}) == spec
    assert RunSpec.model_validate_json(deeper.model_dump_json()) == deeper


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        ({"family": "plain"}, (26, 32, 38)),  # 6n + 2: He et al. 2015, section 4.2
        ({"family": "resnet", "depth": 8}, (14, 20, 26)),
        ({"family": "bottleneck"}, (29, 38, 47)),  # 9n + 2
        ({"family": "preact"}, (26, 32, 38)),
        ({"family": "preact", "depth": 29}, (47, 65, 83)),  # 38 and 56 are made of basic blocks
        ({"family": "resnet", "depth": 18, "stem": "imagenet"}, (34,)),  # the paper's Table 1
        ({"family": "bottleneck", "depth": 50, "stem": "imagenet"}, (101, 152)),
        ({"family": "bottleneck", "depth": 50}, (152,)),  # 101 = 9 x 11 + 2 has three stages
    ],
)
def test_a_net_can_be_deepened_to_those_made_of_its_blocks(fields, first):
    assert deeper_depths(spec_of(**fields))[: len(first)] == first


@pytest.mark.parametrize(
    ("fields", "depth", "sentence"),
    [
        ({}, 20, "depth 20 is not deeper than residual-20, .* the nearest that is deeper is 26$"),
        ({}, 8, "depth 8 is not deeper than residual-20, .* the nearest that is deeper is 26$"),
        ({}, 57, r"^depth 57 is not 6n \+ 2, .* the nearest that is deeper is 56$"),
        ({}, 21, r"^depth 21 is not 6n \+ 2, .* the nearest that is deeper is 26$"),
        ({"family": "bottleneck"}, 56 - 4, r"is not 9n \+ 2, .* the nearest that is deeper is 56$"),
        ({"depth": 18, "stem": "imagenet"}, 56, "depth 56 is not 34, .* deeper is 34$"),
        ({"depth": 1202}, 1208, "^residual-1202 is the deepest net that its blocks make$"),
        ({"family": "highway"}, 56, "a block of a highway net cannot be made the identity"),
        ({"family": "vgg", "depth": 11, "stem": "imagenet"}, 13, "a block of a VGG net cannot"),
        ({"shortcut": "C"}, 56, r"every shortcut of residual-20 has weights \(option C\)"),
    ],
)
def test_a_depth_that_cannot_be_is_one_sentence(fields, depth, sentence):
    with pytest.raises(ValueError, match=sentence) as told:
        check_deepening(spec_of(**fields), depth)
    assert "\n" not in str(told.value)


def test_a_plain_net_has_no_shortcut_that_could_forbid_it():
    check_deepening(spec_of("plain", shortcut="C"), 56)

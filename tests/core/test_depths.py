import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.depths import MAX_DEPTH, TRAINED, blocks_per_stage, layers_per_block, nearest_depth

FOR_IMAGENET = {"plain": (18, 34), "resnet": (18, 34), "bottleneck": (50, 152)}
FORMS = {
    "plain": {*range(8, MAX_DEPTH + 1, 6)},
    "resnet": {*range(8, MAX_DEPTH + 1, 6)},
    "bottleneck": {*range(11, MAX_DEPTH + 1, 9)},
    "preact": {*range(8, MAX_DEPTH + 1, 6), *range(11, MAX_DEPTH + 1, 9)},
    "highway": {*range(5, MAX_DEPTH + 1)},
}


@given(st.sampled_from(sorted(FORMS)), st.integers(-10, 1500))
def test_a_depth_is_of_its_familys_form_or_the_error_names_the_nearest(family, depth):
    good = FORMS[family] | {*FOR_IMAGENET.get(family, ())}
    if depth in good:
        assert 2 + layers_per_block(family, depth) * sum(blocks_per_stage(family, depth)) == depth
    else:
        with pytest.raises(ValueError, match=f"depth {depth} is not") as error:
            blocks_per_stage(family, depth)
        nearest = int(str(error.value).split()[-1])
        assert abs(depth - nearest) == min(abs(depth - one) for one in good)


@pytest.mark.parametrize(  # He et al. 2015, Table 1
    ("family", "depth", "stages"),
    [
        ("resnet", 18, (2, 2, 2, 2)),
        ("plain", 34, (3, 4, 6, 3)),
        ("bottleneck", 50, (3, 4, 6, 3)),
        ("bottleneck", 101, (3, 4, 23, 3)),
        ("bottleneck", 152, (3, 8, 36, 3)),
    ],
)
def test_the_nets_for_imagenet_have_the_papers_blocks(family, depth, stages):
    assert blocks_per_stage(family, depth, "imagenet") == stages


@pytest.mark.parametrize(
    ("family", "depth", "sentence"),
    [
        ("resnet", 50, "depth 50 is not 18 or 34; the nearest is 34"),
        ("bottleneck", 110, "depth 110 is not 50 or 101 or 152; the nearest is 101"),
        ("highway", 32, "there is no highway net with the stem for ImageNet; it is made for plain"),
    ],
)
def test_the_stem_for_imagenet_belongs_to_the_papers_nets(family, depth, sentence):
    with pytest.raises(ValueError, match=sentence):
        blocks_per_stage(family, depth, "imagenet")


@pytest.mark.parametrize(  # Simonyan, Zisserman 2014, Table 1, without the first convolution
    ("depth", "stages"),
    [(11, (0, 1, 2, 2, 2)), (13, (1, 2, 2, 2, 2)), (16, (1, 2, 3, 3, 3)), (19, (1, 2, 4, 4, 4))],
)
def test_vgg_has_the_papers_layers(depth, stages):
    assert blocks_per_stage("vgg", depth, "imagenet") == stages
    assert 1 + sum(stages) + 3 == depth


@pytest.mark.parametrize(
    ("stem", "sentence"),
    [
        ("cifar", "VGG nets are for ImageNet; the stem to give is imagenet"),
        ("imagenet", "depth 17 is not 11 or 13 or 16 or 19; the nearest is 16"),
    ],
)
def test_vgg_of_other_forms_is_refused(stem, sentence):
    with pytest.raises(ValueError, match=sentence):
        blocks_per_stage("vgg", 17, stem)


def test_the_net_of_1001_layers_is_made_of_bottlenecks():  # He et al. 2016, arXiv:1603.05027
    assert layers_per_block("preact", 1001) == 3
    assert layers_per_block("preact", 110) == 2


def test_highway_nets_of_19_and_32_layers_are_spread_evenly():  # Srivastava et al. 2015
    assert blocks_per_stage("highway", 19) == (6, 6, 5)
    assert blocks_per_stage("highway", 32) == (10, 10, 10)


@pytest.mark.parametrize("family", TRAINED)
def test_every_family_has_a_net_near_any_depth(family):
    assert nearest_depth(family, 1) <= 11
    assert nearest_depth(family, 5000) >= 1199

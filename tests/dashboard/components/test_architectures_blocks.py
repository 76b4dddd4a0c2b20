"""The tables behind the small questions about blocks."""

import pytest

from dashboard.components.architectures_blocks import block_layers, kernel_table, shortcut_table


@pytest.mark.parametrize("width", [64, 512])
def test_a_bottleneck_costs_17_and_a_basic_block_18_squares_of_its_width(width):
    cost = block_layers(width, 1).groupby("block", sort=False)["parameters"].sum()
    assert [count / width**2 for count in cost] == [18, 17, 288]


def test_multiply_adds_are_weights_times_pixels():
    layers = block_layers(64, 56)
    assert (layers["multiply_adds"] == layers["parameters"] * 56**2).all()


def test_three_3x3_cost_27_and_one_7x7_49_squares():  # Simonyan and Zisserman 2014, section 2.3
    table = kernel_table()
    factors = (table["parameters"] / table["channels"] ** 2).groupby(table["way"]).unique()
    assert {way: found.tolist() for way, found in factors.items()} == {
        "one 7x7": [49],
        "three 3x3": [27],
    }


@pytest.mark.parametrize(
    ("net", "counts"),
    [
        # counted twice, independently, from He et al. 2015, section 4.2
        ("CIFAR, residual-20", [269_722, 272_474, 283_962]),
        ("CIFAR, residual-110", [1_727_962, 1_730_714, 1_826_202]),
    ],
)
def test_the_options_give_the_known_parameter_counts(net, counts):
    assert shortcut_table().query("net == @net")["parameters"].tolist() == counts


@pytest.mark.parametrize(
    ("net", "count"),  # torchvision's weight enums: num_params; its shortcuts are option B
    [
        ("residual-18", 11_689_512),
        ("residual-34", 21_797_672),
        ("bottleneck-50", 25_557_032),
        ("bottleneck-152", 60_192_808),
    ],
)
def test_option_b_has_torchvisions_parameter_count(net, count):
    table = shortcut_table().query("option == 'B'").set_index("net")
    assert table.loc[f"ImageNet, {net}", "parameters"] == count


def test_option_a_adds_nothing_and_b_the_same_at_any_depth():
    added = shortcut_table().set_index("net")
    assert (added.query("option == 'A'")["added"] == 0).all()
    cifar = added[added.index.str.startswith("CIFAR")].query("option == 'B'")
    assert cifar["added"].unique().tolist() == [2752]

"""The page Architectures, on an empty store."""

import subprocess
import sys

import pytest

from tests.dashboard.conftest import badges, figures, texts

FIGURES = [
    "nets",
    "winners",
    "complexity",
    "bottleneck",
    "kernels",
    "receptive-field",
    "shortcuts",
]


@pytest.fixture
def page(open_page):
    return open_page("architectures")


def test_every_section_is_a_figure_with_its_source(page):
    assert not page.exception
    assert page.title[0].value == "Architectures"
    assert figures(page) == FIGURES
    sources = [node.value for node in page.caption if node.value.startswith("Source: ")]
    assert len(page.subheader) == len(sources) == 7


def test_numbers_are_quoted_or_computed_and_none_is_called_live(page):
    assert badges(page) == {"quoted", "computed"}


def test_figure_3_of_the_paper_is_drawn_first(page):
    costs = texts(page)
    assert "**VGG-19** 143,667,240 parameters, 19.6\u00a0G multiply-adds" in costs
    # He et al. 2015, section 3.3: 3.6 billion
    assert "**plain-34** 21,623,848 parameters, 3.64\u00a0G multiply-adds" in costs
    assert "**residual-34** 21,623,848 parameters, 3.64\u00a0G multiply-adds" in costs


def test_every_layer_of_vgg_16_is_shown_with_its_sums(page):
    page.button(key="layers_show").click().run(timeout=60)
    assert not page.exception
    sums = {metric.label: metric.value for metric in page.metric}
    assert sums == {  # Simonyan and Zisserman 2014: 138 M; 15.2 M activations of four bytes
        "Parameters": "138\u00a0M",
        "Multiply-adds": "15.5\u00a0G",
        "Activation memory": "61\u00a0MB",
    }
    (table,) = [one.value for one in page.dataframe if "receptive_field" in one.value]
    (first_linear,) = table[table["name"] == "classifier.0"].itertuples()
    assert first_linear.parameters == 102_760_448 + 4096


def test_a_depth_that_a_family_has_not_is_refused_where_layers_are_shown(page):
    page.selectbox(key="layers_net").set_value("resnet").run()
    page.text_input(key="layers_depth_cifar").set_value("21").run()
    page.button(key="layers_show").click().run(timeout=60)
    (error,) = page.error
    assert error.value.startswith("depth 21 is not 6n + 2")


def test_a_bottleneck_net_stands_beside_the_basic_one(page):
    page.selectbox(key="net_family_imagenet").set_value("bottleneck").run()
    page.selectbox(key="net_depth_imagenet_bottleneck").set_value("152").run()
    page.selectbox(key="net_shortcut").set_value("B").run()
    assert "**bottleneck-152** 60,192,808 parameters, 11.3\u00a0G" in texts(
        page
    )  # as torchvision's
    assert "**residual-34**" in texts(page)


def test_nets_for_cifar_are_counted_on_small_images(page):
    page.selectbox(key="net_stem").set_value("cifar").run()
    assert "**residual-20** 269,722 parameters, 40.6\u00a0M multiply-adds" in texts(page)
    assert "VGG" not in page.markdown[1].value


def test_a_depth_that_no_net_has_is_a_sentence(page):
    page.session_state["net_depth_cifar_resnet"] = "21"  # as somebody types it
    page.selectbox(key="net_stem").set_value("cifar").run()
    (error,) = page.error
    assert error.value == "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"
    assert figures(page) == FIGURES[1:]
    assert not page.exception


def test_a_clicked_block_shows_its_layers(page):
    page.session_state["net_block"] = "residual-34|stages.1.0"  # as a click leaves it
    page.run()
    assert "block `stages.1.0`" in texts(page)
    (rows,) = (node.value for node in page.dataframe)
    weighted = rows[rows["kind"] == "convolution"]
    assert weighted["name"].tolist() == ["stages.1.0.branch.0", "stages.1.0.branch.3"]
    assert weighted["parameters"].tolist() == [9 * 64 * 128, 9 * 128 * 128]
    assert set(weighted["output"]) == {"128 x 28 x 28"}


def test_a_clicked_block_of_a_net_that_is_gone_shows_nothing(page):
    page.session_state["net_block"] = "residual-110|stages.0.0"
    page.run()
    assert not page.dataframe
    assert not page.error


def test_an_open_popover_shows_the_numbers_and_their_download(page):
    page.session_state["data-winners"] = True  # as a click opens it
    page.run()
    assert page.dataframe[0].value["error"].tolist() == [28.2, 25.8, 16.4, 11.7, 7.3, 6.7, 3.57]
    assert [node.label for node in page.get("download_button")] == ["Download CSV"]


def test_the_traps_are_told(page):
    assert "torchvision's ResNet-50 is 'v1.5'" in texts(page)


def test_latency_is_measured_here_and_called_live(page):
    page.selectbox(key="latency_net").set_value("googlenet").run()
    page.button(key="latency").click().run(timeout=60)
    assert "live" in badges(page)
    assert "**GoogLeNet**: " in texts(page)
    assert "ms for one image on" in texts(page)


def test_sliders_move_the_numbers_of_the_blocks(page):
    page.slider(key="block_width").set_value(128).run()
    page.select_slider(key="kernel_channels").set_value(128).run()
    assert "17w² = **278,528** parameters" in texts(page)
    assert "27C² = **442,368** parameters" in texts(page)


def test_the_page_imports_no_torch():
    names = ("nets", "winners", "complexity", "blocks")
    code = "import sys\n" + "".join(
        f"import dashboard.components.architectures_{name}\n" for name in names
    )
    subprocess.run([sys.executable, "-c", f"{code}assert 'torch' not in sys.modules"], check=True)

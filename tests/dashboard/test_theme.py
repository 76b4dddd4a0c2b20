"""The look: readable on both pages, deeper is stronger, and the same as in the app's own theme."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit import config

from dashboard import theme

CONFIG = tomllib.loads(
    (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)
DEPTHS = (8, 14, 20, 32, 44, 56, 110, 1202)
MODES = ("light", "dark")
FAMILIES = ("plain", "resnet", "highway")


@pytest.mark.parametrize(
    ("colour", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
    ],  # WCAG 2.2, 1.4.3 and WebAIM
)
def test_contrast_is_that_of_wcag(colour, other, ratio):
    assert theme.contrast(colour, other) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("family", FAMILIES)
def test_deeper_nets_stand_out_more_from_the_page(family, mode):
    page = theme.BACKGROUND[mode]
    ratios = [theme.contrast(theme.shade(family, depth, mode), page) for depth in DEPTHS]
    assert all(deep > shallow + 0.3 for shallow, deep in pairwise(ratios))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_line_has_three_to_one_contrast_with_the_page(family, depth, mode):
    shade = theme.shade(family, depth, mode)
    assert theme.contrast(shade, theme.BACKGROUND[mode]) >= 3  # WCAG 2.2, 1.4.11


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("family", FAMILIES)
def test_the_word_of_a_family_has_three_to_one_contrast_with_the_page(family, mode):
    colour = theme.family_colour(family, mode)
    assert theme.contrast(colour, theme.BACKGROUND[mode]) >= 3  # large text


def test_plain_is_vermilion_and_residual_is_blue():
    assert (theme.hue("plain"), theme.hue("resnet")) == ("#D55E00", "#0072B2")  # Okabe and Ito


def test_a_further_family_gets_a_hue_of_its_own_and_keeps_it():
    assert theme.hue("inception") == theme.hue("inception")
    assert theme.hue("inception") not in theme.HUES.values()


@pytest.mark.parametrize("mode", MODES)
def test_training_is_thin_and_dashed_and_test_is_bold_and_solid(mode):
    train = theme.line_style("plain", 20, "train", mode)
    test = theme.line_style("plain", 20, "test", mode)
    assert train["color"] == test["color"] == theme.shade("plain", 20, mode)
    assert train["width"] < test["width"]
    assert (train["dash"], test["dash"]) == ("4px,3px", "solid")


def test_a_measured_error_has_one_decimal():
    assert theme.percent(12.345) == "12.3\u00a0%"


def test_the_families_word_on_screen_is_residual():
    assert (theme.net_word("resnet", 56), theme.net_word("plain", 8)) == ("residual-56", "plain-8")


def test_a_dressed_figure_knows_the_colours_of_the_other_mode():
    meta = theme.dress([], {}, "light", [("plain", 56)], alt="")["layout"]["meta"]
    dark = theme.dress([], {}, "dark", [("plain", 56)], alt="")["layout"]["meta"]
    assert meta["other_mode"][theme.shade("plain", 56, "light")] == theme.shade("plain", 56, "dark")
    assert dark["other_mode"] == {there: here for here, there in meta["other_mode"].items()}


@pytest.mark.parametrize("mode", MODES)
def test_figures_and_app_have_the_same_page_ink_and_font(mode):
    app = CONFIG["theme"][mode]
    assert app["backgroundColor"] == theme.BACKGROUND[mode]
    assert app["textColor"] == theme.INK[mode]
    assert CONFIG["theme"]["font"] == theme.FONT


@pytest.mark.parametrize("mode", MODES)
def test_white_words_on_a_primary_button_can_be_read(mode):
    assert theme.contrast(CONFIG["theme"][mode]["primaryColor"], "#ffffff") >= 4.5


def test_streamlit_knows_every_option_of_the_config():
    known = config.get_config_options()
    named = {f"{section}.{name}" for section, options in CONFIG.items() for name in flat(options)}
    assert named - set(known) == set()


def test_no_garbage_collection_after_each_fragment_and_no_statistics():
    assert CONFIG["runner"]["postScriptGC"] is False
    assert CONFIG["global"]["minCachedMessageSize"] > 1e9
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["enableStaticServing"] is True


def flat(options: dict) -> list[str]:
    """Option names with those of sections inside: light.textColor."""
    return [
        f"{name}.{inner}" if isinstance(value, dict) else name
        for name, value in options.items()
        for inner in (value if isinstance(value, dict) else [""])
    ]

"""architectures.csv against the torchvision that is installed, and the paper's rows."""

from importlib.util import module_from_spec, spec_from_file_location

import pandas as pd
import pytest
from torchvision.models import get_model_weights

from core.nets.library import LIBRARY
from dashboard.components.architectures_complexity import (
    NOTES,
    PUBLISHED,
    TIMED,
    complexity_table,
)

TABLE = complexity_table()
OWN = TABLE[TABLE["recipe"] != "paper"]
PAPER = TABLE[TABLE["recipe"] == "paper"].set_index("name")


@pytest.mark.parametrize("row", list(OWN.itertuples()), ids=lambda row: f"{row.name}-{row.recipe}")
def test_a_row_is_what_torchvision_tells(row):
    weights = get_model_weights(row.name)[f"IMAGENET1K_{row.recipe}"]
    accuracy = weights.meta["_metrics"]["ImageNet-1K"]
    assert (row.parameters, row.multiply_adds_g, row.file_mib, row.top1, row.top5) == (
        weights.meta["num_params"],
        weights.meta["_ops"],
        weights.meta["_file_size"],
        accuracy["acc@1"],
        accuracy["acc@5"],
    )
    assert row.image_px == weights.transforms.keywords["crop_size"]
    assert str(weights) in row.source


def test_the_script_makes_the_file_that_is_there(tmp_path):
    script = spec_from_file_location("make_architectures", PUBLISHED / "make_architectures.py")
    maker = module_from_spec(script)
    script.loader.exec_module(maker)
    maker.FILE = tmp_path / "architectures.csv"
    maker.main()
    made, there = (pd.read_csv(folder / "architectures.csv") for folder in (tmp_path, PUBLISHED))
    pd.testing.assert_frame_equal(made.drop(columns="source"), there.drop(columns="source"))


def test_the_papers_rows_are_100_less_its_errors():  # He et al. 2015, Table 3
    assert PAPER.loc["ResNet-152", ["multiply_adds_g", "top1", "top5"]].tolist() == [
        11.3,
        78.57,
        94.29,
    ]
    assert set(PAPER["protocol"]) == {"10-crop"}
    assert PAPER["parameters"].isna().all()


def test_every_row_has_a_colour_and_a_source():
    assert set(TABLE["family"]) == {"plain", "resnet", "bottleneck", "other"}
    assert TABLE["source"].str.len().min() > 0


def test_plain_34_stands_at_the_multiply_adds_of_residual_34():  # section 3.3: 3.6 billion both
    assert PAPER.loc["plain-34", "multiply_adds_g"] == PAPER.loc["ResNet-34 A", "multiply_adds_g"]


def test_every_note_is_about_a_net_of_the_table():
    assert set(NOTES) <= set(OWN["name"])


def test_every_net_that_can_be_timed_is_one_that_can_be_built():
    assert set(TIMED) <= set(LIBRARY) & set(OWN["name"])

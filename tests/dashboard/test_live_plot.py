"""What the live plot sends, and how plotly.js gets to where the page fetches it."""

import base64
import json
import logging

import numpy as np
import pandas as pd
import pytest
from plotly.offline import get_plotlyjs_version

from dashboard.figures.training_curves import training_curves
from dashboard.live_plot import message
from dashboard.live_plot.plotly_js import copy_plotly, plotly_file


def parts(sent: bytes) -> tuple[dict, dict]:
    head, body = sent.split(b"\n")
    return json.loads(head), json.loads(body)


def test_a_message_is_a_head_and_the_figure():
    trace = {"type": "scatter", "x": [1, 2], "y": [3, 4], "uid": "plain-8/test"}
    figure = {"data": [trace], "layout": {"meta": {"alt": "two points"}, "height": 9}}
    head, body = parts(message(figure, height=380))
    assert head["plotly"] == plotly_file()
    assert (head["height"], head["meta"]) == (380, {"alt": "two points"})
    assert body == {"data": [trace], "layout": {"height": 9}}


@pytest.mark.parametrize(
    ("made", "sent"), [("float32", "f4"), ("float64", "f8"), ("int64", "i4"), ("int8", "i4")]
)
def test_arrays_of_numbers_travel_as_base64_of_a_type_that_plotly_js_knows(made, sent):
    figure = {"data": [{"y": np.array([1, 2, 3, 4], dtype=made)[::2]}], "layout": {}}
    _, body = parts(message(figure, height=1))
    assert body["data"][0]["y"]["dtype"] == sent
    numbers = np.frombuffer(base64.b64decode(body["data"][0]["y"]["bdata"]), dtype=f"<{sent}")
    assert numbers.tolist() == [1, 3]


def test_words_and_single_numbers_travel_as_they_are():
    trace = {"text": np.array(["a", "b"], dtype=object), "x": [np.int64(8), np.float32(1.5)]}
    _, body = parts(message({"data": [trace], "layout": {}}, height=1))
    assert body["data"] == [{"text": ["a", "b"], "x": [8, 1.5]}]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("nan")])
def test_a_number_that_is_none_is_a_gap_and_does_not_break_the_page(number):
    _, body = parts(message({"data": [{"y": [1.0, number]}], "layout": {}}, height=1))
    assert body["data"] == [{"y": [1.0, None]}]


def test_eight_nets_at_500_points_take_less_than_120_kilobytes():
    rows = [
        {
            "run_id": f"{family}-{depth}",
            "label": f"{family}-{depth}",
            "family": family,
            "depth": depth,
            "epoch": step / 100,
            "split": split,
            "error": 50.0 + step % 7,
        }
        for family in ("plain", "resnet")
        for depth in (8, 20, 32, 56)
        for split in ("train", "test")
        for step in range(2000)
    ]
    assert len(message(training_curves(pd.DataFrame(rows)), height=380)) < 120_000


def test_plotly_is_copied_whole_under_a_name_with_its_version(tmp_path):
    copy_plotly(tmp_path / "static")
    (copied,) = (tmp_path / "static").iterdir()
    assert copied.name == f"plotly-{get_plotlyjs_version()}.min.js"
    assert copied.read_text(encoding="utf-8").endswith("return Plotly;\n}));")


def test_plotly_is_not_copied_twice(tmp_path):
    (tmp_path / plotly_file()).write_text("there already")
    copy_plotly(tmp_path)
    assert (tmp_path / plotly_file()).read_text() == "there already"


def test_an_older_plotly_goes_when_a_newer_one_comes(tmp_path):
    (tmp_path / "plotly-0.0.1.min.js").write_text("old")
    copy_plotly(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [plotly_file()]


def test_a_folder_that_cannot_be_made_is_a_warning(tmp_path, caplog):
    (tmp_path / "static").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        copy_plotly(tmp_path / "static")
    assert "no figures:" in caplog.text

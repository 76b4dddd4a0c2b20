import json

import pytest
from typer.testing import CliRunner

from core.__main__ import app
from core.describe import describe
from tests.racing import run_core


def told(*words: str) -> str:
    """What the command prints."""
    answer = CliRunner().invoke(app, ["describe", *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.mark.parametrize(
    ("words", "name", "settings"),
    [
        ("resnet --depth 110", "resnet", {"depth": 110}),
        ("vgg16", "vgg16", {}),
        ("resnet152", "resnet152", {}),
        ("plain --depth 34 --stem imagenet", "plain", {"depth": 34, "stem": "imagenet"}),
        (
            "bottleneck --depth 152 --stem imagenet",
            "bottleneck",
            {"depth": 152, "stem": "imagenet"},
        ),
        (
            "resnet --depth 8 --width 4 --shortcut C --size 28 --classes 5 --no-batch-norm",
            "resnet",
            {"depth": 8, "width": 4, "shortcut": "C", "size": 28, "classes": 5}
            | {"batch_norm": False},
        ),
        ("bottleneck --stride-in 3x3", "bottleneck", {"stride_in": "3x3"}),
    ],
)
def test_the_json_is_what_describe_gives(words, name, settings):
    assert json.loads(told(*words.split(), "--json")) == describe(name, settings)


def test_the_table_has_a_line_a_layer_and_the_totals():
    table = told("vgg16").splitlines()
    rows = [line.split("│")[1:-1] for line in table if line.startswith("│")]
    cells = [[cell.strip() for cell in row] for row in rows]
    assert ["features.0", "convolution", "64 x 224 x 224", "1,792", "86,704,128"] in [
        row[:5] for row in cells
    ]
    assert cells[-1][:5] == ["total", "", "", "138,357,544", "15,470,264,320"]
    assert cells[-1][5] == "60,950.4"  # kB
    assert len(cells) == len(describe("vgg16", {})["layers"]) + 1


def test_a_bad_value_is_one_line_and_exit_code_2():
    answer = run_core("describe", "resnet", "--depth", "21")
    assert (answer.returncode, answer.stdout) == (2, "")
    (line,) = answer.stderr.splitlines()
    assert line == "depth 21 is not 6n + 2 between 8 and 1202; the nearest is 20"

"""Published tables, row by row, and the lab's own runs beside the right one."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from core.cost import parameters
from core.data.catalogue import CATALOGUE
from core.presets import CIFAR10, PAPER, with_settings
from core.published import (
    FOLDER,
    SAME_RECIPE,
    beside_published,
    is_cifar10,
    read_table,
    recipe_differences,
)
from core.spec import Experiment, RunSpec

ERRORS = ("error", "mean", "spread", "top1", "top5", "margin")  # all in %
WHOLE = ("depth", "year", "place")
OTHERS = ("architectures",)  # made from a library by a script and compared with it elsewhere
NAMES = sorted({path.stem for path in FOLDER.glob("*.csv")}.difference(OTHERS))


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_a_source_and_stands_there_once(name):
    table = read_table(name)
    assert len(table)
    assert list(table.columns[-2:]) == ["note", "source"]
    assert table["source"].str.contains(r"He et al\. 2015, |Lecture deck '|He, slides '").all()
    assert not table.drop(columns=["note", "source"]).duplicated().any()


@pytest.mark.parametrize("name", NAMES)
def test_every_error_is_a_number_between_0_and_100(name):
    table = read_table(name)
    for column in table.columns.intersection(ERRORS):
        values = pd.to_numeric(table[column][table[column] != ""])
        assert values.between(0, 100).all(), column


@pytest.mark.parametrize("name", NAMES)
def test_depths_years_and_places_are_whole_numbers(name):
    table = read_table(name)
    for column in table.columns.intersection(WHOLE):
        assert table[column][table[column] != ""].str.fullmatch(r"[1-9]\d*").all(), column


@pytest.mark.parametrize(("name", "column"), [("complexity", "printed"), ("cifar10", "parameters")])
def test_amounts_are_positive_numbers(name, column):
    printed = read_table(name)[column]
    assert (pd.to_numeric(printed[printed != ""]) > 0).all()


def test_counts_parse_once_their_unit_is_read():
    counts = read_table("datasets")["count"].str.replace(",", "")
    assert counts.str.fullmatch(r"\d+(\.\d+)?[kKM]?").all()


def test_imagenet_errors_are_those_of_table_3_with_the_zeros_that_are_printed():
    printed = read_table("imagenet").set_index("net")
    assert " ".join(printed["top1"]) == (  # GoogLeNet has none
        "28.07  24.27 28.54 25.03 24.52 24.19 22.85 21.75 21.43"
    )
    assert " ".join(printed["top5"]) == "9.33 9.15 7.38 10.02 7.76 7.46 7.40 6.71 6.05 5.71"


def test_cifar10_errors_are_those_of_table_6():
    assert " ".join(read_table("cifar10")["error"]) == (
        "9.38 8.81 8.22 8.39 7.54 8.80 8.75 7.51 7.17 6.97 6.43 7.93"
    )


def test_margins_over_the_second_are_those_of_the_decks():
    margins = read_table("competitions")
    assert set(margins["place"]) == {"1"}
    assert list(margins["margin"]) == ["", "16", "27", "11", "12"]


def test_sixteen_more_layers_cost_the_plain_net_what_the_paper_prints():
    printed = read_table("imagenet_depth").set_index(["family", "depth"])["error"].to_dict()
    assert printed == {  # He et al. 2015, Table 2
        ("plain", "18"): "27.94",
        ("resnet", "18"): "27.88",
        ("plain", "34"): "28.54",
        ("resnet", "34"): "25.03",
    }


def test_the_tables_agree_where_two_of_them_print_the_same_net():
    by_depth = read_table("imagenet_depth").set_index(["family", "depth"])["error"]
    top1 = read_table("imagenet").set_index("net")["top1"]
    assert by_depth["plain", "34"] == top1["plain-34"]
    assert by_depth["resnet", "34"] == top1["ResNet-34 A"]


def test_resnets_have_as_many_parameters_as_the_paper_prints():
    resnets = read_table("cifar10").query("family == 'resnet'")
    assert list(resnets["depth"]) == ["20", "32", "44", "56", "110", "1202"]
    for row in resnets.itertuples():
        spec = RunSpec(family="resnet", depth=int(row.depth), steps=1)
        decimals = len(row.parameters.split(".")[1])
        ours = parameters(spec, CATALOGUE["cifar10"]) / 1e6
        assert f"{ours:.{decimals}f}" == row.parameters, row.depth


def test_best_run_mean_and_spread_have_columns_of_their_own():
    table = read_table("cifar10")
    several = table[table["mean"] != ""][["method", "error", "mean", "spread"]]
    assert several.to_numpy().tolist() == [  # He et al. 2015, Table 6
        ["Highway", "7.54", "7.72", "0.16"],
        ["ResNet", "6.43", "6.61", "0.16"],
    ]


def test_winners_have_the_known_errors():
    winners = read_table("winners")
    assert list(winners["error"]) == ["28.2", "25.8", "16.4", "11.7", "7.3", "6.7", "3.57"]
    assert list(winners["layers"]) == ["shallow", "shallow", "8", "8", "19", "22", "152"]


@pytest.mark.parametrize(
    ("name", "column", "printed", "paper"),
    [
        ("recipe", "printed", "1e-5", "1e-4"),
        ("datasets", "count", "1.28", "1.28 million"),
        ("datasets", "count", "50k", "ImageNet 2012"),
        ("winners", "name", "VGG", "GoogLeNet won"),
        ("complexity", "printed", "24", "15 million"),
        ("complexity", "printed", "96", "61 MB"),
    ],
)
def test_where_a_deck_errs_its_value_stands_and_a_note_tells_the_right_one(
    name, column, printed, paper
):
    rows = read_table(name).query(f"{column} == @printed")
    assert len(rows) == 1
    assert paper in rows["note"].iloc[0]


@pytest.mark.parametrize(
    ("dataset", "answer"),
    [
        ("cifar10", True),
        ("folder:/data/cifar-10-jpeg", True),
        ("folder:/cifar10/cats", False),
        ("cifar100", False),
        ("fashion-mnist-mini", False),
    ],
)
def test_cifar10_is_known_by_its_name(dataset, answer):
    assert is_cifar10(dataset) == answer


@pytest.fixture
def finished() -> Callable[..., pd.DataFrame]:
    """finished(experiment, errors, **columns): its runs as `read_runs` gives them."""

    def finished(experiment: Experiment, errors: list[float], **columns: Any) -> pd.DataFrame:
        specs = experiment.specs()
        steps = specs[0].total_steps(50_000)
        rows = [
            {
                "run_id": f"{spec.seed}-{error}",
                "family": spec.family,
                "depth": spec.depth,
                "dataset": spec.dataset,
                "spec": spec.model_dump_json(),
                "status": "finished",
                "steps": steps,
                "parameters": 269_722,
                "test_error": error,
            }
            for spec, error in zip(specs, errors, strict=True)
        ]
        return pd.DataFrame(rows).assign(**columns)

    return finished


def paper(**fields: Any) -> Experiment:
    return with_settings(PAPER, {"families": "resnet", "depths": "20"} | fields)


def test_a_run_by_the_papers_recipe_differs_by_its_error_alone(finished):
    found = beside_published(finished(paper(), [8.95]))
    row = found.iloc[0]
    assert (row["published"], row["measured"], row["runs"]) == ("8.75", 8.95, 1)  # Table 6
    assert row["difference"] == pytest.approx(0.2)
    assert row["recipe"] == SAME_RECIPE


def test_seeds_of_one_net_are_averaged_and_nets_of_another_recipe_are_not(finished):
    seeds = finished(paper(seeds="0 1 2"), [8.0, 9.0, 10.0])
    narrow = finished(paper(width="8"), [12.0])
    found = beside_published(pd.concat([seeds, narrow]))
    assert found[["measured", "runs"]].to_numpy().tolist() == [[9.0, 3], [12.0, 1]]
    assert list(found["recipe"]) == [SAME_RECIPE, "width 8, not 16"]


def test_a_mean_is_compared_with_the_printed_mean_not_with_the_best_run(finished):
    found = beside_published(finished(paper(depths="110"), [6.61]))
    assert list(found["published"]) == ["6.61"]  # 5 runs: best 6.43, mean 6.61 (Table 6)
    assert list(found["difference"]) == [0]


def test_a_difference_as_small_as_the_spread_over_seeds_is_not_told_apart(finished):
    # 6.61 +- 0.16 over 5 runs (Table 6), 0.2 over 3: 2 sqrt(0.0256 / 5 + 0.04 / 3) = 0.27
    near = finished(paper(depths="110", seeds="0 1 2"), [6.5, 6.7, 6.9])
    far = finished(paper(depths="110", seeds="0 1 2", width="8"), [8.5, 8.7, 8.9])
    found = beside_published(pd.concat([near, far]))
    assert list(found["clear"]) == [False, True]
    assert list(found["told"]) == ["+0.1, not distinguishable (n = 3)", "+2.1"]


def test_a_single_published_run_has_no_spread(finished):
    found = beside_published(finished(paper(seeds="0 1 2"), [8.0, 9.0, 10.0]))
    assert list(found["told"]) == ["+0.2, one seed: spread unknown"]  # 8.75, one run


@pytest.mark.parametrize(
    ("fields", "columns"),
    [
        ({"families": "plain"}, {}),  # the paper prints no number for plain nets
        ({"depths": "26"}, {}),
        ({"dataset": "cifar100"}, {}),
        ({}, {"status": "running"}),
        ({}, {"test_error": float("nan")}),
    ],
)
def test_a_run_without_a_published_counterpart_is_left_out(finished, fields, columns):
    assert beside_published(finished(paper(**fields), [9.0], **columns)).empty


def test_a_highway_net_tells_that_it_is_smaller_than_the_published_one(finished):
    found = beside_published(finished(paper(families="highway", depths="32"), [9.0]))
    assert list(found["published"]) == ["8.80"]
    assert found["recipe"].iloc[0].endswith("0.27 M parameters, not 1.25 M")


def test_imported_weights_are_told_as_such_with_the_images_they_were_tested_on(finished):
    images = paper(dataset="folder:/data/cifar-10-jpeg")
    found = beside_published(finished(images, [18.97], steps=0))
    assert found["recipe"].iloc[0] == (
        "imported weights, trained elsewhere; data set cifar-10-jpeg, not cifar10"
    )


def test_imported_weights_of_two_files_are_no_seeds_of_one_net(finished):
    files = finished(paper(seeds="0 1"), [8.0, 9.0], steps=0)
    assert list(beside_published(files)["measured"]) == [8.0, 9.0]


def test_every_difference_of_a_recipe_is_named_and_idle_settings_are_not():
    spec = with_settings(CIFAR10, {"batch_norm": "False", "learning_rates": "0.05"}).specs()[0]
    assert recipe_differences(spec, 5_850) == [
        "batch norm off, not on",
        "steps 5,850, not 64,000",
        "schedule cosine, not steps",
        "learning rate 0.05, not 0.1",
    ]


def test_a_deep_net_without_warm_up_lacks_it():
    spec = with_settings(PAPER, {"depths": "110", "warmup_rate": "none"}).specs()[0]
    assert recipe_differences(spec, 64_000) == ["warmup rate none, not 0.01"]


def test_the_spec_of_a_run_is_read_whatever_its_seed_and_device(finished):
    runs = finished(paper(seeds="0 1"), [8.0, 9.0])
    texts = [json.loads(text) for text in runs["spec"]]
    runs["spec"] = [json.dumps(texts[0]), json.dumps(texts[1] | {"device": "cpu"})]
    assert list(beside_published(runs)["runs"]) == [2]

"""What each shortcut buys, below the verdict of a race."""

from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.distinguishable import Spread, difference
from core.race_nets import Net
from core.spec import Experiment
from dashboard.components.difference_table import (
    CHANGE,
    Pair,
    as_table,
    in_words,
    nets_of,
    pairs_of,
    reading,
)
from dashboard.data import Snapshot


def pair(depth: int, plain: Spread, residual: Spread) -> Pair:
    return Pair(depth, plain, residual, difference(plain, residual))


CHANCE = pair(8, Spread(13.0, 1.0, 3), Spread(13.5, 1.0, 3))  # twice the standard error: 1.63
LOWER = pair(56, Spread(50.0, 1.0, 3), Spread(15.0, 1.0, 3))
HIGHER = pair(20, Spread(10.0, 1.0, 3), Spread(20.0, 1.0, 3))
ALONE = pair(32, Spread(20.0, 0.0, 1), Spread(15.0, 0.0, 1))


def net(family: str, depth: int, test: Spread | None) -> Net:
    return Net(family, depth, 0.1, 1, Spread(10.0, 1.0, 3), test)


def test_means_stand_with_their_spread_and_differences_with_their_doubt():
    table = in_words([CHANCE, ALONE, LOWER])
    assert table["plain (%)"].tolist() == ["13.0±1.0", "20.0", "50.0±1.0"]
    assert table[CHANGE].tolist() == [
        "+0.5, not distinguishable (n\u00a0=\u00a03)",
        "\u22125.0, one seed: spread unknown",
        "\u221235.0",
    ]


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([LOWER], "The shortcut lowers the error at 56 layers."),
        ([HIGHER], "The shortcut raises the error at 20 layers."),
        (
            [CHANCE, HIGHER, ALONE, LOWER],
            "The shortcut lowers the error at 32, 56; it raises the error at 20; it makes no clear"
            " difference at 8 layers.",
        ),
    ],
    ids=["lower", "higher", "all"],
)
def test_the_reading_is_true_both_ways(pairs, sentence):
    assert reading(pairs) == sentence


def test_only_depths_of_both_families_are_paired():
    nets = {
        ("plain", 8): net("plain", 8, Spread(13.0, 1.0, 3)),
        ("resnet", 8): net("resnet", 8, Spread(12.0, 1.0, 3)),
        ("plain", 20): net("plain", 20, Spread(13.0, 1.0, 3)),
        ("plain", 32): net("plain", 32, Spread(13.0, 1.0, 3)),
        ("resnet", 32): net("resnet", 32, None),  # not tested yet
    }
    assert [one.depth for one in pairs_of(nets, "test")] == [8]
    assert [one.depth for one in pairs_of(nets, "train")] == [8, 32]


def test_a_run_that_began_at_another_net_is_no_further_seed():
    facts = {"label": "plain-8", "family": "plain", "depth": 8, "learning_rate": 0.1}
    facts |= {"status": "finished", "message": "", "step": 100, "steps": 100, "test_error": 20.0}
    own = SimpleNamespace(**facts, train_error=10.0, origin=None)
    fork = SimpleNamespace(**facts, train_error=5.0, origin="a6b1898f")
    experiment = Experiment(name="a race", epochs=1)
    shown = Snapshot("id", experiment, [own, fork], pd.DataFrame(), [], recorded=False)
    assert nets_of(shown)["plain", 8].train == Spread(10.0, 0.0, 1)


def test_the_table_to_download_has_a_row_a_split_and_depth():
    table = as_table({"train": [CHANCE], "test": [CHANCE, LOWER]})
    assert table["split"].tolist() == ["train", "test", "test"]
    assert table["distinguishable"].tolist() == [False, False, True]
    assert table["difference"].tolist() == [0.5, 0.5, -35.0]


def page() -> None:
    import streamlit as st

    from dashboard.components.difference_table import difference_table
    from dashboard.data import newest_experiment, snapshot

    shown = snapshot(st.query_params.get("experiment") or newest_experiment())
    assert shown is not None
    difference_table(shown)


def opened(**query: str):
    shown = AppTest.from_function(page, default_timeout=60)
    shown.query_params.update(query)
    return shown.run()


def test_the_recorded_race_names_its_seeds_and_greys_its_shallowest_nets(store):
    shown = opened()
    assert not shown.exception
    (badge,) = [node for node in shown.markdown if " computed]" in node.value]
    assert "Seeds: 0, 1, 2 · Images: 10,000 training and 2,000 test images" in badge.proto.help
    assert len(shown.table) == 2
    for table in shown.table:  # at 8 layers the families' bands overlap, at 56 they are far apart
        shallow, *_, deep = table.value[CHANGE]
        assert shallow.startswith(":gray[")
        assert shallow.endswith("not distinguishable (n\u00a0=\u00a03)]")
        assert deep.startswith("\u2212")
        assert "gray" not in deep


def test_a_race_of_one_family_has_no_such_table(put_runs):
    shown = opened(experiment=put_runs("finished", families=("plain",)))
    assert not shown.exception
    assert not shown.expander
